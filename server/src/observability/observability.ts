import type { FastifyBaseLogger } from 'fastify';
import { PortalMetrics } from './metrics.js';
import { openLog } from './open-log.js';

/**
 * Opens the log, writes the configuration's warnings to it, and creates the metrics.
 * @param hostLogger the host app's logger, if it has given one
 */
export function createObservability(
  hostLogger: FastifyBaseLogger | undefined,
  { logLevel, warnings }: { logLevel: string; warnings: readonly string[] },
): { logger: FastifyBaseLogger; metrics: PortalMetrics } {
  const { logger, lost } = openLog(hostLogger, logLevel);
  for (const warning of warnings) logger.warn(warning);
  const metrics = new PortalMetrics();
  metrics.watchLog(lost);
  return { logger, metrics };
}
