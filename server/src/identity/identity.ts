import type { FastifyBaseLogger } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Config } from '../config/config.js';
import type { PortalMetrics } from '../observability/metrics.js';
import { createBearerAuthentication, type BearerAuthentication, type TokenUser } from './bearer.js';
import { customersFromToken, isCustomerId } from './customers.js';
import { withTimeout } from './with-timeout.js';
import { Refusal, unauthenticated } from './refusal.js';
import { checkRequiredClaim } from './required-claim.js';
import type { Authenticate, PortalUser, ResolveCustomerIds } from './user.js';

/** The host app's own functions. What is missing is read from the bearer token. */
export interface HostIdentity<Request, User extends PortalUser> {
  authenticate?: Authenticate<Request, User> | undefined;
  resolveCustomerIds?: ResolveCustomerIds<User> | undefined;
}

/** Who a request is from, and for which customers they may act. */
export interface Identity<Request> {
  /** Rejects with `UNAUTHENTICATED` when the request proves nobody. */
  authenticate: (request: Request) => Promise<PortalUser>;
  /** The host app's own function may never resolve: callers must set a deadline. */
  resolveCustomerIds: ResolveCustomerIds;
  /** How tokens are verified, unless the host app authenticates. */
  bearer?: BearerAuthentication;
}

/**
 * Identity by bearer tokens, or by the host app's own functions where it has given them.
 *
 * @param config how tokens are verified, needed unless the host app authenticates; and how long a request may take
 */
export function createIdentity<User extends PortalUser>(
  own: HostIdentity<IncomingMessage, User>,
  config: Pick<Config, 'identity' | 'requestDeadlineMs' | 'proxy'>,
  { logger, metrics }: { logger: FastifyBaseLogger; metrics: PortalMetrics },
): Identity<IncomingMessage> {
  const { identity, requestDeadlineMs } = config;
  const { authenticate, resolveCustomerIds } = own;
  if (authenticate) return hostIdentity(authenticate, resolveCustomerIds, requestDeadlineMs);
  if (!identity) throw new TypeError('Nothing says how callers are authenticated.');
  const bearer = createBearerAuthentication(identity, {
    proxy: config.proxy,
    withinMs: requestDeadlineMs,
    logger,
    onKeysFailure: () => metrics.countKeySetFailure(),
  });
  if (identity.verification.kind === 'jwks') metrics.watchKeySet(() => bearer.keys.status());
  const findCustomers = resolveCustomerIds
    ? hostCustomers(resolveCustomerIds)
    : customersFromToken(identity.customer);
  return {
    bearer,
    authenticate: ({ headers }) => bearer.authenticate(headers.authorization),
    // Typed for any user, but only ever called with those that `bearer` has found.
    resolveCustomerIds: ((user: TokenUser) => {
      checkRequiredClaim(user, identity.requiredClaim);
      return findCustomers(user as unknown as User & TokenUser);
    }) as unknown as ResolveCustomerIds,
  };
}

/**
 * Identity by the host app's functions alone. Throws a `TypeError` when one is missing.
 *
 * @param withinMs how long finding the user may take, in milliseconds
 */
export function hostIdentity<Request, User extends PortalUser>(
  authenticate: Authenticate<Request, User>,
  resolveCustomerIds: ResolveCustomerIds<User> | undefined,
  withinMs: number,
): Identity<Request> {
  if (!resolveCustomerIds) {
    throw new TypeError('With authenticate, resolveCustomerIds is needed too.');
  }
  const findUser = withTimeout(withinMs, authenticate);
  return {
    async authenticate(request) {
      const user = await findUser(request).catch(rethrowHostError);
      if (!user) throw unauthenticated(new Refusal('no_user'));
      checkId(user);
      return user;
    },
    // The users it is given are those that `authenticate` has found.
    resolveCustomerIds: hostCustomers(resolveCustomerIds) as ResolveCustomerIds,
  };
}

/**
 * Passes an error of the host's functions on. One with the code `UNAUTHENTICATED` in its `extensions`, as GraphQL servers
 * throw it, refuses the caller.
 */
function rethrowHostError(error: unknown): never {
  const { extensions } = (error ?? {}) as { extensions?: { code?: unknown } | null };
  throw extensions?.code === 'UNAUTHENTICATED' ? unauthenticated(new Refusal('no_user')) : error;
}

/**
 * Limits and idempotency keys are kept by the user's id. Reject values of other types instead of coercing them: two users
 * could end up with the same id.
 */
function checkId({ id }: { readonly id: unknown }): void {
  if (typeof id !== 'string' || id === '') {
    throw new TypeError(
      'authenticate must give a user whose id is a string, and not an empty one.',
    );
  }
}

/** The customers that the host app finds, each once. */
function hostCustomers<User extends PortalUser>(
  resolveCustomerIds: ResolveCustomerIds<User>,
): ResolveCustomerIds<User> {
  return async (user) => {
    const ids: unknown = await Promise.resolve(user)
      .then(resolveCustomerIds)
      .catch(rethrowHostError);
    checkCustomerIds(ids);
    return [...new Set(ids)];
  };
}

/** Requires an array: `includes` on a string would find a part of an id too. */
function checkCustomerIds(ids: unknown): asserts ids is readonly string[] {
  if (!Array.isArray(ids) || !ids.every(isCustomerId)) {
    throw new TypeError(
      'resolveCustomerIds must give an array of customer ids, each a string of 1 to 50 characters.',
    );
  }
}
