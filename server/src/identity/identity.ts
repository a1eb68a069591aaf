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

/** The functions that a host app may provide. Without them, user and customers are read from the bearer token. */
export interface HostIdentity<Request, User extends PortalUser> {
  authenticate?: Authenticate<Request, User> | undefined;
  resolveCustomerIds?: ResolveCustomerIds<User> | undefined;
}

/** Finds the user of a request, and the customers that the user may act for. */
export interface Identity<Request> {
  /** Rejects with `UNAUTHENTICATED` for an unauthenticated request. */
  authenticate: (request: Request) => Promise<PortalUser>;
  /** May never resolve if it is a host app's function: callers must set a deadline. */
  resolveCustomerIds: ResolveCustomerIds;
  /** Returns the issuer of a user, if there may be several: two of them may give the same id to two users. */
  issuerOf: (user: PortalUser) => string | undefined;
  /** The verification of tokens; undefined when the host app authenticates. */
  bearer?: BearerAuthentication;
}

/**
 * Creates the identity from bearer tokens, or from the host app's functions if given.
 *
 * @param config `identity` is required unless the host app authenticates
 */
export function createIdentity<User extends PortalUser>(
  provided: HostIdentity<IncomingMessage, User>,
  config: Pick<Config, 'identity' | 'requestDeadlineMs' | 'proxy'>,
  { logger, metrics }: { logger: FastifyBaseLogger; metrics: PortalMetrics },
): Identity<IncomingMessage> {
  const { identity, requestDeadlineMs } = config;
  const { authenticate, resolveCustomerIds } = provided;
  if (authenticate) return hostIdentity(authenticate, resolveCustomerIds, requestDeadlineMs);
  if (!identity) throw new TypeError('Nothing says how callers are authenticated.');
  const bearer = createBearerAuthentication(identity, {
    proxy: config.proxy,
    timeoutMs: requestDeadlineMs,
    logger,
    onKeysFailure: () => metrics.countKeySetFailure(),
  });
  if (identity.verification.kind === 'jwks') metrics.watchKeySet(() => bearer.keys.status());
  const findCustomers = resolveCustomerIds
    ? hostCustomers(resolveCustomerIds)
    : customersFromToken(identity.customer);
  return {
    bearer,
    issuerOf: identity.issuers?.length === 1 ? noIssuer : issuerOfToken,
    authenticate: ({ headers }) => bearer.authenticate(headers.authorization),
    // The type accepts any user, but the function is only called with users from `bearer`.
    resolveCustomerIds: ((user: TokenUser) => {
      checkRequiredClaim(user, identity.requiredClaim);
      return findCustomers(user as unknown as User & TokenUser);
    }) as unknown as ResolveCustomerIds,
  };
}

/**
 * Creates the identity from the host app's functions.
 *
 * @param timeoutMs the timeout of `authenticate`, in milliseconds
 * @throws TypeError when `resolveCustomerIds` is missing
 */
export function hostIdentity<Request, User extends PortalUser>(
  authenticate: Authenticate<Request, User>,
  resolveCustomerIds: ResolveCustomerIds<User> | undefined,
  timeoutMs: number,
): Identity<Request> {
  if (!resolveCustomerIds) {
    throw new TypeError('With authenticate, resolveCustomerIds is needed too.');
  }
  checkIsFunction('authenticate', authenticate);
  const findUser = withTimeout(timeoutMs, authenticate);
  return {
    async authenticate(request) {
      const user = await findUser(request).catch(rethrowHostError);
      if (!user) throw unauthenticated(new Refusal('no_user'));
      checkId(user);
      return user;
    },
    issuerOf: noIssuer,
    // The function is only called with users from `authenticate`.
    resolveCustomerIds: hostCustomers(resolveCustomerIds) as ResolveCustomerIds,
  };
}

function noIssuer(): undefined {
  return undefined;
}

function issuerOfToken(user: PortalUser): string | undefined {
  const { iss } = (user as TokenUser).claims;
  return typeof iss === 'string' ? iss : undefined;
}

/**
 * Rethrows an error of the host's functions. An error with `extensions.code` `UNAUTHENTICATED`, as usual in GraphQL servers,
 * becomes ours.
 */
function rethrowHostError(error: unknown): never {
  const { extensions } = (error ?? {}) as { extensions?: { code?: unknown } | null };
  throw extensions?.code === 'UNAUTHENTICATED' ? unauthenticated(new Refusal('no_user')) : error;
}

/**
 * Requires a non-empty string. Limits and idempotency keys depend on the id; if other types were coerced, two users could get
 * the same id.
 */
function checkId({ id }: { readonly id: unknown }): void {
  if (typeof id !== 'string' || id === '') {
    throw new TypeError(
      'authenticate must give a user whose id is a string, and not an empty one.',
    );
  }
}

/** Makes the start fail, and not each request, for a value such as a promise: not every host is type-checked. */
function checkIsFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw new TypeError(`${name} must be a function.`);
}

/** Wraps the host app's function: validates its result and removes duplicates. */
function hostCustomers<User extends PortalUser>(
  resolveCustomerIds: ResolveCustomerIds<User>,
): ResolveCustomerIds<User> {
  checkIsFunction('resolveCustomerIds', resolveCustomerIds);
  return async (user) => {
    const ids: unknown = await Promise.resolve(user)
      .then(resolveCustomerIds)
      .catch(rethrowHostError);
    checkCustomerIds(ids);
    return [...new Set(ids)];
  };
}

/** Requires an array of ids: on a string, `includes` would also match a part of an id. */
function checkCustomerIds(ids: unknown): asserts ids is readonly string[] {
  if (!Array.isArray(ids) || !ids.every(isCustomerId)) {
    throw new TypeError(
      'resolveCustomerIds must give an array of customer ids, each a string of 1 to 50 characters.',
    );
  }
}
