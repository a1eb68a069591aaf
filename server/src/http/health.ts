import type { FastifyInstance } from 'fastify';

export interface HealthOptions {
  isDraining: () => boolean;
  /** Whether there have been keys to verify tokens with at any time since the start. */
  hasKeys: () => boolean;
  /** Whether calls to Chargebee can be made. If the quota depends on Redis, this is false until the first connection. */
  isUsable: () => boolean;
}

/**
 * `/healthz` reports that the process is alive, `/readyz` that it should receive requests. It is not ready while draining, nor
 * before the first fetch of the identity provider's keys and the first connection to a required Redis, so that a rollout with
 * a wrong address or password stops. Later faults of these services or of Chargebee do not affect readiness: otherwise the
 * load balancer would remove all instances at once, and callers would get no meaningful error.
 */
export function healthRoutes({ isDraining, hasKeys, isUsable }: HealthOptions) {
  return (app: FastifyInstance, _options: object, done: () => void): void => {
    app.get('/healthz', (_request, reply) => reply.send({ status: 'ok' }));
    app.get('/readyz', (_request, reply) => {
      if (isDraining()) return reply.code(503).send({ status: 'draining' });
      if (!isUsable()) return reply.code(503).send({ status: 'waiting for Redis' });
      if (!hasKeys()) return reply.code(503).send({ status: 'waiting for keys' });
      return reply.send({ status: 'ready' });
    });
    done();
  };
}
