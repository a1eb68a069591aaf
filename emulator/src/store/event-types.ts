/** The resources in the content of an event. */
export type ContentName =
  | 'customer'
  | 'subscription'
  | 'subscriptions'
  | 'card'
  | 'payment_source'
  | 'invoice'
  | 'transaction';

const CUSTOMER = ['customer', 'card'] as const;
const SUBSCRIPTION = ['subscription', 'customer', 'card'] as const;
const BILLED_SUBSCRIPTION = [...SUBSCRIPTION, 'invoice'] as const;
const PAYMENT_SOURCE = ['customer', 'payment_source'] as const;
const CARD = ['customer', 'card'] as const;
const PAYMENT = ['transaction', 'invoice', 'customer', 'subscription', 'card'] as const;

/**
 * The Chargebee events that the emulator emits, with the resources in their content. A card or invoice that does not exist is
 * omitted.
 */
export const EVENT_CONTENT = {
  customer_created: CUSTOMER,
  customer_changed: CUSTOMER,
  customer_deleted: [...CUSTOMER, 'subscriptions'],
  subscription_created: BILLED_SUBSCRIPTION,
  subscription_started: BILLED_SUBSCRIPTION,
  subscription_activated: BILLED_SUBSCRIPTION,
  subscription_changed: BILLED_SUBSCRIPTION,
  subscription_changes_scheduled: SUBSCRIPTION,
  subscription_scheduled_changes_removed: SUBSCRIPTION,
  subscription_shipping_address_updated: SUBSCRIPTION,
  subscription_renewed: BILLED_SUBSCRIPTION,
  subscription_renewal_reminder: SUBSCRIPTION,
  subscription_trial_end_reminder: SUBSCRIPTION,
  subscription_cancellation_reminder: SUBSCRIPTION,
  subscription_cancellation_scheduled: SUBSCRIPTION,
  subscription_scheduled_cancellation_removed: SUBSCRIPTION,
  subscription_cancelled: BILLED_SUBSCRIPTION,
  subscription_reactivated: BILLED_SUBSCRIPTION,
  subscription_pause_scheduled: SUBSCRIPTION,
  subscription_scheduled_pause_removed: SUBSCRIPTION,
  subscription_paused: BILLED_SUBSCRIPTION,
  subscription_resumption_scheduled: SUBSCRIPTION,
  subscription_scheduled_resumption_removed: SUBSCRIPTION,
  subscription_resumed: BILLED_SUBSCRIPTION,
  payment_source_added: PAYMENT_SOURCE,
  payment_source_updated: PAYMENT_SOURCE,
  payment_source_deleted: PAYMENT_SOURCE,
  payment_source_locally_deleted: PAYMENT_SOURCE,
  payment_source_expiring: PAYMENT_SOURCE,
  payment_source_expired: PAYMENT_SOURCE,
  card_added: CARD,
  card_updated: CARD,
  card_deleted: CARD,
  card_expiry_reminder: CARD,
  card_expired: CARD,
  invoice_generated: ['invoice'],
  invoice_updated: ['invoice'],
  payment_succeeded: PAYMENT,
  payment_failed: PAYMENT,
} as const satisfies Record<string, readonly ContentName[]>;

/** An event type that Chargebee has. These events are sent to webhooks and listed by the API. */
export type ChargebeeEventType = keyof typeof EVENT_CONTENT;

/** An event type that Chargebee does not have. These events appear only in the emulator's own log. */
export type InternalEventType =
  | 'portal_session_created'
  | 'portal_session_logged_in'
  | 'portal_session_logged_out'
  | 'portal_session_activated'
  | 'hosted_page_changed';

export type StoreEventType = ChargebeeEventType | InternalEventType;

export const isChargebeeEvent = (type: string): type is ChargebeeEventType =>
  Object.hasOwn(EVENT_CONTENT, type);
