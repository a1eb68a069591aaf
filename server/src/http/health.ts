import type { FastifyInstance } from 'fastify';

/**
 * `/healthz`: the process is alive. `/readyz`: send it requests; not while it drains. Neither asks Chargebee: a Chargebee
 * that is down must not take every instance out of the balancer, whose callers are answered best here.
 */
export function healthRoutes(isDraining: () => boolean) {
  return (app: FastifyInstance, _options: object, done: () => void): void => {
    app.get('/healthz', (_request, reply) => reply.send({ status: 'ok' }));
    app.get('/readyz', (_request, reply) =>
      isDraining() ? reply.code(503).send({ status: 'draining' }) : reply.send({ status: 'ready' }),
    );
    done();
  };
}
