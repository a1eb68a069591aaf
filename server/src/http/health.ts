import type { FastifyInstance } from 'fastify';

export interface HealthOptions {
  isDraining: () => boolean;
  /** Whether tokens could be verified since the start, now or at any time before. */
  hasKeys: () => boolean;
  /** Whether calls to Chargebee can be made: not before Redis was reached once, where the quota depends on it. */
  isUsable: () => boolean;
}

/**
 * `/healthz`: the process is alive. `/readyz`: send it requests. It is not ready while it drains, nor before it has had the
 * identity provider's keys once and reached a Redis that it needs, so that a rollout with a wrong address or password
 * stops. Later faults of these and of Chargebee do not change it: they would take every instance out of the balancer at
 * once, whose callers would get no proper answer.
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
