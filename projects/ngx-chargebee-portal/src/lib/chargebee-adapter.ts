import type { ChargebeeInstance } from './chargebee-js';
import { countdown } from './clock';
import type { PortalConfig } from './portal-config';
import { PortalError } from './portal-error';
import { isGood, sameKey, type Keyed, type KeyMatch, type PortalKey } from './portal-key';
import { chargebeeGlobal } from './script-loader';

/** The one chargebee.js instance of the page, and for whom it is authenticated. */
export interface ChargebeeAdapter {
  /**
   * The instance: an existing one of the same site, whoever made it, else a new one. Asked for at every opening,
   * since another party may have torn it down in between, or have opened the portal with it for whomever: unless it is
   * authenticated for this key it is logged out, so that it will ask for a session. Needs the script.
   */
  acquire(key: PortalKey): ChargebeeInstance;
  /** Whether chargebee.js would open the portal for this key without asking for a session. */
  isAuthenticated(key: PortalKey): boolean;
  /** chargebee.js is given a session for this key. */
  authenticate(key: PortalKey): void;
  /** Logs chargebee.js out, unless its authentication is fresh and for a wanted key. */
  keep(matches: KeyMatch): void;
  /** Closes whatever chargebee.js has open, and leaves it able to open again. */
  readonly closeAll: () => void;
}

/** Makes the adapter; the nonce is that of the page's CSP. */
export function chargebeeAdapter(
  config: PortalConfig,
  cspNonce: string | undefined,
): ChargebeeAdapter {
  // Chargebee keeps a session for an hour, chargebee.js its authentication until a reload.
  const AUTHENTICATION_MS = 3_600_000 - 60_000;
  let instance: ChargebeeInstance | undefined;
  let authenticated: Keyed | undefined;
  const isAuthenticated = (key: PortalKey): boolean => isGood(authenticated, sameKey(key));

  return {
    isAuthenticated,
    keep(matches) {
      if (!authenticated || isGood(authenticated, matches)) return;
      authenticated = undefined;
      instance?.logout(); // That clears its own state at once, Chargebee's soon after.
    },
    acquire(key) {
      const chargebee = chargebeeGlobal()!;
      let existing: ChargebeeInstance | undefined;
      try {
        // Not `init`, which would only warn, and give the existing instance of whatever site.
        existing = chargebee.getInstance();
      } catch {
        // getInstance throws when there is none.
      }
      if (existing?.site && existing.site !== config.site) throw new PortalError('SITE_CONFLICT');
      if (existing !== instance || !isAuthenticated(key)) {
        authenticated = undefined;
        existing?.logout(); // For whom it is authenticated, nobody knows.
        instance = existing ?? chargebee.init(Object.assign({ cspNonce }, config));
      }
      return instance!;
    },
    authenticate(key) {
      const left = countdown();
      authenticated = { key, timeLeft: () => left(AUTHENTICATION_MS) };
    },
    closeAll: () => instance?.closeAll(),
  };
}
