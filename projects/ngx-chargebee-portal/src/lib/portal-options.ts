import type { PortalError } from './portal-error';
import type { PortalEvent } from './portal-events';
import type { PortalSectionOptions } from './portal-sections';

/** For whom something is asked. */
export interface PortalCustomerOptions {
  /** Chargebee's id of the customer; needed only for a user with several. */
  customerId?: string;
}

/** What an opening calls back. */
export interface PortalCallbacks {
  /** Hears what happens in the portal, `close` last. */
  onEvent?: (event: PortalEvent) => void;
  /** Hears of a failure after the portal was shown. One before that rejects the promise. */
  onError?: (error: PortalError) => void;
}

/** How the page for managing payment methods is opened. */
export interface ManagePaymentSourcesOptions extends PortalCustomerOptions, PortalCallbacks {
  /** The language, from now on, as Chargebee names it. */
  locale?: string;
}

/** How the portal is opened: at a section, with what that needs. */
export type PortalOpenOptions = ManagePaymentSourcesOptions & PortalSectionOptions;
