import type { FastifyBaseLogger } from 'fastify';

const METHODS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent', 'child'] as const;

/**
 * Creates the logger of a request, which adds the request's id to every line. Few requests log anything through it, so pino's
 * child logger is created only when needed.
 *
 * @param parent the logger of the server
 * @param bindings the properties to add to every line
 */
export function requestLogger(parent: FastifyBaseLogger, bindings: object): FastifyBaseLogger {
  return Object.assign(Object.create(lazyLogger) as LazyLogger, { parent, bindings });
}

interface LazyLogger extends FastifyBaseLogger {
  readonly parent: FastifyBaseLogger;
  readonly bindings: object;
  childLogger?: FastifyBaseLogger;
}

const lazyLogger = Object.fromEntries(
  METHODS.map((method) => [
    method,
    function (this: LazyLogger, ...line: unknown[]): unknown {
      this.childLogger ??= this.parent.child({ ...this.bindings });
      const child = this.childLogger as unknown as Record<string, (...line: unknown[]) => unknown>;
      return child[method]?.(...line);
    },
  ]),
);
