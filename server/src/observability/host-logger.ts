import type { FastifyBaseLogger } from 'fastify';
import type { LostLines } from './log-destination.js';
import { describeError } from './logger.js';

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/**
 * Wraps a host app's logger, so that it receives errors in a form without secrets: most loggers write all properties of an
 * error. A logger that throws, such as pino's after its worker has ended, does not fail a request.
 *
 * @param lost counts the lines for which the logger threw
 */
export function wrapHostLogger(
  hostLogger: FastifyBaseLogger,
  lost: LostLines = { audit: 0, other: 0 },
): FastifyBaseLogger {
  const methods = LEVELS.map((level) => {
    const write = (line: unknown, ...rest: [message?: string, ...values: unknown[]]): void => {
      try {
        hostLogger[level](described(line), ...rest);
      } catch {
        lost[isAudit(line) ? 'audit' : 'other'] += 1;
      }
    };
    return [level, write] as const;
  });
  return {
    ...(Object.fromEntries(methods) as unknown as Pick<FastifyBaseLogger, (typeof LEVELS)[number]>),
    get level() {
      return hostLogger.level;
    },
    set level(level) {
      hostLogger.level = level;
    },
    child(bindings, options) {
      // Fastify adds a serializer for errors, but they are already converted here.
      const { err: _err, ...serializers } = options?.serializers ?? {};
      return wrapHostLogger(hostLogger.child(bindings, { ...options, serializers }), lost);
    },
  };
}

function isAudit(line: unknown): boolean {
  return typeof line === 'object' && line !== null && 'audit' in line;
}

function described(line: unknown): unknown {
  if (typeof line !== 'object' || line === null) return line;
  if (line instanceof Error) return { err: describeError(line) };
  const err: unknown = Reflect.get(line, 'err');
  return err === undefined ? line : { ...line, err: describeError(err) };
}
