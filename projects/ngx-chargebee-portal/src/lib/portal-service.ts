import { isPlatformBrowser } from '@angular/common';
import {
  computed,
  CSP_NONCE,
  DestroyRef,
  DOCUMENT,
  effect,
  inject,
  Injectable,
  Injector,
  NgZone,
  PLATFORM_ID,
  runInInjectionContext,
  signal,
  untracked,
  type Signal,
} from '@angular/core';
import { Subject, type Observable } from 'rxjs';
import { BackendClient } from './backends/backend-client';
import { PORTAL_BACKEND, type PortalResource } from './backends/portal-backend';
import { ChargebeeAdapter } from './chargebee-adapter';
import { PORTAL_IDENTITY, PORTAL_LISTENERS, type PortalIdentity } from './features';
import { PendingOpening } from './pending-opening';
import { PORTAL_CONFIG, SCRIPT_URL } from './portal-config';
import { PortalError } from './portal-error';
import type { PortalEvent } from './portal-events';
import { sameKey, type KeyMatch, type PortalKey } from './portal-key';
import { PortalOpener } from './portal-opener';
import type {
  ManagePaymentSourcesOptions,
  PortalCustomerOptions,
  PortalOpenOptions,
} from './portal-options';
import { missingParam } from './portal-sections';
import { paymentSourcesSurface, portalSurface, type PortalSurface } from './portal-surface';
import { ScriptLoader, type ChargebeeWindow } from './script-loader';
import { SessionKeeper } from './session-keeper';
import { WindowSessions } from './window-sessions';

/** Whether nothing is open, the portal is opening, or it is open. */
export type PortalStatus = 'idle' | 'opening' | 'open';

/** Opens Chargebee's self-serve portal, and tells what happens in it. */
@Injectable({ providedIn: 'root' })
export class ChargebeePortalService {
  readonly #status = signal<PortalStatus>('idle');
  readonly #error = signal<PortalError | undefined>(undefined);
  readonly #events = new Subject<PortalEvent>();

