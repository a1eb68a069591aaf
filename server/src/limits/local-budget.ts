import { SlidingWindow } from './sliding-window.js';
import type { BudgetUse, CallEnd, Permit, Refusal } from './upstream-quota.js';

/** The estimate for when a call that is in flight will have ended, in milliseconds. */
const TYPICAL_CALL_MS = 1000;

/** How a budget is set up. */
export interface LocalBudgetOptions {
  /** Calls of this process in any window. */
  requestsPerMinute: number;
  /** The same while calls of a process that this one replaces may still count. */
  requestsInFirstMinute: number;
  /** Simultaneous calls of this process. */
  maxConcurrency: number;
  /** The minute, in milliseconds. */
  windowMs: number;
  /** How long calls of a replaced process may still count, in milliseconds from the start of this one. */
  firstMinuteMs: number;
  /** How much later than it was cut off a call may arrive, in milliseconds. */
  lateArrivalMs: number;
  /** A clock in milliseconds that never goes back. */
  clock: () => number;
}

/**
 * Calls that this process may make by itself, counted in its own memory.
 *
 * A call counts from before it is sent until a minute after it has ended. Whenever it reached Chargebee in between, no
 * minute of Chargebee's sees more calls than the limit: when the last of them was granted, all the others still counted.
 */
export class LocalBudget {
  readonly #options: LocalBudgetOptions;
  readonly #ended: SlidingWindow;
  readonly #firstMinuteEnds: number;
  #inFlight = 0;

  constructor(options: LocalBudgetOptions) {
    this.#options = options;
    this.#ended = new SlidingWindow(options.requestsPerMinute, options.windowMs);
    this.#firstMinuteEnds = options.clock() + options.firstMinuteMs;
  }

  /** Takes one call. `onRelease` is called when it has ended. */
  take(onRelease: () => void): Permit | Refusal {
    const now = this.#options.clock();
    const limit = this.#limit(now);
    const left = limit - this.#used(now);
    if (left <= 0) {
      return { refused: 'spent', retryMs: this.#untilRoom(1 - left, now) };
    }
    if (this.#inFlight >= this.#options.maxConcurrency) {
      return { refused: 'busy', left };
    }
    this.#inFlight += 1;
    let released = false;
    return {
      sendBy: Infinity,
      release: (end) => {
        if (!released) {
          released = true;
          this.#end(end);
          onRelease();
        }
      },
    };
  }

  use(): BudgetUse {
    const now = this.#options.clock();
    const limit = this.#limit(now);
    const remaining = Math.max(0, limit - this.#used(now));
    return { limit, remaining, inFlight: this.#inFlight, pausedMs: 0 };
  }

  #end(end: CallEnd): void {
    this.#inFlight -= 1;
    if (end !== 'unsent') {
      const late = end === 'cut' ? this.#options.lateArrivalMs : 0;
      this.#ended.add(this.#options.clock() + late);
    }
  }

  #limit(now: number): number {
    const { requestsPerMinute, requestsInFirstMinute } = this.#options;
    return now < this.#firstMinuteEnds ? requestsInFirstMinute : requestsPerMinute;
  }

  #used(now: number): number {
    return this.#inFlight + this.#ended.size(now);
  }

  /** Milliseconds until `count` calls no longer count, or until the first minute is over, when the limit grows. */
  #untilRoom(count: number, now: number): number {
    const untilGone = this.#ended.untilGone(count, now) ?? this.#options.windowMs + TYPICAL_CALL_MS;
    const untilGrown = this.#firstMinuteEnds - now;
    return untilGrown > 0 && this.#limit(now) + count <= this.#options.requestsPerMinute
      ? Math.min(untilGone, untilGrown)
      : untilGone;
  }
}
