import type { FastifyBaseLogger } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { createBackend } from './backend.js';
import { loadConfig } from './config/config.js';
import type { Environment } from './config/environment.js';
import { startApollo } from './graphql/apollo.js';
import { createApp } from './http/app.js';
import { Drain } from './http/drain.js';
import { graphqlRoute } from './http/graphql-route.js';
import { healthRoutes } from './http/health.js';
import { jsonRoutes } from './http/json-routes.js';
import { listen } from './http/listen.js';
import { createMetricsApp } from './http/metrics-app.js';
import { statusFailure } from './http/failure.js';
import { sendProblem } from './http/problem.js';
import { readTlsFiles, reloadTls } from './http/tls.js';
import type { TokenUser } from './identity/bearer.js';
import { createIdentity } from './identity/identity.js';
import type { Authenticate, PortalUser, ResolveCustomerIds } from './identity/user.js';
import { hostLogger } from './observability/host-logger.js';
import { createLogger } from './observability/logger.js';
import { PortalMetrics } from './observability/metrics.js';
import { wantsTraces } from './observability/tracing.js';

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
}

/** A server, ready to listen. */
export interface PortalServer {
  /** Starts listening; gives the URLs. Rejects with a message for the operator when a port is taken. */
  listen(): Promise<{ url: string; metricsUrl: string | undefined }>;
  /**
   * Stops accepting, finishes what is under way, and lets go of every connection. A second call waits for the same end.
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
  const env = options.env ?? process.env;
  const config = loadConfig(env, options.authenticate !== undefined);
  const logger = options.logger ? hostLogger(options.logger) : createLogger(config.logLevel);
  const metrics = new PortalMetrics();
  metrics.collectProcessMetrics();
  const tlsFiles = config.tls && (await readTlsFiles(config.tls));
  const identity = createIdentity(options, config, logger);
  const spans = wantsTraces(env) ? await import('./observability/spans.js') : undefined;
  const backend = createBackend({
    config,
    logger,
    metrics,
    resolveCustomerIds: identity.resolveCustomerIds,
    telemetryAdapter: spans?.chargebeeSpans,
  });

  const app = await createApp({ ...config, logger, metrics, tls: tlsFiles });
  spans?.traceRequests(app);
  const drain = new Drain(app);
  const apollo = await startApollo({ logger, introspection: config.introspection });
  const routes = { operations: backend.operations, authenticate: identity.authenticate, metrics };
  await app.register(graphqlRoute(routes, apollo));
  await app.register(jsonRoutes(routes));
  await app.register(healthRoutes(() => drain.draining));
  app.setNotFoundHandler((request, reply) => sendProblem(statusFailure(404), request, reply));
  const metricsApp = config.metricsPort === undefined ? undefined : createMetricsApp(metrics);
  const certificates =
    config.tls &&
    tlsFiles &&
    reloadTls(app.server as unknown as HttpsServer, config.tls, tlsFiles, logger);

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    logger.info('draining');
    const complete = await drain.finish(config.requestDeadlineMs + DRAIN_MARGIN_MS);
    if (!complete) logger.error('some requests did not finish in time and were cut off');
    certificates?.close();
    await Promise.all([app.close(), apollo.stop(), metricsApp?.close(), backend.close()]);
    logger.info('closed');
  };
  return {
    async listen() {
      const { host } = config;
      // Calls made before Redis is there count against this instance's own part for a minute.
      await backend.ready();
      const url = await listen(app, { host, port: config.port, variable: 'PORT' });
      let metricsUrl: string | undefined;
      if (metricsApp && config.metricsPort !== undefined) {
        const where = { host, port: config.metricsPort, variable: 'METRICS_PORT' };
        metricsUrl = `${await listen(metricsApp, where)}/metrics`;
      }
      logger.info({ url, metricsUrl }, 'listening');
      return { url, metricsUrl };
    },
    close: () => (closing ??= close()),
  };
}
