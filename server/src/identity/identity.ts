import type { FastifyBaseLogger } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { IdentityConfig } from '../config/identity.js';
import { createBearerAuthentication } from './bearer.js';
import { customersFromToken, isCustomerId } from './customers.js';
import { inTime } from './in-time.js';
import { Refusal, unauthenticated } from './refusal.js';
import type { Authenticate, PortalUser, ResolveCustomerIds } from './user.js';

/** What the host app does by itself; the rest is done by the token. */
export interface OwnIdentity<Request, User extends PortalUser> {
  authenticate?: Authenticate<Request, User> | undefined;
  resolveCustomerIds?: ResolveCustomerIds<User> | undefined;
}

/** Who a request is from, and for which customers they may act. */
export interface Identity<Request> {
  /** Rejects with `UNAUTHENTICATED` when the request proves nobody. */
  authenticate: (request: Request) => Promise<PortalUser>;
  /** May take for ever, where it is the host app's: whoever asks has a deadline. */
  resolveCustomerIds: ResolveCustomerIds;
}

/**
 * Identity by bearer tokens, or by the host app's own functions where it has given them.
 *
 * @param config how tokens are verified, needed unless the host app authenticates; and how long a request may take
 */
export function createIdentity<User extends PortalUser>(
  own: OwnIdentity<IncomingMessage, User>,
  config: { identity: IdentityConfig | undefined; requestDeadlineMs: number },
  logger: FastifyBaseLogger,
): Identity<IncomingMessage> {
  const { identity, requestDeadlineMs } = config;
  const { authenticate, resolveCustomerIds } = own;
  if (authenticate) return ownIdentity(authenticate, resolveCustomerIds, requestDeadlineMs);
  if (!identity) throw new TypeError('Nothing says how callers are authenticated.');
  const bearer = createBearerAuthentication(identity, requestDeadlineMs, logger);
  return {
    authenticate: ({ headers }) => bearer(headers.authorization),
    // The users it is given are those that `bearer` has found.
    resolveCustomerIds: (resolveCustomerIds
      ? ownCustomers(resolveCustomerIds)
      : customersFromToken(identity.customer)) as ResolveCustomerIds,
  };
}

/**
 * Identity by the host app's functions alone. Throws a `TypeError` when one is missing.
 *
 * @param withinMs how long finding the user may take, in milliseconds
 */
export function ownIdentity<Request, User extends PortalUser>(
  authenticate: Authenticate<Request, User>,
  resolveCustomerIds: ResolveCustomerIds<User> | undefined,
  withinMs: number,
): Identity<Request> {
  if (!resolveCustomerIds) {
    throw new TypeError('With authenticate, resolveCustomerIds is needed too.');
  }
  const findUser = inTime(withinMs, authenticate);
  return {
    async authenticate(request) {
      const user = await findUser(request);
      if (!user) throw unauthenticated(new Refusal('no_user'));
      checkId(user);
      return user;
    },
    // The users it is given are those that `authenticate` has found.
    resolveCustomerIds: ownCustomers(resolveCustomerIds) as ResolveCustomerIds,
  };
}

/**
 * Limits and idempotency keys are kept by the user's id, so that it must be one. Host apps without types have numbers for
 * it; nothing is made to fit, for a later id could be taken for the same user's.
 */
function checkId({ id }: { readonly id: unknown }): void {
  if (typeof id !== 'string' || id === '') {
    throw new TypeError(
      'authenticate must give a user whose id is a string, and not an empty one.',
    );
  }
}

/** The customers that the host app finds, each once. */
function ownCustomers<User extends PortalUser>(
  resolveCustomerIds: ResolveCustomerIds<User>,
): ResolveCustomerIds<User> {
  return async (user) => {
    const ids: unknown = await resolveCustomerIds(user);
    checkCustomerIds(ids);
    return [...new Set(ids)];
  };
}

/** What a caller asks for is looked up in this list: in a string, say, a part of an id would be found too. */
function checkCustomerIds(ids: unknown): asserts ids is readonly string[] {
  if (!Array.isArray(ids) || !ids.every(isCustomerId)) {
    throw new TypeError(
      'resolveCustomerIds must give an array of customer ids, each a string of 1 to 50 characters.',
    );
  }
}
