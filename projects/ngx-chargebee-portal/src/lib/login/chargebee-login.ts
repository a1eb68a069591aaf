import type { ChargebeeInstance, PortalSessionSource } from '../chargebee-js/chargebee-types';
import { chargebeeGlobal } from '../chargebee-js/script-loader';
import { PortalError } from '../portal/portal-error';
import type { PortalConfig } from '../setup/portal-config';
import type { PageRecord } from './page-record';

/**
 * The page's one instance of chargebee.js, and its login. chargebee.js requests a session only while it is not
 * authenticated. So it is logged out after each opening of the portal, and again before one where other code may have
 * authenticated it. An earlier authentication is never relied upon: another tab may have changed the login
 * since, and a tab of another origin does so without being noticed.
 */
export class ChargebeeLogin {
  readonly #record: PageRecord;
  readonly #cspNonce: string | undefined;

  constructor(record: PageRecord, cspNonce: string | undefined) {
    this.#record = record;
    this.#cspNonce = cspNonce;
  }

  /**
   * Returns the existing instance, also one that other code has created, or else a new one. Call it at each opening: other
   * code may have torn it down. Needs the script.
   *
   * @throws PortalError `SITE_CONFLICT`, when it is in use for another site.
   */
  getInstance(config: PortalConfig): ChargebeeInstance {
    const existing = findInstance();
    if (existing?.site && existing.site !== config.site) throw new PortalError('SITE_CONFLICT');
    if (existing && existing === this.#record.instance) return existing;
    const instance =
      existing ?? chargebeeGlobal()!.init(Object.assign({ cspNonce: this.#cspNonce }, config));
    Object.assign(this.#record, {
      instance,
      isOwnInstance: !existing,
      isLoggedOut: !existing,
      isShared: false,
      isIframeForced: false,
      otherSession: undefined,
    });
    this.#watchOtherCode(instance);
    return instance;
  }

  /** The same, but one that shows an iframe where it would open a window; unless other code has created it. */
  getInstanceWithIframe(config: PortalConfig): ChargebeeInstance {
    const { instance, isOwnInstance, isIframeForced } = this.#record;
    const isWindowed = isOwnInstance && !isIframeForced && instance === findInstance();
    if (isWindowed) chargebeeGlobal()!.tearDown?.();
    const found = this.getInstance({ ...config, iframeOnly: true });
    if (isWindowed) this.#record.isIframeForced = true;
    return found;
  }

  /** Makes sure that chargebee.js requests a session when it opens the portal next. */
  prepare(): void {
    const { isOwnInstance, isShared } = this.#record;
    // Objects that other code has got from the instance, and such links, open the portal without being noticed.
    const isUncertain =
      !isOwnInstance || !!isShared || document.querySelector('[data-cb-type="portal"]');
    if (isUncertain) this.#record.isLoggedOut = false;
    this.logOut();
  }

  /** Call it before chargebee.js receives a session. */
  markAuthenticated(): void {
    this.#record.isLoggedOut = false;
  }

  /** Logs chargebee.js out, unless it is. Returns whether it did. */
  logOut(): boolean {
    const { instance, isLoggedOut } = this.#record;
    if (!instance || isLoggedOut) return false;
    this.call(() => instance.logout()); // Clears its own state at once, and Chargebee's a little later.
    this.#record.isLoggedOut = true;
    return true;
  }

  /** Closes whatever chargebee.js shows, and leaves it able to open again, with the session function of other code. */
  release(): void {
    const { instance, otherSession } = this.#record;
    if (!instance) return;
    this.call(() => {
      instance.closeAll();
      if (otherSession) instance.setPortalSession(otherSession);
    });
  }

  /** Calls chargebee.js in a way that is not taken for a call of other code. */
  call<T>(task: () => T): T {
    this.#record.ownCalls++;
    try {
      return task();
    } finally {
      this.#record.ownCalls--;
    }
  }

  #watchOtherCode(instance: ChargebeeInstance): void {
    const record = this.#record;
    const watch = (
      method: 'setPortalSession' | 'logout' | 'createChargebeePortal',
      onOtherCall: (argument: PortalSessionSource) => void,
    ): void => {
      const original = instance[method].bind(instance) as (...args: unknown[]) => unknown;
      Object.assign(instance, {
        [method]: (...args: unknown[]) => {
          if (!record.ownCalls) onOtherCall(args[0] as PortalSessionSource);
          return original(...args);
        },
      });
    };
    watch('createChargebeePortal', () => (record.isShared = true));
    watch('logout', () => record.opening?.replace());
    watch('setPortalSession', (session) => {
      record.isShared = true;
      record.otherSession = session;
      record.opening?.onSessionReplaced();
    });
  }
}

function findInstance(): ChargebeeInstance | undefined {
  try {
    // Not `init`, which would only warn, and return the existing instance of whatever site.
    return chargebeeGlobal()!.getInstance();
  } catch {
    return undefined; // It throws when there is none.
  }
}
