import { Injectable, type Signal } from '@angular/core';
import type { Observable } from 'rxjs';
import { PortalError } from './portal-error';
import type { PortalEvent } from './portal-events';
import type {
  ManagePaymentSourcesOptions,
  PortalCustomerOptions,
  PortalOpenOptions,
} from './portal-options';

/** Whether nothing is open, the portal is opening, or it is open. */
export type PortalStatus = 'idle' | 'opening' | 'open';

declare const ngDevMode: unknown;

/** Opens Chargebee's self-serve portal, and reports what happens in it. `provideChargebeePortal` provides it. */
@Injectable({ providedIn: 'root', useFactory: reportMissingProvider })
export abstract class ChargebeePortalService {
  /** Whether nothing is open, the portal is opening, or it is open. */
  abstract readonly status: Signal<PortalStatus>;
  /** Why the last opening (or `logout`) failed; `undefined` again when the next one begins, or the user changes. */
  abstract readonly error: Signal<PortalError | undefined>;
  /** Whether the portal is open. */
  abstract readonly isOpen: Signal<boolean>;
  /** Every event of the portal, whatever opened it. Never fails; completes with the injector that provides the service. */
  abstract readonly events: Observable<PortalEvent>;

  /**
   * Opens the portal. Call it within the user's click: on phones a window opens, which a browser allows only then.
   * While it is opening for a customer, another call for that customer is the same opening, at whichever section.
   *
   * @param options At which section, for which customer, and what to call back.
   * @returns Resolves when the portal is shown (or was closed before that).
   * @throws PortalError By rejection, with the `code` that says why the portal could not be opened.
   */
  abstract open(options?: PortalOpenOptions): Promise<void>;

  /**
   * Opens the page on which the customer manages payment methods alone. As `open`, in everything else.
   *
   * @param options For which customer, and what to call back.
   * @throws PortalError By rejection, with the `code` that says why the page could not be opened.
   */
  abstract managePaymentSources(options?: ManagePaymentSourcesOptions): Promise<void>;

  /**
   * Loads chargebee.js, if it is not there yet, so that a click finds it ready.
   *
   * @throws PortalError By rejection, `SCRIPT_UNAVAILABLE` when it cannot be loaded.
   */
  abstract preload(): Promise<void>;

  /**
   * Requests a session, so that a click finds it ready, unless there is one already or nobody is signed in. At most one is
   * kept, for at most its lifetime.
   *
   * @param options For which customer.
   * @throws PortalError By rejection, with the `code` that says why there is none.
   */
  abstract prefetchSession(options?: PortalCustomerOptions): Promise<void>;

  /** Closes the portal, if it is open or opening. */
  abstract close(): void;

  /**
   * Ends everything of the user's: closes the portal, logs chargebee.js out, and has the backend end the sessions that
   * were opened without chargebee.js. Call it before signing out, while the backend still knows the user. Of such sessions
   * it knows those that this service has opened since the page was loaded, twenty at most.
   *
   * @throws PortalError By rejection, when the backend could not end a session. What the browser can do is done by then.
   */
  abstract logout(): Promise<void>;
}

/** Takes the place of a service that nothing provides, to say what is missing. */
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
