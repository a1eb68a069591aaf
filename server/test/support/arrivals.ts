import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { aSession } from './upstream.js';

/** When a call reached the upstream: not before `from` and not after `to`, in milliseconds. */
interface Arrival {
  from: number;
  to: number;
}

/** How often the event loop is known to run, in milliseconds, when nothing holds it up. */
const TICK_MS = 5;

/**
 * An upstream that answers every call well and writes down when it came. On a loaded machine this process may see a call
 * late, so it also knows a moment before which the call cannot have come.
 */
export class ArrivalLog {
  readonly arrivals: Arrival[] = [];
  readonly #server: Server;
  readonly #timer: NodeJS.Timeout;
  /** When the event loop ran last, and the time before: a call may have waited for one round to be accepted. */
  #looks: [number, number] = [performance.now(), performance.now()];

  private constructor() {
    this.#timer = setInterval(() => {
      this.#looks = [performance.now(), this.#looks[0]];
    }, TICK_MS);
    this.#server = createServer((request, response) => {
      this.arrivals.push({ from: this.#looks[1], to: performance.now() });
      request.resume().once('end', () => {
        // Every fifth call takes long, and some of them are cut off.
        const delayMs = this.arrivals.length % 5 === 0 ? 250 : 0;
        setTimeout(() => {
          response.setHeader('content-type', 'application/json');
          response.end(JSON.stringify({ portal_session: aSession() }));
        }, delayMs);
      });
    });
  }

  static async start(): Promise<ArrivalLog> {
    const log = new ArrivalLog();
    log.#server.listen(0, '127.0.0.1');
    await once(log.#server, 'listening');
    return log;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The most calls that certainly fell into one window, whichever way the uncertain moments are read. */
  mostInAnyWindow(windowMs: number): number {
    const arrivals = [...this.arrivals].sort((one, other) => one.from - other.from);
    let first = 0;
    return arrivals.reduce((most, last, index) => {
      // A call whose own moment is less certain than a window is long still counts as one.
      while (first < index && last.to - (arrivals[first]?.from ?? 0) >= windowMs) {
        first += 1;
      }
      return Math.max(most, index - first + 1);
    }, 0);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
