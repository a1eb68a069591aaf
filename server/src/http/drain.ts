import type { FastifyInstance } from 'fastify';
import { Server as HttpsServer } from 'node:https';
import { Server as NetServer, type Socket } from 'node:net';

/** How long idle connections stay open for a request that may be in transit. */
const GRACE_MS = 500;
const CHECK_INTERVAL_MS = 50;

/**
 * Stops an application without losing a request: it accepts no new connections, answers every request that still arrives
 * on an open one with `connection: close`, and closes idle connections after a grace period.
 */
export class Drain {
  readonly #app: FastifyInstance;
  /** All TCP connections, including those in a TLS handshake, which an HTTP server does not count. */
  readonly #connections = new Set<Socket>();
  /** The sockets that carry requests: the TCP connections, or the TLS sockets on them after the handshake. */
  readonly #requestSockets = new Set<Socket>();
  #draining = false;

  constructor(app: FastifyInstance) {
    this.#app = app;
    const { server } = app;
    server.on('connection', (socket: Socket) => track(socket, this.#connections));
    const secure = server instanceof HttpsServer;
    server.on(secure ? 'secureConnection' : 'connection', (socket: Socket) =>
      track(socket, this.#requestSockets),
    );
    app.addHook('onSend', (_request, reply, _payload, done) => {
      if (this.#draining) reply.header('connection', 'close');
      done();
    });
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Resolves to true when all requests were answered, or to false when some were aborted at the timeout. */
  async finish(timeoutMs: number): Promise<boolean> {
    this.#draining = true;
    const { server } = this.#app;
    if (!server.listening) return true;
    const startedAt = performance.now();
    let complete = true;
    const closed = new Promise<void>((resolve) => {
      // http.Server's close() closes idle connections at once, though a request may be in transit on them.
      NetServer.prototype.close.call(server, () => resolve());
    });
    const timer = setInterval(() => {
      const elapsed = performance.now() - startedAt;
      if (elapsed < GRACE_MS) return;
      server.closeIdleConnections();
      this.#closeUnusedConnections();
      if (elapsed < timeoutMs) return;
      for (const connection of this.#connections) {
        if (connection.destroyed) continue;
        complete = false;
        connection.destroy();
      }
    }, CHECK_INTERVAL_MS);
    await closed;
    clearInterval(timer);
    return complete;
  }

  /** Closes connections that have received no data: Node counts a new connection as busy. */
  #closeUnusedConnections(): void {
    const used = [...this.#requestSockets].filter(({ bytesRead }) => bytesRead > 0);
    // Node has no public way from a TLS socket to its TCP connection, but both have the same peer.
    const peers = new Set(used.map(peerOf));
    for (const connection of this.#connections) {
      if (!peers.has(peerOf(connection))) connection.destroy();
    }
  }
}

/** Keeps a socket in the set until it closes. */
function track(socket: Socket, set: Set<Socket>): void {
  set.add(socket);
  socket.once('close', () => set.delete(socket));
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
