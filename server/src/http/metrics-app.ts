import fastify, { type FastifyInstance } from 'fastify';
import type { PortalMetrics } from '../observability/metrics.js';

/** The application behind `METRICS_PORT`, apart from the one that the internet reaches. */
export function createMetricsApp(metrics: PortalMetrics): FastifyInstance {
  const app = fastify({
    logger: false,
    requestTimeout: 10_000,
    // Node does not look for requests that do not arrive once a server closes, and nothing here is worth waiting for.
    forceCloseConnections: true,
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  return app;
}
