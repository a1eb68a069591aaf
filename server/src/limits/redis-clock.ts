import type { Moment } from '../moment.js';

/**
 * How far Redis's clock may be off before it is treated as set, in milliseconds. The log in Redis counts calls for this
 * much longer than a minute.
 */
export const CLOCK_TOLERANCE_MS = 250;

/** How much faster or slower than ours a healthy clock may run. NTP adjusts by half of this at most. */
const DRIFT = 0.001;

/**
 * Notices when Redis's clock was set. The log in Redis goes by that clock alone; if it is set forward by a minute, every
 * call in the log looks a minute older than it is. So Redis's clock is compared with this process's monotonic one.
 *
 * Serverless platforms suspend a process between two requests, and virtual machines are suspended too. The monotonic clock
 * stands still meanwhile, so that Redis's clock seems to have been set forward. It was not if the wall clock of this process has
 * gone on as Redis's has.
 */
export class RedisClock {
  readonly #sinceMonotonic = new Difference();
  readonly #sinceWall = new Difference();

  /** Whether this time of Redis's clock agrees with its earlier answers. */
  isSteady(redisNow: number, sent: Moment, received: Moment): boolean {
    const byMonotonic = this.#sinceMonotonic.compare(redisNow, sent.monotonic, received.monotonic);
    const byWall = this.#sinceWall.compare(redisNow, sent.wall, received.wall);
    const isSteady = byMonotonic === 'same' || (byMonotonic === 'grown' && byWall === 'same');
    if (!isSteady) return false;
    // The one that differs starts anew: this process was suspended, or its wall clock was set.
    if (byMonotonic !== 'same') {
      this.#sinceMonotonic.restart(redisNow, sent.monotonic, received.monotonic);
    }
    if (byWall !== 'same') this.#sinceWall.restart(redisNow, sent.wall, received.wall);
    return true;
  }
}

/**
 * The difference between Redis's clock and one of this process. Each answer that tells the time bounds it: the answer was
 * written after the request was sent and before it came.
 */
class Difference {
  #lowest = -Infinity;
  #highest = Infinity;
  #at = 0;

  /** How it is by this answer, compared with the earlier ones. */
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

  /** Forgets the earlier answers and begins with this one. */
  restart(redisNow: number, sentAt: number, receivedAt: number): void {
    this.#lowest = redisNow - receivedAt;
    this.#highest = redisNow - sentAt;
    this.#at = receivedAt;
  }
}
