import type { FastifyBaseLogger } from 'fastify';
import { hostLogger } from './host-logger.js';
import { toStandardOutput, type LostLines } from './log-destination.js';
import { createLogger } from './logger.js';

/** A log, and the number of its lines that were lost. */
export interface Log {
  logger: FastifyBaseLogger;
  lost: () => Readonly<LostLines>;
}

/** Opens the log: the host app's logger, or standard output with this level. */
export function openLog(own: FastifyBaseLogger | undefined, level: string): Log {
  if (!own) return { logger: createLogger(level), lost: () => toStandardOutput().lost };
  const lost = { audit: 0, other: 0 };
  return { logger: hostLogger(own, lost), lost: () => lost };
}
