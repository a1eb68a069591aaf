/** The type of an event of one subscription. */
export type PortalSubscriptionEventType =
  | 'subscriptionChanged'
  | 'subscriptionCustomFieldsChanged'
  | 'subscriptionCancelled'
  | 'subscriptionResumed'
  | 'subscriptionPaused'
  | 'scheduledPauseRemoved'
  | 'scheduledCancellationRemoved'
  | 'subscriptionReactivated'
  | 'subscriptionExtended';

/**
 * An event of the portal: one `type` for each callback of chargebee.js.
 *
 * - `loaded`: the portal is shown.
 * - `close`: the portal has been closed, by the user or by code.
 * - `visit`: a section is shown; `sectionType` is one of the values of `PORTAL_SECTIONS`.
 * - `paymentSourceAdd`, `paymentSourceUpdate`: `status` is `success` or `error`, if Chargebee reports it.
 * - `step`, `success`: from the page for managing payment methods (`managePaymentSources()`).
 */
export type PortalEvent =
  | { type: 'loaded' }
  | { type: 'close' }
  | { type: 'visit'; sectionType: string }
  | { type: 'paymentSourceAdd'; status?: string }
  | { type: 'paymentSourceUpdate'; status?: string }
  | { type: 'paymentSourceRemove' }
  | { type: PortalSubscriptionEventType; subscription: { id: string } }
  | { type: 'step'; step: string }
  | { type: 'success'; hostedPageId: string };

/** The type of an event. */
export type PortalEventType = PortalEvent['type'];
