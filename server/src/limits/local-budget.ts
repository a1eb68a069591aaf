import { SlidingWindow } from './sliding-window.js';
import type { BudgetUsage, CallEnd, Permit, Refusal } from './upstream-quota.js';

/** The estimate for when a call that is in flight will have ended, in milliseconds. */
const TYPICAL_CALL_MS = 1000;

export interface LocalBudgetOptions {
  /** Calls of this process in any window. */
  requestsPerMinute: number;
  /** The limit after the start, while calls of a process that this one replaces may still count. */
  requestsInFirstMinute: number;
  /** Simultaneous calls of this process. */
  maxConcurrency: number;
  /** The length of the minute, in milliseconds. */
  windowMs: number;
  /** How long after the start of this process the calls of a replaced one may count, in milliseconds. */
  firstMinuteMs: number;
  /** How long after it was aborted a call may still arrive, in milliseconds. */
  lateArrivalMs: number;
  /** A monotonic clock, in milliseconds. */
  clock: () => number;
}

/**
 * A budget of calls that this process counts in its own memory.
 *
 * A call counts from before it is sent until a minute after it has ended, because the time at which it reaches Chargebee is not
 * known. Calls that may arrive within one minute are thus all counted together, and never exceed the limit.
 */
export class LocalBudget {
  readonly #options: LocalBudgetOptions;
  readonly #ended: SlidingWindow;
  readonly #firstMinuteEndsAt: number;
  #inFlight = 0;

  constructor(options: LocalBudgetOptions) {
    this.#options = options;
    this.#ended = new SlidingWindow(options.requestsPerMinute, options.windowMs);
    this.#firstMinuteEndsAt = options.clock() + options.firstMinuteMs;
  }

  /** Takes one call. `onRelease` is called when it has ended. */
  take(onRelease: () => void): Permit | Refusal {
    const now = this.#options.clock();
    const limit = this.#limit(now);
    const remaining = limit - this.#used(now);
    if (remaining <= 0) {
      return { refused: 'spent', retryMs: this.#msUntilAvailable(1 - remaining, now) };
    }
    if (this.#inFlight >= this.#options.maxConcurrency) {
      return { refused: 'busy', remaining };
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

  usage(): BudgetUsage {
    const now = this.#options.clock();
    const limit = this.#limit(now);
    const remaining = Math.max(0, limit - this.#used(now));
    return { limit, remaining, inFlight: this.#inFlight, pausedMs: 0 };
  }

  #end(end: CallEnd): void {
    this.#inFlight -= 1;
    if (end !== 'unsent') {
      const late = end === 'aborted' ? this.#options.lateArrivalMs : 0;
      this.#ended.add(this.#options.clock() + late);
    }
  }

  #limit(now: number): number {
    const { requestsPerMinute, requestsInFirstMinute } = this.#options;
    return now < this.#firstMinuteEndsAt ? requestsInFirstMinute : requestsPerMinute;
  }

  #used(now: number): number {
    return this.#inFlight + this.#ended.size(now);
  }

  /** Returns the milliseconds until `count` calls no longer count, or until the first minute ends and the limit rises. */
  #msUntilAvailable(count: number, now: number): number {
    const untilLimitRises = this.#firstMinuteEndsAt - now;
    // Nothing is allowed before, so the end of other calls makes none available.
    if (this.#limit(now) === 0) return untilLimitRises;
    const untilExpired =
      this.#ended.msUntilExpired(count, now) ?? this.#options.windowMs + TYPICAL_CALL_MS;
    return untilLimitRises > 0 && this.#limit(now) + count <= this.#options.requestsPerMinute
      ? Math.min(untilExpired, untilLimitRises)
      : untilExpired;
  }
}
