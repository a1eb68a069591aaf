import type { FastifyInstance } from 'fastify';
import { Server as HttpsServer } from 'node:https';
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
  /** What requests come on: the connections themselves, or the TLS on them once its handshake is done. */
  readonly #carriers = new Set<Socket>();
  #draining = false;

  constructor(app: FastifyInstance) {
    this.#app = app;
    const { server } = app;
    server.on('connection', (socket: Socket) => keep(socket, this.#connections));
    const secure = server instanceof HttpsServer;
    server.on(secure ? 'secureConnection' : 'connection', (socket: Socket) =>
      keep(socket, this.#carriers),
    );
    app.addHook('onSend', (_request, reply, _payload, done) => {
      if (this.#draining) reply.header('connection', 'close');
      done();
    });
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Resolves when all is answered, true, or when the time is up and a request was cut off, false. */
  async finish(withinMs: number): Promise<boolean> {
    this.#draining = true;
    const { server } = this.#app;
    if (!server.listening) return true;
    const startedAt = performance.now();
    let complete = true;
    const closed = new Promise<void>((resolve) => {
      // http.Server's own close would at once cut the idle connections, on which a request may be on its way.
      NetServer.prototype.close.call(server, () => resolve());
    });
    const timer = setInterval(() => {
      const elapsed = performance.now() - startedAt;
      if (elapsed < GRACE_MS) return;
      server.closeIdleConnections();
      this.#closeUnused();
      if (elapsed < withinMs) return;
      for (const connection of this.#connections) {
        if (connection.destroyed) continue;
        complete = false;
        connection.destroy();
      }
    }, LOOK_EVERY_MS);
    await closed;
    clearInterval(timer);
    return complete;
  }

  /** Closes the connections on which nothing of a request has come yet: Node takes a new one for busy. */
  #closeUnused(): void {
    const used = [...this.#carriers].filter(({ bytesRead }) => bytesRead > 0);
    // Nothing public leads from the TLS to the connection under it, but they have the other end in common.
    const peers = new Set(used.map(peerOf));
    for (const connection of this.#connections) {
      if (!peers.has(peerOf(connection))) connection.destroy();
    }
  }
}

/** Keeps a socket in the set until it is closed. */
function keep(socket: Socket, set: Set<Socket>): void {
  set.add(socket);
  socket.once('close', () => set.delete(socket));
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
