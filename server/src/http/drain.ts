import type { FastifyInstance } from 'fastify';
import { Server as NetServer, type Socket } from 'node:net';

/** How long connections that are open stay open for a request that is just on its way. */
const GRACE_MS = 500;
const LOOK_EVERY_MS = 50;

/**
 * Stops an application without losing a request: no connection is accepted any more, whatever comes on an open one is
 * answered and told to be the last, and only then, or when there is nothing under way, connections are closed.
 */
export class Drain {
  readonly #app: FastifyInstance;
  /** All connections: those in a TLS handshake are none to an HTTP server. */
  readonly #connections = new Set<Socket>();
  #draining = false;

  constructor(app: FastifyInstance) {
    this.#app = app;
    app.server.on('connection', (connection: Socket) => {
      this.#connections.add(connection);
      connection.once('close', () => this.#connections.delete(connection));
    });
    app.addHook('onSend', (_request, reply, _payload, done) => {
      if (this.#draining) reply.header('connection', 'close');
      done();
    });
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Resolves when all is answered, true, or when the time is up and the rest was cut off, false. */
  async finish(withinMs: number): Promise<boolean> {
    this.#draining = true;
    const { server } = this.#app;
    if (!server.listening) return true;
    const startedAt = performance.now();
    const closed = new Promise<void>((resolve) => {
      // http.Server's own close would at once cut the idle connections, on which a request may be on its way.
      NetServer.prototype.close.call(server, () => resolve());
    });
    const timer = setInterval(() => {
      const elapsed = performance.now() - startedAt;
      if (elapsed >= GRACE_MS) server.closeIdleConnections();
      if (elapsed >= withinMs) for (const connection of this.#connections) connection.destroy();
    }, LOOK_EVERY_MS);
    await closed;
    clearInterval(timer);
    return performance.now() - startedAt < withinMs;
  }
}