  /** Whether nothing is open, the portal is opening, or it is open. */
  readonly status: Signal<PortalStatus> = this.#status.asReadonly();
  /** Why the last opening (or `logout`) failed; `undefined` again when the next one begins. */
  readonly error: Signal<PortalError | undefined> = this.#error.asReadonly();
  /** Whether the portal is open. */
  readonly isOpen: Signal<boolean> = computed(() => this.#status() === 'open');
  /** Everything that happens in the portal, whoever opened it. Never fails; completes with the application. */
  readonly events: Observable<PortalEvent> = this.#events.asObservable();

  readonly #injector = inject(Injector);
  readonly #zone = inject(NgZone);
  readonly #config = inject(PORTAL_CONFIG);
  readonly #win = inject(DOCUMENT).defaultView as ChargebeeWindow;
  readonly #isBrowser = isPlatformBrowser(inject(PLATFORM_ID));
  readonly #identitySource = inject(PORTAL_IDENTITY, { optional: true });
  readonly #listeners = inject(PORTAL_LISTENERS, { optional: true }) ?? [];
  readonly #nonce = inject(CSP_NONCE, { optional: true });

  readonly #client = new BackendClient(
    inject(PORTAL_BACKEND),
    () => this.#config.redirectUrl ?? this.#win.location.origin + this.#win.location.pathname,
    (task) => this.#zone.run(task),
  );
  readonly #loader = new ScriptLoader(this.#win, inject(SCRIPT_URL), this.#nonce);
  readonly #adapter = new ChargebeeAdapter(this.#loader, this.#config, this.#nonce);
  readonly #portal = portalSurface(new SessionKeeper(this.#client.session), this.#adapter);
  readonly #paymentSources = paymentSourcesSurface(
    new SessionKeeper(this.#client.paymentSourcesPage),
  );
  readonly #windowSessions = new WindowSessions(this.#client);
  readonly #opener = new PortalOpener(this.#win, this.#config, this.#loader, this.#adapter, {
    run: (task) => this.#zone.run(task),
    key: (customerId) => this.#key(customerId),
    checkIdentity: () => this.#checkIdentity(),
    usedByUrl: ({ key }, resource) => {
      if ('token' in resource) this.#windowSessions.add(key, resource.id);
    },
  });
  #current?: PendingOpening;

  constructor() {
    if (!this.#isBrowser) return;
    if (this.#identitySource) {
      untracked(() => this.#identity()); // Its dependencies are made here, outside the effect.
      effect(() => {
        this.#identity();
        untracked(() => this.#checkIdentity());
      });
    }
    inject(DestroyRef).onDestroy(() => {
      this.close();
      this.#keep(() => false);
      this.#events.complete();
    });
  }

  /**
   * Opens the portal. Call it within the user's click: on phones a window opens, which a browser allows only then.
   * While it is opening, another call is the same opening.
   *
   * @param options At which section, for which customer, and what to call back.
   * @returns Resolves when the portal is shown (or was closed before that).
   * @throws PortalError By rejection, with the `code` that tells why the portal could not be opened.
   */
  open(options: PortalOpenOptions = {}): Promise<void> {
    const missing = missingParam(options.section, options.params);
    if (missing) {
      const message = `The section ${options.section} needs ${missing}.`;
      return this.#reject(new PortalError('BAD_USER_INPUT', message, { argument: missing }));
    }
    return this.#open(this.#portal, options);
  }

  /**
   * Opens the page on which the customer manages payment methods alone. As `open`, in everything else.
   *
   * @param options For which customer, and what to call back.
   * @throws PortalError By rejection, with the `code` that tells why the page could not be opened.
   */
  managePaymentSources(options: ManagePaymentSourcesOptions = {}): Promise<void> {
    return this.#open(this.#paymentSources, options);
  }

  /**
   * Loads chargebee.js, if it is not there yet, so that a click finds it ready.
   *
   * @throws PortalError By rejection, `SCRIPT_UNAVAILABLE` when it cannot be loaded.
   */
  preload(): Promise<void> {
    if (!this.#isBrowser) return Promise.resolve();
    return this.#zone.runOutsideAngular(() => this.#loader.load());
  }

  /**
   * Asks for a session, so that a click finds it ready; unless one is held, or none will be needed. At most one is
   * held, for at most its lifetime.
   *
   * @param options For which customer.
   * @throws PortalError By rejection, with the `code` that tells why there is none.
   */
  async prefetchSession({ customerId }: PortalCustomerOptions = {}): Promise<void> {
    if (!this.#isBrowser || this.#current) return;
    this.#checkIdentity();
    await this.#outside(() => this.#portal.prefetch(this.#key(customerId)));
  }

  /** Closes the portal, if it is open or opening. */
  close(): void {
    this.#current?.event({ type: 'close' });
  }

  /**
   * Ends everything of the user's: closes the portal, logs chargebee.js out, and has the backend end the sessions that
   * were opened without chargebee.js. Call it before signing out, while the backend still knows the user.
   *
   * @throws PortalError By rejection, when the backend could not end a session. What the browser can do is done by then.
   */
  async logout(): Promise<void> {
    if (!this.#isBrowser) return;
    this.close();
    this.#keep(() => false);
    try {
      await this.#windowSessions.logout();
    } catch (error) {
      await this.#reject(error as PortalError);
    }
  }

  #open<T extends PortalResource>(
    surface: PortalSurface<T>,
    options: PortalOpenOptions,
  ): Promise<void> {
    if (!this.#isBrowser) {
      return this.#reject(
        new PortalError('NOT_IN_BROWSER', 'The portal opens in the browser only.'),
      );
    }
    const key = this.#key(options.customerId);
    this.#keep(sameKey(key));
    const current = this.#current;
    if (current?.state === 'opening' || current?.window?.focus()) return current.shown;
    this.close();
    this.#error.set(undefined);
    const opening = new PendingOpening<T>(key, {
      changed: () => this.#changed(opening, surface),
      event: (event) => this.#tell(event, options),
      failed: (error, wasOpen) => {
        this.#error.set(error);
        if (wasOpen) options.onError?.(error);
      },
    });
    this.#current = opening;
    this.#status.set('opening');
    this.#outside(() => this.#opener.begin(opening, surface, options));
    return opening.shown;
  }

  #changed<T extends PortalResource>(opening: PendingOpening<T>, surface: PortalSurface<T>): void {
    if (opening.isCurrent) return this.#status.set(opening.state as PortalStatus);
    if (opening.held) surface.keeper.giveBack(opening.held);
    this.#current = undefined;
    this.#status.set('idle');
    this.#outside(() => this.#adapter.closeAll());
  }

  #tell(event: PortalEvent, options: PortalOpenOptions): void {
    for (const listener of this.#listeners) listener(event);
    options.onEvent?.(event);
    this.#events.next(event);
  }

  #key(customerId: string | undefined): PortalKey {
    return { identity: untracked(() => this.#identity()), customerId };
  }

  #identity(): PortalIdentity {
    if (!this.#identitySource) return undefined;
    const identity = runInInjectionContext(this.#injector, this.#identitySource);
    return typeof identity === 'function' ? identity() : identity;
  }

  #checkIdentity(): void {
    const identity = untracked(() => this.#identity());
    this.#keep((key) => key.identity === identity);
    this.#windowSessions.keep((key) => key.identity === identity);
  }

  /** Ends whatever belongs to another key: the open portal, held sessions, chargebee.js's authentication. */
  #keep(matches: KeyMatch): void {
    if (this.#current && !matches(this.#current.key)) {
      if (this.#current.state === 'open') this.close();
      else {
        const message = 'Another user or customer has taken over.';
        this.#current.fail(new PortalError('IDENTITY_CHANGED', message));
      }
    }
    this.#portal.keeper.keep(matches);
    this.#paymentSources.keeper.keep(matches);
    this.#outside(() => this.#adapter.keep(matches));
  }

  #outside<T>(task: () => T): T {
    return this.#zone.runOutsideAngular(task);
  }

  #reject(error: PortalError): Promise<never> {
    this.#error.set(error);
    return Promise.reject(error);
  }
}
