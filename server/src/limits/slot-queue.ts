import { SITE_IS_BUSY, noSlotBeforeDeadline, rateLimited } from './limit-errors.js';
import { isRefusal, type Permit, type PermitRequest, type Refusal } from './upstream-quota.js';

/** The interval of checks for a slot that another instance has freed. It varies between half of this and this. */
const POLL_INTERVAL_MS = 50;

interface Waiting {
  resolve(permit: Permit): void;
  reject(reason: Error): void;
}

export interface SlotQueueOptions {
  /** Tries to take a permit. */
  take: () => Promise<Permit | Refusal>;
  /** Whether other instances use the same slots. As they send no event when one is freed, the queue polls. */
  shared: boolean;
}

/** A FIFO queue of requests that wait for one of the concurrency slots, each until its deadline. */
export class SlotQueue {
  readonly #options: SlotQueueOptions;
  readonly #queue = new Set<Waiting>();
  #assigning = false;
  #mayBeFree = false;
  #poll: NodeJS.Timeout | undefined;

  constructor(options: SlotQueueOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#queue.size;
  }

  /** Resolves to a permit. Rejects at the request's deadline, or in `refuseAll`. */
  wait({ deadline, signal }: PermitRequest): Promise<Permit> {
    const permit = new Promise<Permit>((resolve, reject) => {
      const giveUp = () => waiting.reject(noSlotBeforeDeadline());
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
      const stopListening = signal.onAbort(giveUp);
      this.#queue.add(waiting);
      if (signal.aborted) {
        giveUp();
      }
    });
    if (this.#options.shared) {
      this.#pollLater();
    } else {
      // A slot may have become free since the request was refused.
      this.onSlotFreed();
    }
    return permit;
  }

  /** Assigns slots to the queue as long as there are any. */
  onSlotFreed(): void {
    this.#mayBeFree = true;
    if (!this.#assigning && this.#queue.size > 0) {
      void this.#assign();
    }
  }

  refuseAll(reason: Error): void {
    for (const waiting of [...this.#queue]) {
      waiting.reject(reason);
    }
  }

  /** Stops polling. */
  close(): void {
    clearTimeout(this.#poll);
  }

  async #assign(): Promise<void> {
    this.#assigning = true;
    while (this.#queue.size > 0 && this.#mayBeFree) {
      this.#mayBeFree = false;
      const taken = await this.#options.take();
      if (!isRefusal(taken)) {
        this.#mayBeFree = true;
        this.#give(taken);
      } else if (taken.refused !== 'busy') {
        this.refuseAll(rateLimited(taken.retryMs, SITE_IS_BUSY));
      }
    }
    this.#assigning = false;
    this.#pollLater();
  }

  /** Gives a permit to the first request in the queue. Releases it when the queue is empty. */
  #give(permit: Permit): void {
    const [first] = this.#queue;
    if (first === undefined) {
      permit.release('unsent');
    } else {
      first.resolve(permit);
    }
  }

  #pollLater(): void {
    if (!this.#options.shared || this.#queue.size === 0) {
      return;
    }
    const delay = POLL_INTERVAL_MS * (0.5 + Math.random() / 2);
    this.#poll ??= setTimeout(() => {
      this.#poll = undefined;
      this.onSlotFreed();
    }, delay).unref();
  }
}
