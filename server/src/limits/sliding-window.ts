/**
 * The log of a sliding window: how many calls ended within the last `windowMs`. Its clock is the caller's, in
 * milliseconds, and must not go back. Bounded: it holds no more than `capacity` moments, each operation costs the same
 * whatever it holds.
 */
export class SlidingWindow {
  readonly #windowMs: number;
  readonly #capacity: number;
  #ring = new Float64Array(16);
  #head = 0;
  #size = 0;
  #latest = -Infinity;

  constructor(capacity: number, windowMs: number) {
    this.#capacity = capacity;
    this.#windowMs = windowMs;
  }

  /** How many moments are still in the window. */
  size(now: number): number {
    while (this.#size > 0 && this.#oldest() + this.#windowMs <= now) {
      this.#head = (this.#head + 1) % this.#ring.length;
      this.#size -= 1;
    }
    return this.#size;
  }

  /** Logs a moment. One before the latest is taken for the latest: the window may only be too strict. */
  add(moment: number): void {
    if (this.#size === this.#capacity) {
      throw new RangeError(`The window already holds ${this.#capacity} moments.`);
    }
    if (this.#size === this.#ring.length) {
      this.#grow();
    }
    this.#latest = Math.max(this.#latest, moment);
    this.#ring[(this.#head + this.#size) % this.#ring.length] = this.#latest;
    this.#size += 1;
  }

  /** Milliseconds until the oldest moment leaves the window, 0 when there is none. */
  untilNext(now: number): number {
    return this.size(now) === 0 ? 0 : this.#oldest() + this.#windowMs - now;
  }

  /** The moments in the window, oldest first. */
  moments(now: number): number[] {
    const size = this.size(now);
    return Array.from(
      { length: size },
      (_, index) => this.#ring[(this.#head + index) % this.#ring.length] ?? 0,
    );
  }

  #oldest(): number {
    return this.#ring[this.#head] ?? 0;
  }

  #grow(): void {
    const grown = new Float64Array(Math.min(this.#ring.length * 2, this.#capacity));
    for (let index = 0; index < this.#size; index += 1) {
      grown[index] = this.#ring[(this.#head + index) % this.#ring.length] ?? 0;
    }
    this.#ring = grown;
    this.#head = 0;
  }
}
