import type { Moment } from '../moment.js';

/**
 * The deviation of Redis's clock above which it is considered to have been set, in milliseconds. To allow for it, calls in the
 * log of Redis count this much longer than a minute.
 */
export const CLOCK_TOLERANCE_MS = 250;

/** The accepted drift between the clocks, as a fraction. NTP adjusts a clock by at most half of this. */
const DRIFT = 0.001;

/**
 * Detects that Redis's clock was set. The log in Redis uses only that clock: if it is set forward by a minute, every call in the
 * log looks a minute older than it is. So Redis's clock is compared with the monotonic clock of this process.
 *
 * Serverless platforms and virtual machines suspend a process. The monotonic clock stands still meanwhile, so that Redis's
 * clock seems to have been set forward. If it still agrees with the wall clock of this process, it was not set.
 */
export class RedisClock {
  readonly #sinceMonotonic = new Difference();
  readonly #sinceWall = new Difference();

  /** Returns whether a time from Redis agrees with earlier ones. */
  isSteady(redisNow: number, sent: Moment, received: Moment): boolean {
    const byMonotonic = this.#sinceMonotonic.compare(redisNow, sent.monotonic, received.monotonic);
    const byWall = this.#sinceWall.compare(redisNow, sent.wall, received.wall);
    const isSteady = byMonotonic === 'same' || (byMonotonic === 'grown' && byWall === 'same');
    if (!isSteady) return false;
    // Restart the difference that has changed: this process was suspended, or its wall clock was set.
    if (byMonotonic !== 'same') {
      this.#sinceMonotonic.restart(redisNow, sent.monotonic, received.monotonic);
    }
    if (byWall !== 'same') this.#sinceWall.restart(redisNow, sent.wall, received.wall);
    return true;
  }
}

/**
 * The difference between Redis's clock and one of this process, as a range. Each response narrows it, since Redis read its clock
 * after the request was sent and before the response was received.
 */
class Difference {
  #lowest = -Infinity;
  #highest = Infinity;
  #at = 0;

  /** Compares the difference in a response with the earlier ones. */
  compare(redisNow: number, sentAt: number, receivedAt: number): 'same' | 'grown' | 'shrunk' {
    const drift = Math.max(0, receivedAt - this.#at) * DRIFT;
    const lowest = this.#lowest - drift;
    const highest = this.#highest + drift;
    const atLeast = redisNow - receivedAt;
    const atMost = redisNow - sentAt;
    if (atLeast > highest + CLOCK_TOLERANCE_MS) return 'grown';
    if (atMost < lowest - CLOCK_TOLERANCE_MS) return 'shrunk';
    this.#lowest = Math.max(lowest, atLeast);
    this.#highest = Math.min(highest, atMost);
    this.#at = Math.max(this.#at, receivedAt);
    return 'same';
  }

  /** Drops the earlier responses and starts with this one. */
  restart(redisNow: number, sentAt: number, receivedAt: number): void {
    this.#lowest = redisNow - receivedAt;
    this.#highest = redisNow - sentAt;
    this.#at = receivedAt;
  }
}
