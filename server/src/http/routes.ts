import type { ApolloServer } from '@apollo/server';
import type { FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Backend } from '../backend.js';
import type { PortalContext } from '../graphql/context.js';
import type { Identity } from '../identity/identity.js';
import type { PortalMetrics } from '../observability/metrics.js';
import type { SampledLog } from '../observability/sampled-log.js';
import { isUnexpected, statusFailure, toFailure } from './failure.js';
import { graphqlRoute } from './graphql-route.js';
import { healthRoutes } from './health.js';
import { jsonRoutes } from './json-routes.js';
import { sendProblem } from './problem.js';

export interface RoutesOptions {
  backend: Backend;
  identity: Identity<IncomingMessage>;
  metrics: PortalMetrics;
  rejectionLog: SampledLog;
  apollo: ApolloServer<PortalContext>;
  isDraining: () => boolean;
}

/** Registers GraphQL, the JSON endpoints and health checks. Other paths are answered with 404. */
export async function registerRoutes(app: FastifyInstance, options: RoutesOptions): Promise<void> {
  const { backend, identity, metrics, rejectionLog, isDraining } = options;
  const { operations } = backend;
  const routes = { operations, authenticate: identity.authenticate, metrics, rejectionLog };
  answerErrors(app);
  await app.register(graphqlRoute(routes, options.apollo));
  await app.register(jsonRoutes(routes));
  // Once a server has had keys, it stays ready; see `healthRoutes`.
  let hadKeys = false;
  await app.register(
    healthRoutes({
      isDraining,
      isUsable: () => backend.usable,
      hasKeys: () => (hadKeys ||= identity.bearer?.keys.status().usable ?? true),
    }),
  );
  answerUnknownPaths(app);
}

/** Answers unknown paths with 404 before the body is read, so that a malformed body does not cause another error. */
function answerUnknownPaths(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) void sendProblem(statusFailure(404), request, reply);
    else done();
  });
}

/** Sets the default error handler. Must be called before routes are registered. */
function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const failure = toFailure(error);
    if (isUnexpected(failure)) request.log.error({ err: error }, 'the request failed');
    return sendProblem(failure, request, reply);
  });
}
