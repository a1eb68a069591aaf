import { asDocumented } from './documented.js';
import type { PortalSessionSource } from './types.js';

/** The attributes of a portal session that this script uses. */
interface PortalSession {
  token?: string;
}

const HOUR_MS = 3_600_000;

/** Tracks whether the customer is signed in to the portal. The state is local: it sends no request to the portal. */
export class Authentication {
  #source?: PortalSessionSource | PortalSession | Promise<PortalSession>;
  #authenticatedAt?: number;
  #login = createLoginId();

  /** Chargebee's types accept only a function or a token, but its own sample passes a session. */
  setSource(source: PortalSessionSource | PortalSession | Promise<PortalSession>): void {
    this.#source = source;
  }

  get authenticated(): boolean {
    if (this.#authenticatedAt === undefined) return false;
    return !asDocumented('session-hour') || Date.now() - this.#authenticatedAt < HOUR_MS;
  }

  /** The id of the current login, or of the next one. The portal uses it to ignore a logout request that belongs to an earlier login. */
  get login(): string {
    return this.#login;
  }

  /** Fetches a new session from the merchant. Returns its token, or `''` when there is none. */
  async fetchToken(): Promise<string> {
    if (this.#source === undefined) {
      console.error(
        'Chargebee: setPortalSession() has not been called. Without a session the emulator opens no portal; Chargebee would ask the customer to sign in.',
      );
      return '';
    }
    if (typeof this.#source === 'string') return this.#source;
    const session = (await (typeof this.#source === 'function' ? this.#source() : this.#source)) as
      PortalSession | undefined;
    if (!session?.token) {
      console.error('Chargebee: what was given to setPortalSession() gave no token.');
    }
    return session?.token ?? '';
  }

  markAuthenticated(): void {
    this.#authenticatedAt = Date.now();
  }

  /** Discards the login. Returns the id of the next one. */
  reset(): string {
    this.#authenticatedAt = undefined;
    this.#login = createLoginId();
    return this.#login;
  }
}

const createLoginId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
