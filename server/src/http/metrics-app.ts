import fastify, { type FastifyInstance } from 'fastify';
import type { PortalMetrics } from '../observability/metrics.js';

/** The application behind `METRICS_PORT`, apart from the one that the internet reaches. */
export function createMetricsApp(metrics: PortalMetrics): FastifyInstance {
  const app = fastify({ logger: false, requestTimeout: 10_000 });
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  return app;
}
