import { isPlatformBrowser } from '@angular/common';
import { computed, DestroyRef, inject, Injectable, PLATFORM_ID, signal } from '@angular/core';
import {
  PortalError,
  ɵcallSafely as callSafely,
  ɵcheckParams as checkParams,
  ɵCurrentUser as CurrentUser,
  ɵIDENTITY_FACTORY as IDENTITY_FACTORY,
  ɵisSameKey as isSameKey,
  ɵPORTAL_LISTENERS as PORTAL_LISTENERS,
  type ChargebeePortalService,
  type ManagePaymentSourcesOptions,
  type PortalCustomerOptions,
  type PortalEvent,
  type PortalIdentity,
  type PortalOpenOptions,
  type PortalStatus,
  type ɵOpenerCallbacks as OpenerCallbacks,
  type ɵPortalKey as PortalKey,
  type ɵUserListener as UserListener,
} from 'ngx-chargebee-portal';
import { Subject } from 'rxjs';
import { FakeOpening } from './fake-opening';
import type { TestOpening } from './test-opening';

/** The methods that can be made to fail, besides those that open the portal. */
export type FailingMethod = 'logout' | 'preload' | 'prefetchSession';

/**
 * Behaves like the real service in everything that an application can see, without a backend, a script or a window: what
 * happens in the portal, a test says. One suite of expectations (`test/portal-contract.ts`) is run against both.
 */
@Injectable()
export class FakePortalService implements ChargebeePortalService, UserListener {
  readonly #isBrowser = isPlatformBrowser(inject(PLATFORM_ID));
  readonly #listeners = inject(PORTAL_LISTENERS);
  readonly #user = new CurrentUser(
    this.#isBrowser ? (inject(IDENTITY_FACTORY, { optional: true }) ?? undefined) : undefined,
    this,
  );
  readonly #status = signal<PortalStatus>('idle');
  readonly #error = signal<PortalError | undefined>(undefined);
  readonly #events = new Subject<PortalEvent>();
  readonly #failures = new Map<FailingMethod, PortalError>();
  #opening?: FakeOpening;

  readonly status = this.#status.asReadonly();
  readonly error = this.#error.asReadonly();
  readonly isOpen = computed(() => this.#status() === 'open');
  readonly events = this.#events.asObservable();

  /** The openings that no test has expected yet. */
  readonly openings: TestOpening[] = [];
  /** The sessions that were requested ahead of time. */
  readonly prefetches: PortalCustomerOptions[] = [];
  preloads = 0;
  logouts = 0;

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.close();
      this.#events.complete();
    });
  }

  open(options: PortalOpenOptions = {}): Promise<void> {
    return this.#open({ kind: 'portal', options });
  }

  managePaymentSources(options: ManagePaymentSourcesOptions = {}): Promise<void> {
    return this.#open({ kind: 'paymentSources', options });
  }

  async preload(): Promise<void> {
    if (!this.#isBrowser) return;
    this.preloads += 1;
    await this.#failIfAsked('preload');
  }

  async prefetchSession(options: PortalCustomerOptions = {}): Promise<void> {
    if (!this.#isBrowser || this.#opening) return;
    this.#user.check();
    if (this.#user.isSignedOut) return;
    this.prefetches.push(options);
    await this.#failIfAsked('prefetchSession');
  }

  close(): void {
    if (this.#opening) this.emit({ type: 'close' });
  }

  async logout(): Promise<void> {
    if (!this.#isBrowser) return;
    this.logouts += 1;
    this.#user.check();
    this.close();
    try {
      await this.#failIfAsked('logout');
    } catch (error) {
      this.#report(error as PortalError);
      throw error;
    }
  }

  onIdentity(identity: PortalIdentity): void {
    const opening = this.#opening;
    if (opening && opening.key.identity !== identity) {
      // A sign-in that is completed while the portal opens is no change of user.
      const isSignIn = opening.key.identity == null && opening.status === 'opening';
      if (isSignIn) opening.key = { ...opening.key, identity };
      else this.#replace();
    }
    this.#error.set(undefined);
  }

  onIdentityLost(): void {
    this.#replace();
  }

  /** Emits an event of the portal that is open or opening. */
  emit(event: PortalEvent): void {
    const opening = this.#needOpening('emit');
    if (event.type === 'close') this.#end(opening);
    else this.#setStatus(opening, 'open');
    opening.resolve();
    for (const listener of this.#listeners) listener?.onEvent(event);
    this.#events.next(event);
    callSafely(() => opening.callbacks.onEvent?.(event));
  }

  /** Makes the portal that is open or opening fail. */
  fail(error: PortalError): void {
    this.#fail(this.#needOpening('failWith'), error);
  }

  /** Makes the next call of a method fail. */
  failNext(method: FailingMethod, error: PortalError): void {
    this.#failures.set(method, error);
  }

  #open(asked: TestOpening): Promise<void> {
    const { section, params, customerId } = asked.options;
    let key: PortalKey;
    try {
      if (!this.#isBrowser) throw new PortalError('NOT_IN_BROWSER');
      checkParams(section, params);
      key = this.#user.check(customerId);
    } catch (cause) {
      const error = cause as PortalError;
      this.#report(error);
      return Promise.reject(error);
    }
    const current = this.#opening;
    if (current?.status === 'opening' && isSameKey(current.key, key)) return current.shown;
    this.#replace();
    // Its end may have made the application open the portal again.
    if (this.#opening) return this.#opening.shown;
    this.openings.push(asked);
    this.#error.set(undefined);
    const opening = (this.#opening = new FakeOpening(key, asked.options));
    this.#status.set('opening');
    return opening.shown;
  }

  /** Ends what is open or opening, since another user or customer takes over. */
  #replace(): void {
    if (this.#opening?.status === 'open') this.close();
    else if (this.#opening) this.#fail(this.#opening, new PortalError('IDENTITY_CHANGED'));
  }

  #fail(opening: FakeOpening, error: PortalError): void {
    const wasOpen = opening.status === 'open';
    opening.reject(error);
    this.#end(opening);
    this.#report(error, opening.callbacks);
    if (wasOpen) callSafely(() => opening.callbacks.onError?.(error));
  }

  #end(opening: FakeOpening): void {
    this.#opening = undefined;
    this.#setStatus(opening, 'idle');
  }

  #setStatus(opening: FakeOpening, status: PortalStatus): void {
    opening.status = status;
    this.#status.set(status);
  }

  #report(error: PortalError, callbacks?: OpenerCallbacks): void {
    this.#error.set(error);
    const buttonDestroyed = !!callbacks?.ɵisButtonDestroyed?.();
    for (const listener of this.#listeners) listener?.onError(error, { buttonDestroyed });
  }

  async #failIfAsked(method: FailingMethod): Promise<void> {
    const error = this.#failures.get(method);
    this.#failures.delete(method);
    if (error) throw error;
    await Promise.resolve();
  }

  #needOpening(method: string): FakeOpening {
    if (!this.#opening) throw new Error(`${method}(): nothing is open or opening.`);
    return this.#opening;
  }
}
