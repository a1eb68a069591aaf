import type { FastifyRequest } from 'fastify';
import { ChargebeeError } from '../errors.js';

/**
 * Refuses what another site's page has sent: the login's cookie goes along with its requests too.
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
