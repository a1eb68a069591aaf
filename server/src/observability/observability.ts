import type { FastifyBaseLogger } from 'fastify';
import { PortalMetrics } from './metrics.js';
import { openLog } from './open-log.js';

/**
 * Creates the log, and warns in it of the configuration, and the metrics.
 * @param own the host app's logger, if it has given one
 */
export function createObservability(
  own: FastifyBaseLogger | undefined,
  { logLevel, warnings }: { logLevel: string; warnings: readonly string[] },
): { logger: FastifyBaseLogger; metrics: PortalMetrics } {
  const { logger, lost } = openLog(own, logLevel);
  for (const warning of warnings) logger.warn(warning);
  const metrics = new PortalMetrics();
  metrics.watchLog(lost);
  return { logger, metrics };
}
