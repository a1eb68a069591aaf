import type { ManagePaymentSourcesOptions, PortalOpenOptions } from 'ngx-chargebee-portal';

/** A portal or page that the code under test has opened. */
export interface TestOpening {
  /** `portal`, or `paymentSources` for the page for managing payment methods. */
  readonly kind: 'portal' | 'paymentSources';
  /** The options of the call that has opened it. */
  readonly options: PortalOpenOptions & ManagePaymentSourcesOptions;
}
