import { PortalError } from '../errors.js';
import type {
  ChargebeeGateway,
  ChargebeeHostedPage,
  ChargebeePortalSession,
  UpstreamRequest,
} from '../gateway/index.js';

/** The states of a hosted page that its customer has not finished: just made, or asked for by a browser. */
const UNUSED: readonly string[] = ['created', 'requested'];

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
  const spent = (cause?: unknown) =>
    keySpent('made a session that has been opened or has ended since', cause);
  const session = await asItIs(gateway.retrievePortalSession(replayed.id, request), spent);
  const sameCustomer = session.customer_id === replayed.customer_id;
  if (session.status !== 'created' || isOver(session) || !sameCustomer) {
    throw spent();
  }
  return session;
}

/** Likewise a hosted page: given only while its customer has not finished it. */
export async function stillUnused(
  { id }: ChargebeeHostedPage,
  customerId: string,
  gateway: Pick<ChargebeeGateway, 'retrieveHostedPage'>,
  request: UpstreamRequest,
): Promise<ChargebeeHostedPage> {
  const spent = (cause?: unknown) =>
    keySpent('made a page that has been used or has expired since', cause);
  const page = await asItIs(gateway.retrieveHostedPage({ id, customerId }, request), spent);
  if (!UNUSED.includes(page.state) || isOver(page)) {
    throw spent();
  }
  return page;
}

/** What Chargebee does not know any more has ended. */
async function asItIs<T>(retrieved: Promise<T>, spent: (cause: unknown) => Error): Promise<T> {
  try {
    return await retrieved;
  } catch (error) {
    throw error instanceof PortalError && error.code === 'SESSION_NOT_FOUND' ? spent(error) : error;
  }
}

function isOver({ expires_at }: { expires_at?: number | undefined }): boolean {
  return expires_at !== undefined && expires_at * 1000 <= Date.now();
}

function keySpent(what: string, cause: unknown): PortalError {
  return new PortalError('BAD_USER_INPUT', `This idempotency key ${what}. Use a new key.`, {
    argument: 'input.idempotencyKey',
    cause,
  });
}
