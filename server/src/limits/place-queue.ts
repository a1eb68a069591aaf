import type { Verdict } from './local-quota.js';
import { SITE_IS_BUSY, noPlaceInTime, rateLimited } from './refusals.js';
import type { Permit, PermitRequest } from './upstream-quota.js';

/** How often a place is asked for again that another instance may have freed, in milliseconds; half of it at least. */
const POLL_INTERVAL = 50;

interface Waiting {
  resolve(permit: Permit): void;
  reject(reason: Error): void;
}

/** Where a queue gets its places from. */
export interface PlaceQueueOptions {
  /** Takes a call, if there is room and a place for one. */
  take: () => Promise<Permit | Verdict>;
  /** Whether places also come free without a word, since other instances hold them too. */
  shared: boolean;
}

/** Those who wait for a simultaneous place, first come first served, each until its deadline. */
export class PlaceQueue {
  readonly #options: PlaceQueueOptions;
  readonly #queue = new Set<Waiting>();
  #handingOut = false;
  #placesMayBeFree = false;
  #poll: NodeJS.Timeout | undefined;

  constructor(options: PlaceQueueOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#queue.size;
  }

  /** Resolves when there is a place for this one; rejects at its deadline, or when everybody is sent away. */
  wait({ deadline, signal }: PermitRequest): Promise<Permit> {
    const place = new Promise<Permit>((resolve, reject) => {
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
    if (this.#options.shared) {
      this.#pollLater();
    } else {
      // A place may have come free since it was asked for.
      this.placeFreed();
    }
    return place;
  }

  /** Hands places to those who wait, as long as there are any. */
  placeFreed(): void {
    this.#placesMayBeFree = true;
    if (!this.#handingOut && this.#queue.size > 0) {
      void this.#handOut();
    }
  }

  /** Sends everybody away. */
  refuseAll(reason: Error): void {
    for (const waiting of [...this.#queue]) {
      waiting.reject(reason);
    }
  }

  /** Asks for no more places. */
  close(): void {
    clearTimeout(this.#poll);
  }

  async #handOut(): Promise<void> {
    this.#handingOut = true;
    while (this.#queue.size > 0 && this.#placesMayBeFree) {
      this.#placesMayBeFree = false;
      const taken = await this.#options.take();
      if (!('kind' in taken)) {
        this.#placesMayBeFree = true;
        this.#handOn(taken);
      } else if (taken.kind === 'spent') {
        this.refuseAll(rateLimited(taken.retryMs, SITE_IS_BUSY));
      }
    }
    this.#handingOut = false;
    this.#pollLater();
  }

  /** Hands a permit to the first in the line; nobody waiting any more, it is given back. */
  #handOn(permit: Permit): void {
    const [first] = this.#queue;
    if (first === undefined) {
      permit.release('unsent');
    } else {
      first.resolve(permit);
    }
  }

  /** The places of other instances come back without a word: while somebody waits, one timer asks for them. */
  #pollLater(): void {
    if (!this.#options.shared || this.#queue.size === 0) {
      return;
    }
    const delay = POLL_INTERVAL * (0.5 + Math.random() / 2);
    this.#poll ??= setTimeout(() => {
      this.#poll = undefined;
      this.placeFreed();
    }, delay).unref();
  }
}
