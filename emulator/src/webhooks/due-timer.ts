import type { Clock } from '../clock.js';

/** The maximum delay of the timer. Node's timers cannot wait longer than 24 days. */
const MAX_DELAY_MS = 3_600_000;

/** Reports which keys are due by the emulator's clock. Uses one timer for all keys. */
export class DueTimer {
  readonly #dueAt = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #firesAt = Infinity;

  constructor(
    private readonly clock: Clock,
    private readonly onDue: (keys: readonly string[]) => void,
  ) {}

  /** Sets when a key is due, in milliseconds. */
  set(key: string, at: number): void {
    this.#dueAt.set(key, at);
    if (at >= this.#firesAt) return;
    this.#firesAt = at;
    clearTimeout(this.#timer);
    const delay = Math.min(at - this.clock.nowMs(), MAX_DELAY_MS);
    this.#timer = setTimeout(() => this.#fire(), delay);
    this.#timer.unref();
  }

  delete(key: string): void {
    this.#dueAt.delete(key);
  }

  clear(): void {
    this.#dueAt.clear();
    clearTimeout(this.#timer);
    this.#firesAt = Infinity;
  }

  /** Reports the keys that are due, and sets the timer for the others. */
  #fire(): void {
    const now = this.clock.nowMs();
    this.#firesAt = Infinity;
    const keys = [...this.#dueAt];
    for (const [key, at] of keys) {
      if (at > now) this.set(key, at);
    }
    this.onDue(keys.filter(([, at]) => at <= now).map(([key]) => key));
  }
}
