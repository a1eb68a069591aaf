import type { ChargebeeInstance } from './chargebee-js';
import { stopwatch } from './clock';
import type { PortalConfig } from './portal-config';
import { PortalError } from './portal-error';
import { sameKey, type KeyMatch, type PortalKey } from './portal-key';
import type { ScriptLoader } from './script-loader';

// Chargebee keeps a session for an hour, chargebee.js its authentication until a reload.
const AUTHENTICATION_MS = 3_600_000 - 60_000;

/** The one chargebee.js instance of the page, and for whom it is authenticated. */
export class ChargebeeAdapter {
  #instance?: ChargebeeInstance;
  #authenticated?: { key: PortalKey; age: () => number };
  #timer?: ReturnType<typeof setTimeout>;

  constructor(
    private readonly loader: ScriptLoader,
    private readonly config: PortalConfig,
    private readonly cspNonce: string | null,
  ) {}

  /**
   * The instance: an existing one of the same site, whoever made it, else a new one. Asked for at every opening,
   * since another party may have torn it down in between. Needs the script.
   */
  acquire(): ChargebeeInstance {
    const existing = this.#existing();
    if (existing?.site && existing.site !== this.config.site) {
      throw new PortalError(
        'SITE_CONFLICT',
        `chargebee.js is initialised for the site "${existing.site}" on this page and can serve no other: ` +
          `open the portal of "${this.config.site}" on a page without it.`,
      );
    }
    if (existing && existing === this.#instance) return existing;
    this.#forget();
    // For whom another party's instance is authenticated, nobody knows.
    existing?.logout();
    return (this.#instance = existing ?? this.#init());
  }

  /** Whether chargebee.js would open the portal for this key without asking for a session. */
  isAuthenticated(key: PortalKey): boolean {
    return !!this.#authenticated && sameKey(this.#authenticated.key)(key);
  }

  /** chargebee.js has been given a session for this key. */
  authenticate(key: PortalKey): void {
    this.#forget();
    this.#authenticated = { key, age: stopwatch() };
    this.#timer = setTimeout(() => this.keep(() => true), AUTHENTICATION_MS);
  }

  /** Logs chargebee.js out, unless its authentication is fresh and for a wanted key. */
  keep(matches: KeyMatch): void {
    const { key, age } = this.#authenticated ?? {};
    if (key && age && !(age() < AUTHENTICATION_MS && matches(key))) this.logout();
  }

  /** Logs chargebee.js out: its own state at once, Chargebee's soon after. */
  logout(): void {
    this.#forget();
    this.#instance?.logout();
  }

  /** Closes whatever chargebee.js has open, and leaves it able to open again. */
  closeAll(): void {
    this.#instance?.closeAll();
  }

  #existing(): ChargebeeInstance | undefined {
    try {
      // Not `init`, which would only warn, and give the existing instance of whatever site.
      return this.loader.global?.getInstance();
    } catch {
      return undefined; // getInstance throws when there is none.
    }
  }

  #init(): ChargebeeInstance {
    const { redirectUrl: _, ...options } = this.config;
    const nonce = this.cspNonce ? { cspNonce: this.cspNonce } : {};
    return this.loader.global!.init({ ...options, ...nonce });
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#authenticated = undefined;
  }
}
