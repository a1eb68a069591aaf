import { Injectable, type Signal } from '@angular/core';
import type { Observable } from 'rxjs';
import { PortalError } from './portal-error';
import type { PortalEvent } from './portal-events';
import type {
  ManagePaymentSourcesOptions,
  PortalCustomerOptions,
  PortalOpenOptions,
} from './portal-options';

/** `idle` while the portal is closed, `opening` from the click until it is shown, then `open`. */
export type PortalStatus = 'idle' | 'opening' | 'open';

declare const ngDevMode: unknown;

/**
 * Opens Chargebee's self-serve portal, and reports its events. Provide it with `provideChargebeePortal`.
 *
 * ```ts
 * readonly #portal = inject(ChargebeePortalService);
 *
 * onClick(): void {
 *   this.#portal.open({ section: 'BILLING_HISTORY' }).catch((error: PortalError) => this.showError(error.code));
 * }
 * ```
 */
@Injectable({ providedIn: 'root', useFactory: reportMissingProvider })
export abstract class ChargebeePortalService {
  /** Whether the portal is closed, opening or open. */
  abstract readonly status: Signal<PortalStatus>;
  /**
   * The error of the last `open()`, `managePaymentSources()` or `logout()` that failed. Reset to `undefined` when the portal
   * is opened again, or when the user changes.
   */
  abstract readonly error: Signal<PortalError | undefined>;
  /** Whether the portal is open. */
  abstract readonly isOpen: Signal<boolean>;
  /**
   * Emits every event of the portal, whether a directive or the service has opened it. Never emits an error; completes when
   * the service is destroyed.
   */
  abstract readonly events: Observable<PortalEvent>;

  /**
   * Opens the portal. Call it in the handler of the user's click: on phones the portal opens in a window, and browsers block
   * windows that no click has opened. While the portal is opening for a customer, further calls for the same customer return
   * the same promise, and their section is ignored.
   *
   * @param options The section, the customer and the callbacks; by default the home page, and the user's only customer.
   * @returns A promise that resolves when the portal is shown, or was closed before that.
   * @throws PortalError Rejects if the portal could not be opened, with the reason as `code`.
   */
  abstract open(options?: PortalOpenOptions): Promise<void>;

  /**
   * Opens a page with which the customer can manage payment methods, and nothing else. Otherwise it works as `open`.
   *
   * @param options The customer and the callbacks.
   * @returns A promise that resolves when the page is shown, or was closed before that.
   * @throws PortalError Rejects if the page could not be opened, with the reason as `code`.
   */
  abstract managePaymentSources(options?: ManagePaymentSourcesOptions): Promise<void>;

  /**
   * Loads chargebee.js, unless it is loaded already, so that the next click need not wait for it.
   *
   * @throws PortalError Rejects with `SCRIPT_UNAVAILABLE` if chargebee.js cannot be loaded.
   */
  abstract preload(): Promise<void>;

  /**
   * Requests a session, so that the next click need not wait for it. Does nothing if a session is cached already, if the
   * portal is opening or open, or if nobody is signed in. One session is cached, until shortly before it expires.
   *
   * @param options The customer; by default the user's only one.
   * @throws PortalError Rejects if the session could not be created, with the reason as `code`.
   */
  abstract prefetchSession(options?: PortalCustomerOptions): Promise<void>;

  /** Closes the portal if it is opening or open. */
  abstract close(): void;

  /**
   * Closes the portal, logs out of it, and asks the backend to end the sessions that were opened without chargebee.js: the
   * last twenty that this service has opened since the page was loaded. Call it before you sign the user out, since the
   * backend needs the user's credentials.
   *
   * @throws PortalError Rejects if the backend could not end a session. The browser is logged out all the same.
   */
  abstract logout(): Promise<void>;
}

/** Throws an error that says what to provide, if the service is injected without a provider. */
function reportMissingProvider(): never {
  throw new PortalError(
    'NOT_CONFIGURED',
    typeof ngDevMode === 'undefined' || ngDevMode
      ? 'ChargebeePortalService is not provided. Add provideChargebeePortal() to the providers of the application (or ' +
          'ChargebeePortalModule.forRoot() to the imports of its root module), and provideChargebeePortalTesting() in tests.'
      : undefined,
    { argument: 'provideChargebeePortal' },
  );
}
