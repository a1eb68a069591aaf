/**
 * How far Redis's clock may be off before it is treated as set, in milliseconds. The log in Redis counts calls for this
 * much longer than a minute.
 */
export const CLOCK_TOLERANCE_MS = 250;

/** How much faster or slower than ours a healthy clock may run. NTP adjusts by half of this at most. */
const DRIFT = 0.001;

/**
 * Notices when Redis's clock was set. The log in Redis goes by that clock alone; if it is set forward by a minute, every
 * call in the log looks a minute older than it is. Each answer that tells the time bounds the difference between Redis's
 * clock and the monotonic one of this process: the answer was written after the request was sent and before it came.
 */
export class RedisClock {
  #lowest = -Infinity;
  #highest = Infinity;
  #at = 0;

  /** Whether this time of Redis's clock agrees with its earlier answers. */
  isSteady(redisNow: number, sentAt: number, receivedAt: number): boolean {
    const drift = Math.max(0, receivedAt - this.#at) * DRIFT;
    const lowest = this.#lowest - drift;
    const highest = this.#highest + drift;
    const atLeast = redisNow - receivedAt;
    const atMost = redisNow - sentAt;
    const wasSet = atLeast > highest + CLOCK_TOLERANCE_MS || atMost < lowest - CLOCK_TOLERANCE_MS;
    if (!wasSet) {
      this.#lowest = Math.max(lowest, atLeast);
      this.#highest = Math.min(highest, atMost);
      this.#at = Math.max(this.#at, receivedAt);
    }
    return !wasSet;
  }
}
