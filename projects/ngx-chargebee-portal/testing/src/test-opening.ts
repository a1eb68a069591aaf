import type { ManagePaymentSourcesOptions, PortalOpenOptions } from 'ngx-chargebee-portal';

/** An opening that the code under test has asked for. */
export interface TestOpening {
  /** What was opened. */
  readonly kind: 'portal' | 'paymentSources';
  /** The options that it was opened with. */
  readonly options: PortalOpenOptions & ManagePaymentSourcesOptions;
}
