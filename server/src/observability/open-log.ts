import type { FastifyBaseLogger } from 'fastify';
import { wrapHostLogger } from './host-logger.js';
import { toStandardOutput, type LostLines } from './log-destination.js';
import { createLogger } from './logger.js';

/** A log, and the number of its lines that were lost. */
export interface Log {
  logger: FastifyBaseLogger;
  lost: () => Readonly<LostLines>;
}

/** The methods that a host app's logger needs. Others, such as winston's, lack some that are never called. */
const NEEDED = ['error', 'warn', 'info', 'debug', 'child'] as const;

/**
 * Opens the log: the host app's logger, or standard output with this level.
 * @throws TypeError when the host app's logger lacks a method
 */
export function openLog(hostLogger: FastifyBaseLogger | undefined, level: string): Log {
  if (!hostLogger) return { logger: createLogger(level), lost: () => toStandardOutput().lost };
  requireMethods(hostLogger);
  const lost = { audit: 0, other: 0 };
  return { logger: wrapHostLogger(hostLogger, lost), lost: () => lost };
}

/** A missing method would lose lines, audit lines too, as if the logger had thrown. */
function requireMethods(hostLogger: FastifyBaseLogger): void {
  const missing = NEEDED.filter((name) => typeof hostLogger[name] !== 'function');
  if (missing.length === 0) return;
  throw new TypeError(
    `The logger lacks ${missing.join(', ')}: pass one such as pino’s or Fastify’s, or none for standard output.`,
  );
}
