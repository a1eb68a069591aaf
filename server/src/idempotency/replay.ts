import { PortalError } from '../errors.js';
import type {
  ChargebeeGateway,
  ChargebeePortalSession,
  UpstreamRequest,
} from '../gateway/gateway.js';

/**
 * A session that Chargebee has answered again, as it is now. Chargebee replays its first answer word for word, so a
 * session that somebody has opened since would look unopened, and its token would be dead: it is asked for its state,
 * and given only while it can still be opened. Else rejects with `BAD_USER_INPUT` about the idempotency key.
 */
export async function stillUnopened(
  replayed: ChargebeePortalSession,
  gateway: Pick<ChargebeeGateway, 'retrievePortalSession'>,
  request: UpstreamRequest,
): Promise<ChargebeePortalSession> {
  let session: ChargebeePortalSession;
  try {
    session = await gateway.retrievePortalSession(replayed.id, request);
  } catch (error) {
    throw error instanceof PortalError && error.code === 'SESSION_NOT_FOUND'
      ? keySpent(error)
      : error;
  }
  const expired = session.expires_at !== undefined && session.expires_at * 1000 <= Date.now();
  if (session.status !== 'created' || expired || session.customer_id !== replayed.customer_id) {
    throw keySpent();
  }
  return session;
}

function keySpent(cause?: unknown): PortalError {
  return new PortalError(
    'BAD_USER_INPUT',
    'This idempotency key made a session that has been opened or has ended since. Use a new key.',
    { argument: 'input.idempotencyKey', cause },
  );
}
