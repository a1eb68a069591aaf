/** The latest time that the clock can be set to: the year 2100. */
const MAX_SECONDS = 4_102_444_800;

/** The emulator's clock: the system time plus an offset that tests can change. */
export class Clock {
  #offsetMs = 0;
  readonly #systemMs: () => number;
  readonly #listeners = new Set<() => void>();

  /** @param systemMs Returns the system time in milliseconds since 1970. Tests can replace it. */
  constructor(systemMs: () => number = Date.now) {
    this.#systemMs = systemMs;
  }

  /** Milliseconds since 1970. */
  nowMs(): number {
    return this.#systemMs() + this.#offsetMs;
  }

  /** Seconds since 1970, as in Chargebee's timestamps. */
  now(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  /** The difference from the system time in seconds; positive when the clock is ahead. */
  get offset(): number {
    return this.#offsetMs / 1000;
  }

  /** Moves the clock by some seconds, which may be negative. @throws RangeError for a time before 1970 or after 2100 */
  advance(seconds: number): void {
    const time = this.nowMs() / 1000 + seconds;
    if (!(time >= 0 && time <= MAX_SECONDS)) {
      throw new RangeError('The clock goes from the year 1970 to 2100.');
    }
    this.#move(this.#offsetMs + seconds * 1000);
  }

  /** Sets the clock to a Unix timestamp; it keeps running from there. @throws RangeError for a time before 1970 or after 2100 */
  set(seconds: number): void {
    this.advance(seconds - this.nowMs() / 1000);
  }

  /** Sets the clock back to the system time. */
  reset(): void {
    this.#move(0);
  }

  #move(offsetMs: number): void {
    this.#offsetMs = offsetMs;
    this.#listeners.forEach((listener) => listener());
  }

  /** Calls `listener` after each change. Returns a function that unsubscribes it. */
  onMove(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
