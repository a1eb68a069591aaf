import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { createBackend, type Backend } from './backend.js';
import { loadConfig, type Config } from './config/config.js';
import type { Environment } from './config/environment.js';
import { assertListenable, type ListenConfig } from './config/listen.js';
import { reloadSecrets } from './config/reload-secrets.js';
import { startApollo } from './graphql/apollo.js';
import { createApp } from './http/app.js';
import { Drain } from './http/drain.js';
import { listen } from './http/listen.js';
import { createMount, type FetchHandler, type Mount, type NodeHandler } from './http/mount.js';
import { createMetricsApp } from './http/metrics-app.js';
import { registerRoutes } from './http/routes.js';
import { readTlsFiles, reloadTls, type TlsFiles } from './http/tls.js';
import type { TokenUser } from './identity/bearer.js';
import { createIdentity, type Identity } from './identity/identity.js';
import type { Authenticate, PortalUser, ResolveCustomerIds } from './identity/user.js';
import type { PortalMetrics } from './observability/metrics.js';
import { createObservability } from './observability/observability.js';
import { SampledLog } from './observability/sampled-log.js';
import { loadSpans } from './observability/load-spans.js';

/** The options of a server, in addition to its environment variables. */
export interface PortalServerOptions<User extends PortalUser = TokenUser> {
  /** The environment variables. Default: `process.env`. */
  env?: Environment;
  /** The logger. Default: standard output. */
  logger?: FastifyBaseLogger;
  /**
   * Finds the user of a request. Replaces bearer tokens and the `AUTH_*` variables, and requires `resolveCustomerIds`.
   */
  authenticate?: Authenticate<IncomingMessage, User>;
  /** Finds the user's customers. Replaces the claim of the token. */
  resolveCustomerIds?: ResolveCustomerIds<User>;
  /**
   * The path at which the host has mounted `handler` or `fetch`, unless the host removes it from the URL, as Express does: for
   * example `/api/billing` for a route handler of Next.js. Other paths are not served.
   */
  basePath?: string;
}

/** A server that can listen, or be mounted in a host's own server. */
export interface PortalServer {
  /** A request listener for a host's Node server, and middleware for Express and Connect. */
  readonly handler: NodeHandler;
  /** A handler of Fetch API requests, such as those of Next.js route handlers. */
  readonly fetch: FetchHandler;
  /** The Prometheus metrics, as a registry of prom-client. A mounted server does not serve them itself. */
  readonly metrics: PortalMetrics['registry'];
  /** Starts listening, and resolves to the URLs. Rejects with a message for the operator when a port is in use. */
  listen(): Promise<{ url: string; metricsUrl: string | undefined }>;
  /**
   * Stops accepting connections, finishes the requests in flight, and closes all connections. Further calls return the same
   * promise.
   */
  close(): Promise<void>;
}

/** The time that draining may take beyond the deadline of requests. */
const DRAIN_MARGIN_MS = 1000;

/**
 * Creates the server with GraphQL and JSON endpoints, health checks, and metrics on a separate port, as configured by the
 * environment. Rejects with a `ConfigurationError` that lists every fault. If only variables of listening have faults, such as
 * `PORT`, `listen()` rejects with it instead.
 */
export async function createPortalServer<User extends PortalUser = TokenUser>(
  options: PortalServerOptions<User> = {},
): Promise<PortalServer> {
  const basePath = parseBasePath(options.basePath);
  const env = options.env ?? process.env;
  const load = () =>
    loadConfig(env, {
      identity: options.authenticate !== undefined,
      logger: options.logger !== undefined,
    });
  const services = await createServices(options, env, load());
  const { config, logger, metrics, tlsFiles, identity, spans, backend } = services;
  const app = await createApp({ ...config, logger, metrics, tls: tlsFiles });
  const whenReady = once(() => {
    // Not awaited: an identity provider that does not respond must not block the start.
    void identity.bearer?.keys.start();
    return Promise.all([app.ready(), backend.ready()]);
  });
  const mount = createMount(app, basePath, whenReady);
  spans?.traceRequests(app);
  const drain = new Drain(app);
  const apollo = await startApollo({ logger, introspection: config.introspection });
  const rejectionLog = new SampledLog(logger);
  const isDraining = () => drain.draining;
  await registerRoutes(app, { backend, identity, metrics, rejectionLog, apollo, isDraining });
  const metricsApp =
    config.listen.metricsPort === undefined ? undefined : createMetricsApp(metrics);
  const watchers = watchSecrets(services, load, app);

  let isClosed = false;
  const close = once(async () => {
    isClosed = true;
    await finishRequests({ config, drain, mount, logger });
    for (const watcher of watchers) watcher.close();
    rejectionLog.flush();
    await Promise.all([
      app.close(),
      apollo.stop(),
      metricsApp?.close(),
      backend.close(),
      identity.bearer?.keys.close(),
    ]);
    logger.info('closed');
  });
  return {
    handler: mount.handler,
    fetch: mount.fetch,
    metrics: metrics.registry,
    async listen() {
      assertListenable(config);
      await whenReady();
      if (isClosed) throw new Error('The server was closed, and cannot listen any more.');
      const urls = await listenOn(app, metricsApp, config.listen);
      logger.info(urls, 'listening');
      return urls;
    },
    close,
  };
}

