import type { ChargebeeInstance, PortalSessionSource } from '../chargebee-js/chargebee-types';
import { chargebeeGlobal } from '../chargebee-js/script-loader';
import { PortalError } from '../portal/portal-error';
import type { PortalConfig } from '../setup/portal-config';
import type { PageRecord } from './page-record';

/**
 * The instance of chargebee.js, and its login. A page has one instance. chargebee.js requests a session only while it is not
 * authenticated. So it is logged out after each opening of the portal, and again before an opening if other code may have
 * authenticated it. An earlier authentication is never reused, because another tab may have changed the login since; if that
 * tab has another origin, this page cannot notice.
 */
export class ChargebeeLogin {
  readonly #record: PageRecord;
  readonly #cspNonce: string | undefined;

  constructor(record: PageRecord, cspNonce: string | undefined) {
    this.#record = record;
    this.#cspNonce = cspNonce;
  }

  /**
   * Returns the existing instance, even if other code has created it, or creates one. An own instance is replaced if it is for
   * the site of another service, such as that of another route, and no other code uses it; or if it would open a window, and
   * the portal needs an iframe. Other differences of the configurations do not count: the logout of the replaced instance may
   * arrive after the login of the new one, and would end it. Call it at each opening, since other code may have torn the
   * instance down. chargebee.js must be loaded.
   *
   * @throws PortalError `SITE_CONFLICT` if other code uses the existing instance, and it is for another site
   */
  getInstance(config: PortalConfig, needsIframe: boolean): ChargebeeInstance {
    const record = this.#record;
    const host = config.domain ?? config.site;
    const isOfOtherHost = host !== record.host && !record.isShared;
    const isReplaced = isOfOtherHost || (needsIframe && !record.isIframeForced);
    if (isReplaced && record.isOwnInstance && record.instance === findInstance()) {
      chargebeeGlobal()!.tearDown?.();
    }
    const existing = findInstance();
    if (existing?.site && existing.site !== config.site) throw new PortalError('SITE_CONFLICT');
    if (existing && existing === record.instance) return existing;
    const options = {
      cspNonce: this.#cspNonce,
      ...config,
      ...(needsIframe && { iframeOnly: true }),
    };
    const instance = existing ?? chargebeeGlobal()!.init(options);
    Object.assign(record, {
      instance,
      host,
      isIframeForced: needsIframe,
      isOwnInstance: !existing,
      isLoggedOut: !existing,
      isShared: false,
      otherSession: undefined,
    });
    this.#watchOtherCode(instance);
    return instance;
  }

  /** Ensures that chargebee.js requests a session when it opens the portal next. */
  prepare(): void {
    const { isOwnInstance, isShared } = this.#record;
    // Portal objects that other code has created, and links of chargebee.js, can open the portal unnoticed.
    const isUncertain =
      !isOwnInstance || !!isShared || document.querySelector('[data-cb-type="portal"]');
    if (isUncertain) this.#record.isLoggedOut = false;
    this.logOut();
  }

  /** Records that chargebee.js is about to be authenticated. Call it before chargebee.js receives a session. */
  markAuthenticated(): void {
    this.#record.isLoggedOut = false;
  }

  /** Logs chargebee.js out, unless it is logged out. Returns whether it was logged in. */
  logOut(): boolean {
    const { instance, isLoggedOut } = this.#record;
    if (!instance || isLoggedOut) return false;
    this.call(() => instance.logout()); // Clears its state in the page at once, and Chargebee's cookie a little later.
    this.#record.isLoggedOut = true;
    return true;
  }

  /** Closes everything that chargebee.js shows, so that it can open again, and restores the session function of other code. */
  release(): void {
    const { instance, otherSession } = this.#record;
    if (!instance) return;
    this.call(() => {
      instance.closeAll();
      if (otherSession) instance.setPortalSession(otherSession);
    });
  }

  /** Runs a task that calls chargebee.js, so that `#watchOtherCode` ignores these calls. */
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
    // `init` would return an existing instance even if it is for another site.
    return chargebeeGlobal()!.getInstance();
  } catch {
    return undefined; // It throws if there is no instance.
  }
}
