import type { FastifyBaseLogger } from 'fastify';
import type { OperationsConfig } from '../config/config.js';

type Logger = Pick<FastifyBaseLogger, 'warn'>;

/** The backends of this process that have no Redis, by the Chargebee whose quota each counts for itself. */
const withoutRedis = new Map<string, number>();

/**
 * Warns when a process has more backends of a site than instances are declared, none of which knows the others' calls. Gives
 * what is to be called when this one is closed.
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
