import type { FastifyBaseLogger } from 'fastify';
import type { OperationsConfig } from '../config/config.js';

type Logger = Pick<FastifyBaseLogger, 'warn'>;

/** The number of backends without Redis in this process, by site and base URL. Each of them counts the quota separately. */
const withoutRedis = new Map<string, number>();

/**
 * Counts a backend, and warns when a process has more backends of a site than the declared instances: without Redis they do not
 * know each other's calls. Returns a function to call when the backend is closed.
 */
export function countBackend({ chargebee, redis, instances }: OperationsConfig, logger: Logger) {
  if (redis) return () => undefined;
  const upstream = `${chargebee.site} ${chargebee.baseUrl?.origin}`;
  const count = (withoutRedis.get(upstream) ?? 0) + 1;
  withoutRedis.set(upstream, count);
  if (count > (instances ?? 1)) {
    logger.warn(
      { servers: count },
      'servers of one process do not know of each other’s calls, and may exceed CHARGEBEE_REQUESTS_PER_MINUTE together: use one, or set REDIS_URL, or INSTANCES to how many there are',
    );
  }
  let isOpen = true;
  return () => {
    if (isOpen) withoutRedis.set(upstream, (withoutRedis.get(upstream) ?? 1) - 1);
    isOpen = false;
  };
}
