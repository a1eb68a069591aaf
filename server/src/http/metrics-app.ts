import fastify, { type FastifyInstance } from 'fastify';
import type { PortalMetrics } from '../observability/metrics.js';

/** Creates the application of `METRICS_PORT`, which is separate from the public one. */
export function createMetricsApp(metrics: PortalMetrics): FastifyInstance {
  const app = fastify({
    logger: false,
    requestTimeout: 10_000,
    // Once a server is closing, Node no longer checks for requests that time out, and a scrape is not worth waiting for.
    forceCloseConnections: true,
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  return app;
}
