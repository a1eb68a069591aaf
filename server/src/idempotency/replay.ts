import { PortalError } from '../errors.js';
import type {
  ChargebeeGateway,
  ChargebeeHostedPage,
  ChargebeePortalSession,
  UpstreamRequest,
} from '../gateway/types.js';

/** The states of a hosted page that its customer has not completed: created, or opened in a browser. */
const UNUSED: readonly string[] = ['created', 'requested'];

/**
 * Retrieves the current state of a replayed session. For an idempotency key that was used before, Chargebee repeats its
 * first answer, even if the session has been opened since. Resolves only while the session can still be opened; otherwise
 * rejects with `BAD_USER_INPUT` about the idempotency key.
 */
export async function refreshReplayedSession(
  replayed: ChargebeePortalSession,
  gateway: Pick<ChargebeeGateway, 'retrievePortalSession'>,
  request: UpstreamRequest,
): Promise<ChargebeePortalSession> {
  const keyUsed = (cause?: unknown) =>
    usedKeyError('made a session that has been opened or has ended since', cause);
  const session = await retrieveCurrent(
    gateway.retrievePortalSession(replayed.id, request),
    keyUsed,
  );
  const sameCustomer = session.customer_id === replayed.customer_id;
  if (session.status !== 'created' || isExpired(session) || !sameCustomer) {
    throw keyUsed();
  }
  return session;
}

/** The same for a hosted page: resolves only while its customer has not completed it. */
export async function refreshReplayedPage(
  { id }: ChargebeeHostedPage,
  customerId: string,
  gateway: Pick<ChargebeeGateway, 'retrieveHostedPage'>,
  request: UpstreamRequest,
): Promise<ChargebeeHostedPage> {
  const keyUsed = (cause?: unknown) =>
    usedKeyError('made a page that has been used or has expired since', cause);
  const page = await retrieveCurrent(
    gateway.retrieveHostedPage({ id, customerId }, request),
    keyUsed,
  );
  if (!UNUSED.includes(page.state) || isExpired(page)) {
    throw keyUsed();
  }
  return page;
}

/** Chargebee answers "not found" for a session or page that ended long ago. */
async function retrieveCurrent<T>(
  retrieved: Promise<T>,
  keyUsed: (cause: unknown) => Error,
): Promise<T> {
  try {
    return await retrieved;
  } catch (error) {
    throw error instanceof PortalError && error.code === 'SESSION_NOT_FOUND'
      ? keyUsed(error)
      : error;
  }
}

function isExpired({ expires_at }: { expires_at?: number | undefined }): boolean {
  return expires_at !== undefined && expires_at * 1000 <= Date.now();
}

function usedKeyError(what: string, cause: unknown): PortalError {
  return new PortalError('BAD_USER_INPUT', `This idempotency key ${what}. Use a new key.`, {
    argument: 'input.idempotencyKey',
    cause,
  });
}
