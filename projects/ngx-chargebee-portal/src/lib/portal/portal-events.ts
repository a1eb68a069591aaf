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
 * What happened in the portal: every callback of chargebee.js, distinguished by `type`.
 *
 * - `loaded`: the portal is shown.
 * - `close`: it is closed, by the user or by code.
 * - `visit`: a section is shown; `sectionType` is Chargebee's value for it (see `PORTAL_SECTIONS`).
 * - `paymentSourceAdd`, `paymentSourceUpdate`: `status` is `success` or `error`, when Chargebee reports it.
 * - `step`, `success`: from the page that manages payment methods alone.
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
