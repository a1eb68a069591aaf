import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { createBackend, type Backend } from './backend.js';
import { loadConfig, type Config } from './config/config.js';
import type { Environment } from './config/environment.js';
import { reloadSecrets } from './config/reload-secrets.js';
import { startApollo } from './graphql/apollo.js';
import { createApp } from './http/app.js';
import { Drain } from './http/drain.js';
import { listen } from './http/listen.js';
import { createMount, type FetchHandler, type NodeHandler } from './http/mount.js';
import { createMetricsApp } from './http/metrics-app.js';
import { registerRoutes } from './http/routes.js';
import { readTlsFiles, reloadTls, type TlsFiles } from './http/tls.js';
import type { TokenUser } from './identity/bearer.js';
import { createIdentity, type Identity } from './identity/identity.js';
import type { Authenticate, PortalUser, ResolveCustomerIds } from './identity/user.js';
import { hostLogger } from './observability/host-logger.js';
import { toStandardOutput } from './observability/log-destination.js';
import { createLogger } from './observability/logger.js';
import { PortalMetrics } from './observability/metrics.js';
import { SampledLog } from './observability/sampled-log.js';
import { loadSpans } from './observability/load-spans.js';

/** How a server is set up beside its environment. */
export interface PortalServerOptions<User extends PortalUser = TokenUser> {
  /** The variables to configure it by; `process.env` unless given. */
  env?: Environment;
  /** Where its log goes; standard output unless given. */
  logger?: FastifyBaseLogger;
  /**
   * Finds the user of a request, instead of a bearer token and the `AUTH_*` variables. Needs `resolveCustomerIds` too.
   */
  authenticate?: Authenticate<IncomingMessage, User>;
  /** Finds the user's customers, instead of a claim of the token. */
  resolveCustomerIds?: ResolveCustomerIds<User>;
  /**
   * Where a host has mounted `handler` or `fetch`, if the host does not take that off the URL itself: `/api/billing` for a
   * route handler of Next's, say. Express takes it off. Nothing outside of it is served.
   */
  basePath?: string;
}

/** A server, ready to listen, or to be mounted in a host's own server. */
export interface PortalServer {
  /** Serves requests of a host's own server: a listener for Node's, middleware for Express and Connect. */
  readonly handler: NodeHandler;
  /** Serves Fetch API requests, as Next's route handlers receive them. */
  readonly fetch: FetchHandler;
  /** The Prometheus metrics, a registry of prom-client's: for a mounted server, which serves none by itself. */
  readonly metrics: PortalMetrics['registry'];
  /** Starts listening; gives the URLs. Rejects with a message for the operator when a port is taken. */
  listen(): Promise<{ url: string; metricsUrl: string | undefined }>;
  /**
   * Stops accepting, finishes what is in flight, and closes every connection of its own. A second call waits for the same
   * end.
   */
  close(): Promise<void>;
}

/** Time to finish beyond a request's own deadline. */
const DRAIN_MARGIN_MS = 1000;

/**
 * Makes the server as its environment says: GraphQL and JSON endpoints, health checks, and metrics on a port of their own.
 * Rejects with a `ConfigurationError` that lists every fault.
 */
export async function createPortalServer<User extends PortalUser = TokenUser>(
  options: PortalServerOptions<User> = {},
): Promise<PortalServer> {
  const basePath = parseBasePath(options.basePath);
  const env = options.env ?? process.env;
  const own = {
    identity: options.authenticate !== undefined,
    logger: options.logger !== undefined,
  };
  const load = () => loadConfig(env, own);
  const config = load();
  const logger = options.logger ? hostLogger(options.logger) : createLogger(config.logLevel);
  for (const warning of config.warnings) logger.warn(warning);
  const metrics = new PortalMetrics();
  metrics.watchLog(() => toStandardOutput().lost);
  metrics.collectProcessMetrics();
  const tlsFiles = config.tls && (await readTlsFiles(config.tls));
  const identity = createIdentity(options, config, { logger, metrics });
  const spans = await loadSpans(env);
  const backend = createBackend({
    config,
    logger,
    metrics,
    resolveCustomerIds: identity.resolveCustomerIds,
    telemetryAdapter: spans?.chargebeeSpans,
  });

  const app = await createApp({ ...config, logger, metrics, tls: tlsFiles });
  const whenReady = once(() => {
    // Not waited for: a key set that hangs must not keep the server from starting.
    void identity.bearer?.keys.start();
    return Promise.all([app.ready(), backend.ready()]);
  });
  const mount = createMount(app, basePath, whenReady);
  spans?.traceRequests(app);
  const drain = new Drain(app);
  const apollo = await startApollo({ logger, introspection: config.introspection });
  const refusals = new SampledLog(logger);
  const isDraining = () => drain.draining;
  await registerRoutes(app, { backend, identity, metrics, refusals, apollo, isDraining });
  const metricsApp = config.metricsPort === undefined ? undefined : createMetricsApp(metrics);
  const watchers = watchSecrets({ config, load, app, tlsFiles, backend, identity, logger });

  let isClosed = false;
  const close = once(async () => {
    isClosed = true;
    logger.info('draining');
    const withinMs = config.requestDeadlineMs + DRAIN_MARGIN_MS;
    const [complete] = await Promise.all([drain.finish(withinMs), mount.finish(withinMs)]);
    mount.refuse();
    if (!complete) logger.error('some requests did not finish in time and were cut off');
    for (const watcher of watchers) watcher.close();
    refusals.flush();
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
      await whenReady();
      if (isClosed) throw new Error('The server was closed, and cannot listen any more.');
      const urls = await listenOn(app, metricsApp, config);
      logger.info(urls, 'listening');
      return urls;
    },
    close,
  };
}

/** Uses the certificate and the secrets of changed files, until they are closed. */
function watchSecrets(parts: {
  config: Config;
  load: () => Config;
  app: FastifyInstance;
  tlsFiles: TlsFiles | undefined;
  backend: Backend;
  identity: Identity<IncomingMessage>;
  logger: FastifyBaseLogger;
}): { close(): void }[] {
  const { config, load, app, tlsFiles, backend, identity, logger } = parts;
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
  return [secrets, reloadTls(server, config.tls, tlsFiles, logger)];
}

async function listenOn(
  app: FastifyInstance,
  metricsApp: FastifyInstance | undefined,
  { host, port, metricsHost, metricsPort }: Config,
): Promise<{ url: string; metricsUrl: string | undefined }> {
  const url = await listen(app, { host, port, variable: 'PORT' });
  if (!metricsApp || metricsPort === undefined) return { url, metricsUrl: undefined };
  const where = { host: metricsHost, port: metricsPort, variable: 'METRICS_PORT' };
  return { url, metricsUrl: `${await listen(metricsApp, where)}/metrics` };
}

/** A function that runs once, however often it is called. */
function once<T>(run: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= run());
}

function parseBasePath(path = ''): string {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '' || /^(\/[\w.~-]+)+$/.test(trimmed)) return trimmed;
  throw new TypeError('basePath must be a path such as /api/billing.');
}
