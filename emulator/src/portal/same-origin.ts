import type { FastifyRequest } from 'fastify';
import { ChargebeeError } from '../errors.js';

/**
 * Rejects requests that another site's page has sent, because browsers attach the login cookie to them too.
 * @throws ChargebeeError 403
 */
export function requireSameOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (origin !== undefined && URL.canParse(origin) && new URL(origin).host === host) return;
  throw new ChargebeeError(
    403,
    'invalid_request',
    'request_blocked',
    'The portal takes requests from its own pages only.',
  );
}
