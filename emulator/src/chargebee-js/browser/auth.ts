import { asDocumented } from './documented.js';
import type { PortalSessionSource } from './types.js';

const hourMs = 3_600_000;

/** Whether the portal knows the customer, as far as this script can tell. Local: nobody asks the portal. */
export class Authentication {
  #source?: PortalSessionSource;
  #since?: number;
  #login = newLogin();

  setSource(source: PortalSessionSource): void {
    this.#source = source;
  }

  get authenticated(): boolean {
    if (this.#since === undefined) return false;
    return !asDocumented('session-hour') || Date.now() - this.#since < hourMs;
  }

  /** The name of the present or next login, by which the portal tells a logout meant for an earlier one. */
  get login(): string {
    return this.#login;
  }

  /** The token of a new session: what the merchant's function gives. Undefined when there is no such function. */
  async fetchToken(): Promise<string | undefined> {
    if (this.#source === undefined || typeof this.#source === 'string') return this.#source;
    return (await this.#source()).token;
  }

  succeed(): void {
    this.#since = Date.now();
  }

  /** Forgets the login. Returns the next one's name. */
  reset(): string {
    this.#since = undefined;
    this.#login = newLogin();
    return this.#login;
  }
}

const newLogin = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
