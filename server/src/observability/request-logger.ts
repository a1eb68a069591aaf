import type { FastifyBaseLogger } from 'fastify';

const METHODS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent', 'child'] as const;

/**
 * The logger of one request, which puts the request's id into every line. Few requests have anything to say by it, so
 * pino's child is made for those alone.
 *
 * @param parent the logger of all
 * @param bindings what stands in every line
 */
export function requestLogger(parent: FastifyBaseLogger, bindings: object): FastifyBaseLogger {
  return Object.assign(Object.create(lazyLogger) as LazyLogger, { parent, bindings });
}

interface LazyLogger extends FastifyBaseLogger {
  readonly parent: FastifyBaseLogger;
  readonly bindings: object;
  made?: FastifyBaseLogger;
}

const lazyLogger = Object.fromEntries(
  METHODS.map((method) => [
    method,
    function (this: LazyLogger, ...line: unknown[]): unknown {
      this.made ??= this.parent.child({ ...this.bindings });
      const made = this.made as unknown as Record<string, (...line: unknown[]) => unknown>;
      return made[method]?.(...line);
    },
  ]),
);
