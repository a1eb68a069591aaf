import { isPlatformBrowser } from '@angular/common';
import {
  computed,
  DestroyRef,
  inject,
  Injectable,
  PendingTasks,
  PLATFORM_ID,
  signal,
} from '@angular/core';
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

/** The methods that `failNext()` can make fail. Use `failWith()` for a portal that is opening or open. */
export type FailingMethod = 'logout' | 'preload' | 'prefetchSession';

/**
 * Behaves like the real service as far as an application can observe, without a backend, chargebee.js or a window. The test
 * emits the portal's events. The suite in `test/portal-contract.ts` runs against both services.
 */
@Injectable()
export class FakePortalService implements ChargebeePortalService, UserListener {
  readonly #isBrowser = isPlatformBrowser(inject(PLATFORM_ID));
  readonly #listeners = inject(PORTAL_LISTENERS);
  readonly #pendingTasks = inject(PendingTasks);
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

  /** The openings since the last `expectOpen()` or `expectManagePaymentSources()`. */
  readonly openings: TestOpening[] = [];
  /** The options of each `prefetchSession()` that would have requested a session. */
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
    await this.#throwNextFailure('preload');
  }

  async prefetchSession(options: PortalCustomerOptions = {}): Promise<void> {
    if (!this.#isBrowser || this.#opening) return;
    this.#user.check();
    if (this.#user.isSignedOut) return;
    this.prefetches.push(options);
    await this.#throwNextFailure('prefetchSession');
  }

  close(): void {
    if (this.#opening) this.emit({ type: 'close' });
  }

  async logout(): Promise<void> {
    if (!this.#isBrowser) return;
    this.logouts += 1;
    this.close();
    try {
      this.#user.check();
      await this.#throwNextFailure('logout');
    } catch (error) {
      this.#report(error as PortalError);
      throw error;
    }
  }

  onIdentity(identity: PortalIdentity): void {
    const opening = this.#opening;
    if (opening && opening.key.identity !== identity) {
      // Nobody was signed in before: a sign-in that completes while the portal opens does not end the opening.
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
    const opening = this.#requireOpening('emit');
    if (event.type === 'close') this.#end(opening);
    else this.#setStatus(opening, 'open');
    this.#settle(opening);
    for (const listener of this.#listeners) listener?.onEvent(event);
    this.#events.next(event);
    callSafely(() => opening.callbacks.onEvent?.(event));
  }

  /** Makes the portal that is open or opening fail. */
  fail(error: PortalError): void {
    this.#fail(this.#requireOpening('failWith'), error);
  }

  /** Makes the next call of a method fail. */
  failNext(method: FailingMethod, error: PortalError): void {
    this.#failures.set(method, error);
  }

  #open(opened: TestOpening): Promise<void> {
    const { section, params, customerId } = opened.options;
    let key: PortalKey;
    try {
      if (!this.#isBrowser) throw new PortalError('NOT_IN_BROWSER');
      checkParams(section, params);
      key = this.#user.check(customerId);
    } catch (cause) {
      return this.#refuse(cause as PortalError);
    }
    const current = this.#opening;
    if (current?.status === 'opening' && isSameKey(current.key, key)) return current.shown;
    this.#replace();
    // A callback of the application may have opened the portal again.
    const again = this.#opening;
    if (again) {
      return isSameKey(again.key, key)
        ? again.shown
        : this.#refuse(new PortalError('IDENTITY_CHANGED'));
    }
    this.openings.push(opened);
    this.#error.set(undefined);
    const opening = (this.#opening = new FakeOpening(key, opened.options));
    this.#status.set('opening');
    return opening.shown;
  }

  #refuse(error: PortalError): Promise<never> {
    this.#report(error);
    return Promise.reject(error);
  }

  /** Closes the portal that is open, or fails the one that is opening, because of another user, customer or opening. */
  #replace(): void {
    if (this.#opening?.status === 'open') this.close();
    else if (this.#opening) this.#fail(this.#opening, new PortalError('IDENTITY_CHANGED'));
  }

  #fail(opening: FakeOpening, error: PortalError): void {
    const wasOpen = opening.status === 'open';
    this.#settle(opening, error);
    this.#end(opening);
    this.#report(error, opening.callbacks);
    if (wasOpen) callSafely(() => opening.callbacks.onError?.(error));
  }

  /**
   * Resolves or rejects the promise of `open()`. Until its callers have handled that, the application is not stable: otherwise
   * `whenStable()` would not wait for what they change, such as the error that a button emits.
   */
  #settle(opening: FakeOpening, error?: PortalError): void {
    const done = this.#pendingTasks.add();
    opening.shown.then(done, done);
    if (error) opening.reject(error);
    else opening.resolve();
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

  /** Throws the error that `failNext()` has set for a method, once. */
  async #throwNextFailure(method: FailingMethod): Promise<void> {
    const error = this.#failures.get(method);
    this.#failures.delete(method);
    if (error) throw error;
    await Promise.resolve();
  }

  #requireOpening(method: string): FakeOpening {
    if (!this.#opening) throw new Error(`${method}(): nothing is open or opening.`);
    return this.#opening;
  }
}
