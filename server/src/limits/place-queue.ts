import type { Permit, PermitRequest } from './quota.js';
import { noPlaceInTime } from './refusals.js';

interface Waiting {
  resolve(permit: Permit): void;
  reject(reason: Error): void;
}

/** Those who wait for a simultaneous place, first come first served, each until its deadline. */
export class PlaceQueue {
  readonly #queue = new Set<Waiting>();

  get length(): number {
    return this.#queue.size;
  }

  /** Resolves when a permit is handed on to this one; rejects at its deadline, or when everybody is sent away. */
  wait({ deadline, signal }: PermitRequest): Promise<Permit> {
    return new Promise((resolve, reject) => {
      const giveUp = () => waiting.reject(noPlaceInTime());
      const leave = () => {
        clearTimeout(timer);
        stopListening();
        this.#queue.delete(waiting);
      };
      const waiting: Waiting = {
        resolve: (permit) => {
          leave();
          resolve(permit);
        },
        reject: (reason) => {
          leave();
          reject(reason);
        },
      };
      const timer = setTimeout(giveUp, Math.max(0, deadline - performance.now()));
      const stopListening = signal.listen(giveUp);
      this.#queue.add(waiting);
      if (signal.stopped) {
        giveUp();
      }
    });
  }

  /** Hands a permit to the first in the line; nobody waiting any more, it is given back. */
  handOn(permit: Permit): void {
    const [first] = this.#queue;
    if (first === undefined) {
      permit.release('unsent');
    } else {
      first.resolve(permit);
    }
  }

  /** Sends everybody away. */
  refuseAll(reason: Error): void {
    for (const waiting of [...this.#queue]) {
      waiting.reject(reason);
    }
  }
}
