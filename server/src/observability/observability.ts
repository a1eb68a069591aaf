import type { FastifyBaseLogger } from 'fastify';
import { hostLogger } from './host-logger.js';
import { toStandardOutput } from './log-destination.js';
import { createLogger } from './logger.js';
import { PortalMetrics } from './metrics.js';

/**
 * Creates the log, and warns in it of the configuration, and the metrics.
 * @param own the host app's logger, if it has given one
 */
export function createObservability(
  own: FastifyBaseLogger | undefined,
  { logLevel, warnings }: { logLevel: string; warnings: readonly string[] },
): { logger: FastifyBaseLogger; metrics: PortalMetrics } {
  const logger = own ? hostLogger(own) : createLogger(logLevel);
  for (const warning of warnings) logger.warn(warning);
  const metrics = new PortalMetrics();
  metrics.watchLog(() => toStandardOutput().lost);
  return { logger, metrics };
}
