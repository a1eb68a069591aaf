import { computed, CSP_NONCE, DestroyRef, inject, NgZone, signal } from '@angular/core';
import { Subject } from 'rxjs';
import type { PortalResource } from '../backends/portal-backend';
import { ScriptLoader } from '../chargebee-js/script-loader';
import { CurrentUser, type UserListener } from '../identity/current-user';
import { ChargebeeLogin } from '../login/chargebee-login';
import { announceLoginChange } from '../login/login-channel';
import { getPageRecord, type PageListener, type PageRecord } from '../login/page-record';
import { callSafely } from '../portal/call-safely';
import { PortalError } from '../portal/portal-error';
import type { PortalEvent } from '../portal/portal-events';
import type { PortalIdentity } from '../portal/portal-identity';
import type {
  ManagePaymentSourcesOptions,
  OpenerCallbacks,
  PortalCustomerOptions,
  PortalOpenOptions,
} from '../portal/portal-options';
import { checkParams } from '../portal/portal-sections';
import { ChargebeePortalService, type PortalStatus } from '../portal/portal-service';
import { warnAboutFailure } from '../portal/warn-about-failure';
import { isSameKey, type PortalKey } from '../sessions/portal-key';
import { SessionCache } from '../sessions/session-cache';
import { WindowSessions } from '../sessions/window-sessions';
import { PORTAL_SETUP } from '../setup/portal-setup';
import { PORTAL_LISTENERS } from '../setup/tokens';
import { listen } from '../windows/listen';
import { BrowserFindings } from './browser-findings';
import { PAYMENT_SOURCES, PORTAL, type OpenTarget } from './open-target';
import type { OpeningContext } from './opening-context';
import { PortalOpening } from './portal-opening';
import { requestSession } from './request-session';

declare const ngDevMode: unknown;

const CHARGEBEE_JS = 'https://js.chargebee.com/v2/chargebee.js';

/**
 * The service in a browser. It checks and starts openings, ends them when the user changes, and reports their status, events
 * and errors.
 */
export class BrowserPortalService implements ChargebeePortalService, PageListener, UserListener {
  readonly #zone = inject(NgZone);
  /** `config` and `backend` are read only when they are needed, since that runs the application's factories. */
  readonly #setup = inject(PORTAL_SETUP);
  readonly #listeners = inject(PORTAL_LISTENERS);
  readonly #status = signal<PortalStatus>('idle');
  readonly #error = signal<PortalError | undefined>(undefined);
  readonly #events = new Subject<PortalEvent>();

  readonly status = this.#status.asReadonly();
  readonly error = this.#error.asReadonly();
  readonly isOpen = computed(() => this.#status() === 'open');
  readonly events = this.#events.asObservable();

  readonly #user = new CurrentUser(this.#setup.identitySource, this);
  readonly #page: PageRecord = getPageRecord();
  readonly #nonce = inject(CSP_NONCE, { optional: true }) ?? undefined;
  readonly #login = new ChargebeeLogin(this.#page, this.#nonce);
  readonly #loader = new ScriptLoader(this.#setup.scriptUrl ?? CHARGEBEE_JS, this.#nonce);
  readonly #sessions = new SessionCache(
    (...request) =>
      requestSession(this.#setup, this.#zone, ...request).finally(() => this.#checkUser()),
    this.#page,
  );
  readonly #windowSessions = new WindowSessions((id) =>
    this.#zone.run(() => this.#setup.backend.logoutSession(id)),
  );
  readonly #context = this.#createContext();
  #opening?: PortalOpening;

