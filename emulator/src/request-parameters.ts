import type { FastifyInstance } from 'fastify';
import qs from 'qs';
import { invalidRequest } from './errors.js';

/** The maximum number of parameters in a query or body. Requests with more are rejected rather than truncated. */
const MAX_PARAMETERS = 1000;

const limits = {
  depth: 3,
  arrayLimit: 100,
  parameterLimit: MAX_PARAMETERS,
  // Keeps the index of `subscription_items[quantity][1]` when there is no `[0]`.
  allowSparse: true,
};

const tooMany = () =>
  invalidRequest(
    `Send at most ${MAX_PARAMETERS} parameters, and at most ${limits.arrayLimit} in a list.`,
  );

/** Parses a query with bracketed names, such as `email[is]=…`. It must not throw, because the router does not handle errors. */
export const parseQuery = (text: string): Record<string, unknown> => qs.parse(text, limits);

/** Adds a parser for forms with bracketed names, and rejects queries and forms with too many parameters. */
export function addFormParser(app: FastifyInstance): void {
  app.addHook('onRequest', ({ url }, _reply, next) => {
    next(url.split('&').length > MAX_PARAMETERS ? tooMany() : undefined);
  });

  app.addContentTypeParser<string>(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      try {
        done(null, qs.parse(body, { ...limits, throwOnLimitExceeded: true }));
      } catch {
        done(tooMany());
      }
    },
  );
}
