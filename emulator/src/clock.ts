/** The furthest that it goes: the year 2100. */
const LAST_SECOND = 4_102_444_800;

/** The emulator's time. It runs with the machine's, from an offset that tests can move. */
export class Clock {
  #offsetMs = 0;
  readonly #machineMs: () => number;
  readonly #listeners = new Set<() => void>();

  /** @param machineMs The machine's time in milliseconds since 1970; for tests that want it to stand still. */
  constructor(machineMs: () => number = Date.now) {
    this.#machineMs = machineMs;
  }

  /** Milliseconds since 1970. */
  nowMs(): number {
    return this.#machineMs() + this.#offsetMs;
  }

  /** UTC seconds, as in all of Chargebee's timestamps. */
  now(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  /** How far it is ahead of the machine's time, in seconds. */
  get offset(): number {
    return this.#offsetMs / 1000;
  }

  /** Moves it by some seconds, backwards when negative. @throws RangeError for a time before 1970 or after 2100 */
  advance(seconds: number): void {
    const time = this.nowMs() / 1000 + seconds;
    if (!(time >= 0 && time <= LAST_SECOND)) {
      throw new RangeError('The clock goes from the year 1970 to 2100.');
    }
    this.#move(this.#offsetMs + seconds * 1000);
  }

  /** Sets it to a time in UTC seconds, from where it goes on running. @throws RangeError likewise */
  set(seconds: number): void {
    this.advance(seconds - this.nowMs() / 1000);
  }

  /** Back to the machine's time. */
  reset(): void {
    this.#move(0);
  }

  #move(offsetMs: number): void {
    this.#offsetMs = offsetMs;
    this.#listeners.forEach((listener) => listener());
  }

  /** Calls `listener` after each move. Returns the function that stops it. */
  onMove(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
