import type { PortalError } from './portal-error';
import type { PortalEvent } from './portal-events';
import type { PortalSectionOptions } from './portal-sections';

/** Selects the customer whose portal is opened. */
export interface PortalCustomerOptions {
  /** The id of the customer in Chargebee. Needed only for users with several customers. */
  customerId?: string;
}

/** The callbacks for one portal. */
export interface PortalCallbacks {
  /** Called for every event of the portal. The last one is `close`. */
  onEvent?: (event: PortalEvent) => void;
  /** Called when the portal fails after it was shown. A failure before that rejects the promise instead. */
  onError?: (error: PortalError) => void;
}

/** Options for opening the page for managing payment methods. */
export interface ManagePaymentSourcesOptions extends PortalCustomerOptions, PortalCallbacks {
  /** The language, such as `fr` or `pt-BR`; by default that of the configuration. */
  locale?: string;
}

/**
 * Options for opening the portal. A `section` and the `params` that it requires are checked together by the compiler.
 *
 * ```ts
 * { section: 'EDIT_SUBSCRIPTION', params: { subscriptionId: 'sub-1' } }
 * ```
 */
export type PortalOpenOptions = ManagePaymentSourcesOptions & PortalSectionOptions;

/** The callbacks that a directive passes. Not part of the public API. */
export interface OpenerCallbacks extends PortalCallbacks {
  /** Returns whether the directive's element has been destroyed: its outputs no longer emit then. */
  ɵisButtonDestroyed?: () => boolean;
}
