import { SlidingWindow } from './sliding-window.js';
import type { CallEnd } from './upstream-quota.js';

/**
 * What was sent of a call that was then cut off may still arrive so much later, in milliseconds: TCP sends a lost packet
 * again after a fifth of a second, and then at doubling intervals.
 */
export const LATE_ARRIVAL = 5000;

/** Whether one more call may be made: yes, or not for so many milliseconds, or only once a place is free. */
export type Verdict = { kind: 'free' } | { kind: 'spent'; retryMs: number } | { kind: 'busy' };

/**
 * What this process has called within the last minute, on a clock that never goes back.
 *
 * A call counts from before it is sent until a minute after it has ended. Whenever it reached Chargebee in between, no
 * minute of Chargebee's then sees more calls than the limit: the last one of them was let through while all others
 * still counted.
 */
export class LocalQuota {
  readonly #ended: SlidingWindow;
  readonly #windowMs: number;
  readonly #underWay = new Set<number>();
  #pausedUntil = 0;

  /** `capacity` is the largest limit it will be asked about, `windowMs` the minute. */
  constructor(capacity: number, windowMs: number) {
    this.#windowMs = windowMs;
    this.#ended = new SlidingWindow(capacity, windowMs);
  }

  /** Whether one more call is within `limit` a minute and `places` at once, with `waiting` others before it. */
  check(limit: number, places: number, waiting: number, now = performance.now()): Verdict {
    if (this.#pausedUntil > now) {
      return { kind: 'spent', retryMs: this.#pausedUntil - now };
    }
    const tooMany = this.used(now) + waiting - limit + 1;
    if (tooMany > 0) {
      // A call that is still under way counts for a minute from its end.
      const retryMs = this.#ended.untilGone(tooMany, now) ?? this.#windowMs + 1000;
      return { kind: 'spent', retryMs };
    }
    return { kind: this.#underWay.size < places ? 'free' : 'busy' };
  }

  begin(call: number): void {
    this.#underWay.add(call);
  }

  end(call: number, how: CallEnd, now = performance.now()): void {
    this.#underWay.delete(call);
    if (how !== 'unsent') {
      this.#ended.add(how === 'cut' ? now + LATE_ARRIVAL : now, call);
    }
  }

  /** Pauses for at least so many milliseconds. */
  pause(milliseconds: number, now = performance.now()): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, now + milliseconds);
  }

  /** Milliseconds that are left of a pause. */
  paused(now = performance.now()): number {
    return Math.max(0, this.#pausedUntil - now);
  }

  /** How many calls count now. */
  used(now = performance.now()): number {
    return this.#underWay.size + this.#ended.size(now);
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  /** Every call that counts: how many milliseconds ago it ended (less than 0: in the future), or that it is under way. */
  *calls(now = performance.now()): Generator<{ call: number; endedAgo: number | undefined }> {
    for (const { call, moment } of this.#ended.entries(now)) {
      yield { call, endedAgo: now - moment };
    }
    for (const call of this.#underWay) {
      yield { call, endedAgo: undefined };
    }
  }
}
