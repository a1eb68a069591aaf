import type { FastifyBaseLogger } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { createBackend } from './backend.js';
import { loadOperationsConfig } from './config/config.js';
import type { Environment } from './config/environment.js';
import { createRequestContext, type PortalContext } from './graphql/context.js';
import { ownIdentity } from './identity/identity.js';
import type { Authenticate, PortalUser, ResolveCustomerIds } from './identity/user.js';
import { hostLogger } from './observability/host-logger.js';
import { createLogger } from './observability/logger.js';
import { PortalMetrics } from './observability/metrics.js';
import { requestIdOf, type IncomingRequest } from './portal/request.js';

/** The part of a request that is looked at: Node's, Express's and Fastify's requests have it, and Fetch's `Request`. */
export interface RequestLike {
  readonly headers: IncomingHttpHeaders | Headers;
  /** The end user's address, where the host app knows it better than the connection. */
  readonly ip?: string | undefined;
  readonly socket?:
    | {
        readonly remoteAddress?: string | undefined;
        once(event: 'close', listener: () => void): unknown;
        off(event: 'close', listener: () => void): unknown;
      }
    | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How the portal is put into a host app's own Apollo Server. */
export interface PortalContextOptions<Request extends RequestLike, User extends PortalUser> {
  /**
   * Finds the user of a request; nothing for a request that proves nobody. Asked only when an operation has a field of
   * the portal's.
   */
  authenticate: Authenticate<Request, User>;
  /** Finds the user's customers, in a database, say. */
  resolveCustomerIds: ResolveCustomerIds<User>;
  /** The `CHARGEBEE_*` variables and those of limits and links; `process.env` unless given. */
  env?: Environment;
  /** Where audit lines go; standard output unless given. */
  logger?: FastifyBaseLogger;
}

/** Makes the context of one request; to be merged with the host app's own. */
export interface PortalContextFunction<Request extends RequestLike> {
  (request: Request): PortalContext;
  /** The Prometheus metrics, a registry of prom-client's. */
  readonly metrics: PortalMetrics['registry'];
  /** Finishes the operations under way and lets go of Chargebee and Redis. */
  close(): Promise<void>;
}

/**
 * What a host app's Apollo Server needs for `portalResolvers` to work: one function, made once, that gives each request
 * its context. Throws a `ConfigurationError` that lists every fault of the environment.
 */
export function createPortalContext<Request extends RequestLike, User extends PortalUser>(
  options: PortalContextOptions<Request, User>,
): PortalContextFunction<Request> {
  const config = loadOperationsConfig(options.env ?? process.env);
  const logger = options.logger ? hostLogger(options.logger) : createLogger('info');
  const metrics = new PortalMetrics();
  const identity = ownIdentity(
    options.authenticate,
    options.resolveCustomerIds,
    config.requestDeadlineMs,
  );
  const { resolveCustomerIds } = identity;
  const backend = createBackend({ config, logger, metrics, resolveCustomerIds });

  const contextOf = (request: Request): PortalContext => {
    const incoming = describe(request);
    return createRequestContext({
      requestId: incoming.id,
      operations: backend.operations,
      caller: async () => ({ user: await identity.authenticate(request), request: incoming }),
      onUnexpectedError: (err) =>
        logger.error({ err, requestId: incoming.id }, 'a field of the portal failed'),
    });
  };
  return Object.assign(contextOf, { metrics: metrics.registry, close: () => backend.close() });
}

function describe(request: RequestLike): IncomingRequest {
  const header = (name: string): string | undefined => {
    const { headers } = request;
    const value = headers instanceof Headers ? headers.get(name) : headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const { socket, signal } = request;
  return {
    id: requestIdOf(header('x-request-id')),
    receivedAt: performance.now(),
    ip: request.ip ?? socket?.remoteAddress,
    device: header('user-agent'),
    onGone(listener) {
      socket?.once('close', listener);
      signal?.addEventListener('abort', listener, { once: true });
      return () => {
        socket?.off('close', listener);
        signal?.removeEventListener('abort', listener);
      };
    },
  };
}
