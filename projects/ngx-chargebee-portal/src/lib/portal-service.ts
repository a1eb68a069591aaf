import { computed, Injectable, type OnDestroy, type Signal } from '@angular/core';
import type { Observable } from 'rxjs';
import { portalEngine, type PortalStatus } from './portal-engine';
import type { PortalError } from './portal-error';
import type { PortalEvent } from './portal-events';
import type {
  ManagePaymentSourcesOptions,
  PortalCustomerOptions,
  PortalOpenOptions,
} from './portal-options';

/** Opens Chargebee's self-serve portal, and tells what happens in it. */
@Injectable({ providedIn: 'root' })
export class ChargebeePortalService implements OnDestroy {
  readonly #engine = portalEngine();

  /** Whether nothing is open, the portal is opening, or it is open. */
  readonly status: Signal<PortalStatus> = this.#engine.status.asReadonly();
  /** Why the last opening (or `logout`) failed; `undefined` again when the next one begins. */
  readonly error: Signal<PortalError | undefined> = this.#engine.error.asReadonly();
  /** Whether the portal is open. */
  readonly isOpen: Signal<boolean> = computed(() => this.status() === 'open');
  /** Everything that happens in the portal, whoever opened it. Never fails; completes with the application. */
  readonly events: Observable<PortalEvent> = this.#engine.events.asObservable();

  /**
   * Opens the portal. Call it within the user's click: on phones a window opens, which a browser allows only then.
   * While it is opening, another call is the same opening.
   *
   * @param options At which section, for which customer, and what to call back.
   * @returns Resolves when the portal is shown (or was closed before that).
   * @throws PortalError By rejection, with the `code` that tells why the portal could not be opened.
   */
  open(options: PortalOpenOptions = {}): Promise<void> {
    return this.#engine.open(options);
  }

  /**
   * Opens the page on which the customer manages payment methods alone. As `open`, in everything else.
   *
   * @param options For which customer, and what to call back.
   * @throws PortalError By rejection, with the `code` that tells why the page could not be opened.
   */
  managePaymentSources(options: ManagePaymentSourcesOptions = {}): Promise<void> {
    return this.#engine.managePaymentSources(options);
  }

  /**
   * Loads chargebee.js, if it is not there yet, so that a click finds it ready.
   *
   * @throws PortalError By rejection, `SCRIPT_UNAVAILABLE` when it cannot be loaded.
   */
  preload(): Promise<void> {
    return this.#engine.preload();
  }

  /**
   * Asks for a session, so that a click finds it ready; unless one is held, or none will be needed. At most one is
   * held, for at most its lifetime.
   *
   * @param options For which customer.
   * @throws PortalError By rejection, with the `code` that tells why there is none.
   */
  prefetchSession({ customerId }: PortalCustomerOptions = {}): Promise<void> {
    return this.#engine.prefetchSession(customerId);
  }

  /** Closes the portal, if it is open or opening. */
  close(): void {
    this.#engine.close();
  }

  /**
   * Ends everything of the user's: closes the portal, logs chargebee.js out, and has the backend end the sessions that
   * were opened without chargebee.js. Call it before signing out, while the backend still knows the user.
   *
   * @throws PortalError By rejection, when the backend could not end a session. What the browser can do is done by then.
   */
  async logout(): Promise<void> {
    this.#engine.end();
    await this.#engine.logout();
  }

  /** Closes the portal and drops every session, with the application. */
  ngOnDestroy(): void {
    this.#engine.end();
    this.#engine.events.complete();
  }
}
