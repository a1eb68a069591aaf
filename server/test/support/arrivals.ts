import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { aSession } from './upstream.js';

/** When a call reached the upstream: not before `from` and not after `to`, in milliseconds. */
interface Arrival {
  from: number;
  to: number;
}

/** The interval of the timer that records when the event loop runs, in milliseconds. */
const TICK_MS = 5;

/**
 * An upstream that responds to every call with success and records when the call arrived. On a loaded machine this process may
 * notice a call late, so it records the earliest and the latest time at which the call can have arrived.
 */
export class ArrivalLog {
  readonly arrivals: Arrival[] = [];
  readonly #server: Server;
  readonly #timer: NodeJS.Timeout;
  /** The last two times at which the event loop ran. A call may have waited for one round, so it arrived after the earlier one. */
  #lastTicks: [number, number] = [performance.now(), performance.now()];

  private constructor() {
    this.#timer = setInterval(() => {
      this.#lastTicks = [performance.now(), this.#lastTicks[0]];
    }, TICK_MS);
    this.#server = createServer((request, response) => {
      this.arrivals.push({ from: this.#lastTicks[1], to: performance.now() });
      request.resume().once('end', () => {
        // Every fifth call is slow, so that some calls are aborted.
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

  /** Returns the largest number of calls that certainly arrived within one window, wherever it begins. */
  mostInAnyWindow(windowMs: number): number {
    const arrivals = [...this.arrivals].sort((one, other) => one.from - other.from);
    let first = 0;
    return arrivals.reduce((most, last, index) => {
      // A call counts by itself even if its time is uncertain by more than a window.
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
