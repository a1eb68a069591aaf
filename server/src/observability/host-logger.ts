import type { FastifyBaseLogger } from 'fastify';
import { describeError } from './logger.js';

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/**
 * A host app's own logger, as the server writes to it: errors are handed over as they may be logged. What the host app
 * does with an error is its own affair, and is mostly to write down all that hangs on it.
 */
export function hostLogger(own: FastifyBaseLogger): FastifyBaseLogger {
  const methods = LEVELS.map((level) => {
    const write = (line: unknown, ...rest: [message?: string, ...values: unknown[]]): void =>
      own[level](described(line), ...rest);
    return [level, write] as const;
  });
  return {
    ...(Object.fromEntries(methods) as unknown as Pick<FastifyBaseLogger, (typeof LEVELS)[number]>),
    get level() {
      return own.level;
    },
    set level(level) {
      own.level = level;
    },
    child(bindings, options) {
      // Fastify brings a serializer for errors, which are described already.
      const { err: _err, ...serializers } = options?.serializers ?? {};
      return hostLogger(own.child(bindings, { ...options, serializers }));
    },
  };
}

function described(line: unknown): unknown {
  if (typeof line !== 'object' || line === null) return line;
  if (line instanceof Error) return { err: describeError(line) };
  const err: unknown = Reflect.get(line, 'err');
  return err === undefined ? line : { ...line, err: describeError(err) };
}
