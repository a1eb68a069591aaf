import type { FastifyInstance } from 'fastify';
import qs from 'qs';
import { invalidRequest } from './errors.js';

/** How many parameters a query or a body may have. More are refused, never cut off in silence. */
const MOST_PARAMETERS = 1000;

const limits = { depth: 3, arrayLimit: 100, parameterLimit: MOST_PARAMETERS };

const tooMany = () =>
  invalidRequest(
    `Send at most ${MOST_PARAMETERS} parameters, and at most ${limits.arrayLimit} in a list.`,
  );

/** Reads a query with bracketed names, such as `email[is]=…`. It never throws: the router cannot answer for it. */
export const parseQuery = (text: string): Record<string, unknown> => qs.parse(text, limits);

/** Takes forms with bracketed names, and refuses queries and forms with too many parameters. */
export function readForms(app: FastifyInstance): void {
  app.addHook('onRequest', ({ url }, _reply, next) => {
    next(url.split('&').length > MOST_PARAMETERS ? tooMany() : undefined);
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
