import type { FastifyBaseLogger } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { IdentityConfig } from '../config/identity.js';
import { PortalError } from '../errors.js';
import { createBearerAuthentication, type TokenUser } from './bearer.js';
import { customersFromToken } from './customers.js';
import type { Authenticate, PortalUser, ResolveCustomerIds } from './user.js';

/** What the host app does by itself; the rest is done by the token. */
export interface OwnIdentity<Request, User extends PortalUser> {
  authenticate?: Authenticate<Request, User> | undefined;
  resolveCustomerIds?: ResolveCustomerIds<User> | undefined;
}

/** Who a request is from, and for which customers he may act. */
export interface Identity<Request> {
  /** Rejects with `UNAUTHENTICATED` when the request proves nobody. */
  authenticate: (request: Request) => Promise<PortalUser>;
  resolveCustomerIds: ResolveCustomerIds;
}

/**
 * Identity by bearer tokens, or by the host app's own functions where it has given them.
 *
 * @param config how tokens are verified; needed unless the host app authenticates
 */
export function createIdentity<User extends PortalUser>(
  own: OwnIdentity<IncomingMessage, User>,
  config: IdentityConfig | undefined,
  logger: FastifyBaseLogger,
): Identity<IncomingMessage> {
  if (own.authenticate) return ownIdentity(own.authenticate, own.resolveCustomerIds);
  if (!config) throw new TypeError('Nothing says how callers are authenticated.');
  const bearer = createBearerAuthentication(config, logger);
  const resolve = own.resolveCustomerIds ?? customersFromToken(config.customer);
  return {
    authenticate: ({ headers }) => bearer(headers.authorization),
    // The users it is given are those that `authenticate` has found.
    resolveCustomerIds: resolve as ResolveCustomerIds<TokenUser> as ResolveCustomerIds,
  };
}

/** Identity by the host app's functions alone. Throws a `TypeError` when one is missing. */
export function ownIdentity<Request, User extends PortalUser>(
  authenticate: Authenticate<Request, User>,
  resolveCustomerIds: ResolveCustomerIds<User> | undefined,
): Identity<Request> {
  if (!resolveCustomerIds) {
    throw new TypeError('With authenticate, resolveCustomerIds is needed too.');
  }
  return {
    async authenticate(request) {
      const user = await authenticate(request);
      if (!user) throw new PortalError('UNAUTHENTICATED', 'Sign in and try again.');
      return user;
    },
    // The users it is given are those that `authenticate` has found.
    resolveCustomerIds: resolveCustomerIds as ResolveCustomerIds,
  };
}
