import type { FastifyBaseLogger } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { createBackend } from './backend.js';
import { loadOperationsConfig } from './config/config.js';
import type { Environment } from './config/environment.js';
import { reloadSecrets } from './config/reload-secrets.js';
import { onClose, type ClosingSocket } from './http/on-close.js';
import { sameOrigin } from './http/own-origins.js';
import { addressOf } from './network/address.js';
import { createUpstreamClaim, type PortalContext } from './graphql/context.js';
import { hostIdentity } from './identity/identity.js';
import type { Authenticate, PortalUser, ResolveCustomerIds } from './identity/user.js';
import { createHostSpans } from './observability/host-spans.js';
import type { PortalMetrics } from './observability/metrics.js';
import { createObservability } from './observability/observability.js';
import { reportAuthenticationError } from './observability/authentication-errors.js';
import { SampledLog } from './observability/sampled-log.js';
import {
  requestIdOf,
  shortenUserAgent,
  type Caller,
  type IncomingRequest,
} from './portal/request.js';

/** The properties of a request that are read. Requests of Node, Express, Fastify and Fetch have them. */
export interface RequestLike {
  readonly headers: IncomingHttpHeaders | Headers;
  readonly method?: string | undefined;
  /** The end user's address; by default, that of the connection. */
  readonly ip?: string | undefined;
  readonly socket?: (ClosingSocket & { readonly remoteAddress?: string | undefined }) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Options for embedding the portal in a host app's own GraphQL server. */
export interface PortalContextOptions<Request extends RequestLike, User extends PortalUser> {
  /**
   * Finds the user of a request; returns null or undefined for an unauthenticated one. Called only for operations with fields
   * of the portal.
   */
  authenticate: Authenticate<Request, User>;
  /** Finds the user's customers, for example in a database. */
  resolveCustomerIds: ResolveCustomerIds<User>;
  /** The environment variables, of which those for authentication and HTTP are not read. Default: `process.env`. */
  env?: Environment;
  /** The logger, also for audit lines. Default: standard output. */
  logger?: FastifyBaseLogger;
}

/** Creates the GraphQL context of a request, to be merged with the host app's own. */
export interface PortalContextFunction<Request extends RequestLike> {
  (request: Request): PortalContext;
  /** The Prometheus metrics, as a registry of prom-client. */
  readonly metrics: PortalMetrics['registry'];
  /** Waits for the operations in flight, and closes the connections to Chargebee and Redis. */
  close(): Promise<void>;
}

/**
 * Creates the function that creates the context of each request for `portalResolvers`. Call it once per process.
 * @throws ConfigurationError listing every fault of the environment
 */
export function createPortalContext<Request extends RequestLike, User extends PortalUser>(
  options: PortalContextOptions<Request, User>,
): PortalContextFunction<Request> {
  const env = options.env ?? process.env;
  const load = () => loadOperationsConfig(env, { logger: options.logger !== undefined });
  const config = load();
  const { logger, metrics } = createObservability(options.logger, config);
  const rejectionLog = new SampledLog(logger);
  const identity = hostIdentity(
    options.authenticate,
    options.resolveCustomerIds,
    config.requestDeadlineMs,
  );
  const { resolveCustomerIds, issuerOf } = identity;
  const spans = createHostSpans();
  const backend = createBackend({
    config,
    logger,
    metrics,
    resolveCustomerIds,
    issuerOf,
    telemetryAdapter: spans.adapter,
  });

  const secrets = reloadSecrets({
    files: config.secretFiles,
    load,
    apply: (replacement) => backend.replaceSecrets(replacement),
    logger,
  });
  const claimOf = createClaims();
  const contextOf = (request: Request): PortalContext => {
    const incoming = toIncomingRequest(request);
    const requestId = incoming.id;
    let caller: Promise<Caller> | undefined;
    const authenticate = async (): Promise<Caller> => {
      await spans.ready;
      try {
        return { user: await identity.authenticate(request), request: incoming };
      } catch (error) {
        const { ip, device } = incoming;
        const userAgent = shortenUserAgent(device);
        reportAuthenticationError(error, rejectionLog, metrics, { requestId, ip, userAgent });
        throw error;
      }
    };
    return {
      portal: {
        requestId,
        operations: backend.operations,
        caller: () => (caller ??= authenticate()),
        claimUpstream: claimOf(request),
        onUnexpectedError: (err) =>
          logger.error({ err, requestId }, 'a field of the portal failed'),
      },
    };
  };
  const close = (): Promise<void> => {
    rejectionLog.flush();
    secrets.close();
    return backend.close();
  };
  return Object.assign(contextOf, { metrics: metrics.registry, close });
}

function toIncomingRequest(request: RequestLike): IncomingRequest {
  // Some frameworks pass an object that contains the request instead, and not every host is type-checked.
  const { headers: given } = (request ?? {}) as Partial<RequestLike>;
  if (typeof given !== 'object') {
    throw new TypeError('The portal’s context needs the request itself, which has headers.');
  }
  const header = (name: string) => headerOf(request, name);
  const { socket } = request;
  // The signal of Fastify's requests is not used: it is aborted as soon as the body has been read.
  const signal = isFetchHeaders(request.headers) ? request.signal : undefined;
  return {
    id: requestIdOf(header('x-request-id')),
    receivedAt: performance.now(),
    ip: addressOf(request.ip ?? socket?.remoteAddress),
    device: header('user-agent'),
    // The host app's scheme and host are not known here, but browsers state whether the origin is the same.
    ownOrigins: () => sameOrigin(header('origin'), header('sec-fetch-site')),
    onDisconnect(listener) {
      if (signal?.aborted || socket?.destroyed) listener();
      const stopListening = socket && onClose(socket, listener);
      signal?.addEventListener('abort', listener, { once: true });
      return () => {
        stopListening?.();
        signal?.removeEventListener('abort', listener);
      };
    },
  };
}

function headerOf({ headers }: RequestLike, name: string): string | undefined {
  // Not by `instanceof`: some frameworks have their own class `Headers`.
  const value = isFetchHeaders(headers) ? headers.get(name) : headers[name];
  return typeof value === 'string' ? value : undefined;
}

/**
 * Returns a function that finds `claimUpstream` of a request. Some hosts create a context for each operation of a batch: they get
 * the same one, so that a batch counts as one request. Each operation over a WebSocket counts as a request.
 */
function createClaims(): (request: RequestLike) => () => void {
  const claims = new WeakMap<RequestLike, () => void>();
  return (request) => {
    if (isWebSocket(request)) return createUpstreamClaim();
    const claim = claims.get(request) ?? createUpstreamClaim();
    claims.set(request, claim);
    return claim;
  };
}

/**
 * Returns whether a request has opened a WebSocket, over which many operations come. In HTTP/2 the header is a pseudo-header. Any
 * client can send the header with a batch, but by another method (RFC 6455, section 4.1; RFC 8441, section 4).
 */
function isWebSocket(request: RequestLike): boolean {
  const { method = 'GET' } = request;
  if (method !== 'GET' && method !== 'CONNECT') return false;
  const protocol =
    headerOf(request, 'upgrade') ??
    (isFetchHeaders(request.headers) ? undefined : headerOf(request, ':protocol'));
  return protocol?.toLowerCase() === 'websocket';
}

function isFetchHeaders(headers: RequestLike['headers']): headers is Headers {
  return typeof headers.get === 'function';
}
