/** A moment in the log, with the number of the call that it belongs to. */
export interface Logged {
  moment: number;
  call: number;
}

/**
 * The log of a sliding window: what happened within the last `windowMs`. Its clock is the caller's, in milliseconds, and
 * must not go back. It holds no more than `capacity` entries, and adding or counting costs the same whatever it holds.
 */
export class SlidingWindow {
  readonly #windowMs: number;
  readonly #capacity: number;
  #moments = new Float64Array(8);
  #calls = new Float64Array(8);
  #head = 0;
  #size = 0;
  #latest = -Infinity;

  constructor(capacity: number, windowMs: number) {
    this.#capacity = capacity;
    this.#windowMs = windowMs;
  }

  /** How many entries are still in the window. */
  size(now: number): number {
    while (this.#size > 0 && this.#at(this.#moments, 0) + this.#windowMs <= now) {
      this.#head = (this.#head + 1) % this.#moments.length;
      this.#size -= 1;
    }
    return this.#size;
  }

  /** Logs a moment. One before the latest is taken for the latest: the window may only be too strict. */
  add(moment: number, call = 0): void {
    if (this.#size === this.#capacity) {
      throw new RangeError(`The window already holds ${this.#capacity} entries.`);
    }
    if (this.#size === this.#moments.length) {
      this.#grow();
    }
    this.#latest = Math.max(this.#latest, moment);
    const index = (this.#head + this.#size) % this.#moments.length;
    this.#moments[index] = this.#latest;
    this.#calls[index] = call;
    this.#size += 1;
  }

  /** Milliseconds until `count` entries have left the window; undefined when it has not so many. */
  untilGone(count: number, now: number): number | undefined {
    return this.size(now) < count
      ? undefined
      : this.#at(this.#moments, count - 1) + this.#windowMs - now;
  }

  /** The entries in the window, oldest first. */
  entries(now: number): Logged[] {
    return Array.from({ length: this.size(now) }, (_, index) => ({
      moment: this.#at(this.#moments, index),
      call: this.#at(this.#calls, index),
    }));
  }

  #at(ring: Float64Array, index: number): number {
    return ring[(this.#head + index) % ring.length] ?? 0;
  }

  #grow(): void {
    const length = this.#moments.length * 2;
    const moments = new Float64Array(length);
    const calls = new Float64Array(length);
    for (let index = 0; index < this.#size; index += 1) {
      moments[index] = this.#at(this.#moments, index);
      calls[index] = this.#at(this.#calls, index);
    }
    this.#moments = moments;
    this.#calls = calls;
    this.#head = 0;
  }
}
