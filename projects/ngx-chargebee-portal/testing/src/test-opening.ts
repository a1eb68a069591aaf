import type { ManagePaymentSourcesOptions, PortalOpenOptions } from 'ngx-chargebee-portal';

/** An opening by the code under test. */
export interface TestOpening {
  /** Whether it is the portal, or the page for managing payment methods. */
  readonly kind: 'portal' | 'paymentSources';
  /** The options that it was opened with. */
  readonly options: PortalOpenOptions & ManagePaymentSourcesOptions;
}
