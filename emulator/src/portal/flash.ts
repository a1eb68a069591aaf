import type { PageEvent } from '../chargebee-js/messages.js';

/** What the next page tells, once: a sentence for the person, and events for the merchant's page. */
export interface Flash {
  notice?: string;
  /** Why what was asked for has not been done. */
  problem?: string;
  events?: readonly PageEvent[];
}

const KEPT = 1000;

/** Flashes waiting for their next page, by login. */
export class Flashes {
  readonly #waiting = new Map<string, Flash>();

  put(login: string, flash: Flash): void {
    this.#waiting.delete(login);
    this.#waiting.set(login, flash);
    // Logins that never come back leave theirs behind.
    const oldest = this.#waiting.keys().next();
    if (this.#waiting.size > KEPT && !oldest.done) this.#waiting.delete(oldest.value);
  }

  take(login: string): Flash {
    const flash = this.#waiting.get(login);
    this.#waiting.delete(login);
    return flash ?? {};
  }

  clear(): void {
    this.#waiting.clear();
  }
}
