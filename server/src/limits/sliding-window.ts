/**
 * The moments of the last `windowMs`, in milliseconds of the caller's clock, which must be monotonic. It holds at most `capacity`
 * moments; adding and counting take constant time.
 */
export class SlidingWindow {
  readonly #windowMs: number;
  readonly #capacity: number;
  /** A ring buffer. It grows when it is full, since the capacity may be large but most windows stay small. */
  #moments = new Float64Array(8);
  #head = 0;
  #size = 0;
  #latest = -Infinity;

  constructor(capacity: number, windowMs: number) {
    this.#capacity = capacity;
    this.#windowMs = windowMs;
  }

  /** Returns the number of moments in the window. */
  size(now: number): number {
    while (this.#size > 0 && this.#at(0) + this.#windowMs <= now) {
      this.#head = (this.#head + 1) % this.#moments.length;
      this.#size -= 1;
    }
    return this.#size;
  }

  /** Adds a moment. If it is before the latest one, it is stored as the latest, so that it never leaves too early. */
  add(moment: number): void {
    if (this.#size === this.#capacity) {
      throw new RangeError(`The window already holds ${this.#capacity} moments.`);
    }
    if (this.#size === this.#moments.length) {
      this.#grow();
    }
    this.#latest = Math.max(this.#latest, moment);
    this.#moments[(this.#head + this.#size) % this.#moments.length] = this.#latest;
    this.#size += 1;
  }

  /** Returns the milliseconds until the `count` oldest moments have left the window; undefined when it holds fewer. */
  msUntilExpired(count: number, now: number): number | undefined {
    return this.size(now) < count ? undefined : this.#at(count - 1) + this.#windowMs - now;
  }

  #at(index: number): number {
    return this.#moments[(this.#head + index) % this.#moments.length] ?? 0;
  }

  #grow(): void {
    const moments = new Float64Array(this.#moments.length * 2);
    for (let index = 0; index < this.#size; index += 1) {
      moments[index] = this.#at(index);
    }
    this.#moments = moments;
    this.#head = 0;
  }
}
