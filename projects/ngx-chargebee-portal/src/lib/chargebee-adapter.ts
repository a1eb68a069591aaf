import type { ChargebeeInstance } from './chargebee-js';
import { countdown } from './clock';
import type { PortalConfig } from './portal-config';
import { PortalError } from './portal-error';
import { keyedSlot, sameKey, type KeyMatch, type PortalKey } from './portal-key';
import { chargebeeOf } from './script-loader';

// Chargebee keeps a session for an hour, chargebee.js its authentication until a reload.
const AUTHENTICATION_MS = 3_600_000 - 60_000;

/** The one chargebee.js instance of the page, and for whom it is authenticated. */
export interface ChargebeeAdapter {
  /**
   * The instance: an existing one of the same site, whoever made it, else a new one. Asked for at every opening,
   * since another party may have torn it down in between. Needs the script.
   */
  acquire(): ChargebeeInstance;
  /** Whether chargebee.js would open the portal for this key without asking for a session. */
  isAuthenticated(key: PortalKey): boolean;
  /** chargebee.js is given a session for this key. */
  authenticate(key: PortalKey): void;
  /** Logs chargebee.js out, unless its authentication is fresh and for a wanted key. */
  keep(matches: KeyMatch): void;
  /** Closes whatever chargebee.js has open, and leaves it able to open again. */
  closeAll(): void;
}

/** Makes the adapter; the nonce is that of the page's CSP. */
export function chargebeeAdapter(
  win: Window,
  config: PortalConfig,
  cspNonce: string | undefined,
): ChargebeeAdapter {
  let instance: ChargebeeInstance | undefined;
  // Logging out clears its own state at once, Chargebee's soon after.
  const authenticated = keyedSlot(() => instance?.logout());

  return {
    keep: authenticated.keep,
    acquire() {
      const chargebee = chargebeeOf(win)!;
      let existing: ChargebeeInstance | undefined;
      try {
        // Not `init`, which would only warn, and give the existing instance of whatever site.
        existing = chargebee.getInstance();
      } catch {
        // getInstance throws when there is none.
      }
      if (existing?.site && existing.site !== config.site) throw new PortalError('SITE_CONFLICT');
      if (existing && existing === instance) return existing;
      authenticated.put();
      existing?.logout(); // For whom another party's instance is authenticated, nobody knows.
      return (instance = existing ?? chargebee.init(Object.assign({ cspNonce }, config)));
    },
    isAuthenticated(key) {
      const entry = authenticated.get();
      return !!entry && sameKey(entry.key)(key);
    },
    authenticate(key) {
      const left = countdown();
      authenticated.put({ key, timeLeft: () => left(AUTHENTICATION_MS) });
    },
    closeAll: () => instance?.closeAll(),
  };
}