/** The parts of the server that its routes use, and those that are reloaded. */
interface Services {
  config: Config;
  logger: FastifyBaseLogger;
  metrics: PortalMetrics;
  tlsFiles: TlsFiles | undefined;
  identity: Identity<IncomingMessage>;
  /** Undefined unless tracing is enabled. */
  spans: Awaited<ReturnType<typeof loadSpans>>;
  backend: Backend;
}

/** Opens the log and creates the services, in the order in which they depend on each other. */
async function createServices<User extends PortalUser>(
  options: PortalServerOptions<User>,
  env: Environment,
  config: Config,
): Promise<Services> {
  const { logger, metrics } = createObservability(options.logger, config);
  metrics.collectProcessMetrics();
  const tlsFiles = config.tls && (await readTlsFiles(config.tls));
  const identity = createIdentity(options, config, { logger, metrics });
  const spans = await loadSpans(env);
  const backend = createBackend({
    config,
    logger,
    metrics,
    resolveCustomerIds: identity.resolveCustomerIds,
    issuerOf: identity.issuerOf,
    telemetryAdapter: spans?.chargebeeSpans,
  });
  return { config, logger, metrics, tlsFiles, identity, spans, backend };
}

/** Finishes the requests in flight, and refuses further ones. */
async function finishRequests(parts: {
  config: Config;
  drain: Drain;
  mount: Mount;
  logger: FastifyBaseLogger;
}): Promise<void> {
  const { config, drain, mount, logger } = parts;
  logger.info('draining');
  const timeoutMs = config.requestDeadlineMs + DRAIN_MARGIN_MS;
  const [complete] = await Promise.all([drain.finish(timeoutMs), mount.finish(timeoutMs)]);
  mount.refuse();
  if (!complete) logger.error('some requests did not finish in time and were cut off');
}

interface Watcher {
  close(): void;
}

/** Reloads the certificate and the secrets when their files change, until the returned watchers are closed. */
function watchSecrets(services: Services, load: () => Config, app: FastifyInstance): Watcher[] {
  const { config, tlsFiles, backend, identity, logger, metrics } = services;
  const secrets = reloadSecrets({
    files: config.secretFiles,
    load,
    apply(replacement) {
      backend.replaceSecrets(replacement);
      if (replacement.identity) identity.bearer?.replaceKey(replacement.identity);
    },
    logger,
  });
  if (!config.tls || !tlsFiles) return [secrets];
  const server = app.server as unknown as HttpsServer;
  const certificate = reloadTls(server, config.tls, tlsFiles, logger);
  metrics.watchCertificate(() => certificate.expiresAt);
  return [secrets, certificate];
}

async function listenOn(
  app: FastifyInstance,
  metricsApp: FastifyInstance | undefined,
  { host, port, metricsHost, metricsPort }: ListenConfig,
): Promise<{ url: string; metricsUrl: string | undefined }> {
  const url = await listen(app, { host, port, variable: 'PORT' });
  if (!metricsApp || metricsPort === undefined) return { url, metricsUrl: undefined };
  const where = { host: metricsHost, port: metricsPort, variable: 'METRICS_PORT' };
  return { url, metricsUrl: `${await listen(metricsApp, where)}/metrics` };
}

/** Returns a function that calls `run` once and always returns its promise. */
function once<T>(run: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= run());
}

function parseBasePath(path = ''): string {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '' || /^(\/[\w.~-]+)+$/.test(trimmed)) return trimmed;
  throw new TypeError('basePath must be a path such as /api/billing.');
}
