import type { PortalError } from './portal-error';
import type { PortalEvent } from './portal-events';
import type { PortalSectionOptions } from './portal-sections';

/** The customer whose portal is opened. */
export interface PortalCustomerOptions {
  /** Chargebee's id of the customer; needed only for a user with several. */
  customerId?: string;
}

/** The callbacks of an opening. */
export interface PortalCallbacks {
  /** Called for every event in the portal, `close` last. */
  onEvent?: (event: PortalEvent) => void;
  /** Called for a failure after the portal was shown. One before that rejects the promise. */
  onError?: (error: PortalError) => void;
}

/** How the page for managing payment methods is opened. */
export interface ManagePaymentSourcesOptions extends PortalCustomerOptions, PortalCallbacks {
  /** The language, from now on, as Chargebee names it. */
  locale?: string;
}

/** How the portal is opened: at a section, with what that needs. */
export type PortalOpenOptions = ManagePaymentSourcesOptions & PortalSectionOptions;

/** The callbacks of a directive. Not part of the public API. */
export interface OpenerCallbacks extends PortalCallbacks {
  /** Whether the directive's element has been destroyed, so that its outputs do not emit any more. */
  ɵisButtonDestroyed?: () => boolean;
}