  constructor() {
    // The service of a route creates that of the application, whose listeners get the events of every portal of the page.
    const isOfRoute = inject(PORTAL_SETUP, { skipSelf: true, optional: true });
    if (isOfRoute) inject(ChargebeePortalService, { skipSelf: true });
    this.#page.listeners.add(this);
    this.onStatus(this.#page.opening?.status ?? 'idle');
    // Meanwhile the user may have signed out: in another tab or window, or on a page from which they come back to this one. The
    // backend would refuse a new session then, so one that was requested before must not be used.
    const onReturn = ({ target }: Event) => {
      if (!(target instanceof Element)) this.#sessions.clear(); // An element gets the focus for other reasons.
    };
    const destroyRef = inject(DestroyRef);
    destroyRef.onDestroy(listen('visibilitychange', onReturn));
    destroyRef.onDestroy(listen('focus', onReturn));
    destroyRef.onDestroy(() => this.#destroy());
  }

  open(options: PortalOpenOptions = {}): Promise<void> {
    return this.#open(PORTAL, options);
  }

  managePaymentSources(options: ManagePaymentSourcesOptions = {}): Promise<void> {
    return this.#open(PAYMENT_SOURCES, options);
  }

  preload(): Promise<void> {
    return this.#zone.runOutsideAngular(() => this.#loader.load());
  }

  async prefetchSession({ customerId }: PortalCustomerOptions = {}): Promise<void> {
    if (this.#page.opening) return;
    const key = this.#user.check(customerId);
    if (this.#user.isSignedOut) return;
    await this.#zone.runOutsideAngular(() => this.#sessions.prefetch(PORTAL, key));
  }

  close(): void {
    this.#page.opening?.close();
  }

  async logout(): Promise<void> {
    this.close();
    this.#sessions.clear();
    this.#zone.runOutsideAngular(() => this.#logOutOfChargebee());
    try {
      // After logging out, since it throws if the identity cannot be read.
      const { identity } = this.#user.check();
      await this.#windowSessions.logout(identity);
    } catch (error) {
      this.#report(error as PortalError);
      throw error;
    }
  }

  onStatus(status: PortalStatus): void {
    this.#zone.run(() => this.#status.set(status));
  }

  onEvent(event: PortalEvent): void {
    this.#zone.run(() => {
      for (const listener of this.#listeners) listener?.onEvent(event);
      this.#events.next(event);
    });
  }

  onIdentity(identity: PortalIdentity): void {
    this.#sessions.clear(); // Before the opening, which may request a session for a user who has signed in.
    this.#opening?.onIdentity(identity);
    this.#error.set(undefined); // It belongs to the previous user.
  }

  onIdentityLost(): void {
    this.#opening?.replace();
  }

  #open<T extends PortalResource>(
    target: OpenTarget<T>,
    options: PortalOpenOptions,
  ): Promise<void> {
    let key: PortalKey;
    try {
      checkParams(options.section, options.params);
      void this.#setup.config; // Throws when it is missing or wrong.
      key = this.#user.check(options.customerId);
    } catch (cause) {
      return this.#refuse(cause as PortalError);
    }
    const current = this.#opening;
    if (current?.status === 'opening' && isSameKey(current.key, key)) return current.join();
    this.#page.opening?.replace();
    // A callback of the application may have opened the portal again meanwhile. There is only one opening at a time.
    if (this.#page.opening) {
      const again = this.#opening;
      if (again && isSameKey(again.key, key)) return again.shown;
      return this.#refuse(new PortalError('IDENTITY_CHANGED'));
    }
    this.#error.set(undefined);
    const opening = new PortalOpening(this.#context, target, key, options);
    this.#opening = opening;
    this.#zone.runOutsideAngular(() => opening.begin());
    return opening.shown;
  }

  /**
   * Reads the identity after an answer: an interceptor that waits for a token may have sent the request with the next user's, and
   * a plain value does not report that user.
   */
  #checkUser(): void {
    try {
      this.#user.check();
    } catch {
      // The service is destroyed, or `onIdentityLost` has been called.
    }
  }

  #refuse(error: PortalError): Promise<never> {
    this.#report(error);
    return Promise.reject(error);
  }

  #createContext(): OpeningContext {
    const page = this.#page;
    const setup = this.#setup;
    return {
      // Not read before the portal is opened, since that runs the application's factory.
      get config() {
        return setup.config;
      },
      page,
      login: this.#login,
      loader: this.#loader,
      sessions: this.#sessions,
      windowSessions: this.#windowSessions,
      findings: new BrowserFindings(),
      zone: this.#zone,
      user: this.#user,
      reopen: async ({ target, key, options }) => {
        if (isSameKey(this.#user.check(key.customerId), key)) await this.#open(target, options);
      },
      onStatus: () => {
        if (this.#opening?.status === 'idle') this.#opening = undefined;
        const status = page.opening?.status ?? 'idle';
        for (const listener of page.listeners) listener.onStatus(status);
      },
      onEvent: (event, callbacks) => {
        for (const listener of page.listeners) listener.onEvent(event);
        callSafely(() => callbacks.onEvent?.(event));
      },
      onFailure: (error, callbacks, wasOpen) => {
        this.#report(error, callbacks);
        if (wasOpen) callSafely(() => callbacks.onError?.(error));
      },
    };
  }

  #report(error: PortalError, callbacks?: OpenerCallbacks): void {
    if (typeof ngDevMode === 'undefined' || ngDevMode) warnAboutFailure(error);
    this.#error.set(error);
    const buttonDestroyed = !!callbacks?.ɵisButtonDestroyed?.();
    for (const listener of this.#listeners) listener?.onError(error, { buttonDestroyed });
  }

  #logOutOfChargebee(): void {
    callSafely(() => this.#login.prepare());
    try {
      announceLoginChange(this.#setup.config.site, 'logout');
    } catch {
      // The configuration is wrong or not loaded yet, so this service has opened nothing.
    }
  }

  /** Closes the portal if this service has opened it. The portal of another service of the page stays open. */
  #destroy(): void {
    this.#opening?.close();
    this.#page.listeners.delete(this);
    this.#events.complete();
  }
}
