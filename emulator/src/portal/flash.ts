import type { PageEvent } from '../chargebee-js/messages.js';

/** Shown once on the next page: a message for the user, and events for the merchant's page. */
export interface Flash {
  notice?: string;
  /** Why the requested action failed. */
  problem?: string;
  events?: readonly PageEvent[];
}

const MAX_FLASHES = 1000;

/** Pending flash messages by login. */
export class Flashes {
  readonly #pending = new Map<string, Flash>();

  put(login: string, flash: Flash): void {
    this.#pending.delete(login);
    this.#pending.set(login, flash);
    // A login that never loads another page would leave its flash here forever, so evict the oldest.
    const oldest = this.#pending.keys().next();
    if (this.#pending.size > MAX_FLASHES && !oldest.done) this.#pending.delete(oldest.value);
  }

  take(login: string): Flash {
    const flash = this.#pending.get(login);
    this.#pending.delete(login);
    return flash ?? {};
  }

  clear(): void {
    this.#pending.clear();
  }
}
