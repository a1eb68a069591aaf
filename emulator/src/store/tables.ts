import type { Clock } from '../clock.js';
import { Collection } from './collection.js';
import type { CollectionOptions } from './collection.js';
import type { StoreEvent } from './events.js';
import type {
  Customer,
  Entitlement,
  Feature,
  Invoice,
  Item,
  ItemPrice,
  PaymentSource,
  PortalLogin,
  ScheduledChange,
  StoredHostedPage,
  StoredPortalSession,
  Subscription,
  Transaction,
  WebhookDelivery,
  WebhookEndpoint,
} from './resources.js';

/** The tables that hold the emulator's data. */
export interface Tables {
  customers: Collection<Customer>;
  items: Collection<Item>;
  item_prices: Collection<ItemPrice>;
  features: Collection<Feature>;
  entitlements: Collection<Entitlement>;
  subscriptions: Collection<Subscription>;
  scheduled_changes: Collection<ScheduledChange>;
  payment_sources: Collection<PaymentSource>;
  invoices: Collection<Invoice>;
  transactions: Collection<Transaction>;
  portal_sessions: Collection<StoredPortalSession>;
  portal_logins: Collection<PortalLogin>;
  hosted_pages: Collection<StoredHostedPage>;
  events: Collection<StoreEvent>;
  webhook_endpoints: Collection<WebhookEndpoint>;
  webhook_deliveries: Collection<WebhookDelivery>;
}

/** The contents of all tables, as saved to a file. */
export type Snapshot = { [Name in keyof Tables]: ReturnType<Tables[Name]['dump']> };

const MAX_ROWS = 20_000;
/** Lower than for other tables, because events contain whole resources and the data file contains all events. */
export const MAX_EVENTS = 2000;
/** Chargebee's own limit. */
export const MAX_ENDPOINTS = 5;

/** A write to a table. `restore` replaces the contents of the whole table. */
export type Write =
  | { kind: 'put' | 'delete'; table: keyof Tables; id: string }
  | { kind: 'restore'; table: keyof Tables };

export function createTables(clock: Clock, onWrite: (write: Write) => void): Tables {
  const rejectWhenFull = (table: keyof Tables): CollectionOptions => ({
    clock,
    limit: MAX_ROWS,
    whenFull: 'reject',
    onWrite: (kind, id) => onWrite({ kind, table, id }),
  });
  // Load tests create many of these. Old ones are not needed, so they are evicted.
  const dropOldest = (table: keyof Tables): CollectionOptions => ({
    ...rejectWhenFull(table),
    whenFull: 'drop-oldest',
  });
  return {
    customers: new Collection(rejectWhenFull('customers')),
    items: new Collection(rejectWhenFull('items')),
    item_prices: new Collection(rejectWhenFull('item_prices')),
    features: new Collection(rejectWhenFull('features')),
    entitlements: new Collection(
      rejectWhenFull('entitlements'),
      (entitlement) => entitlement.entity_id,
    ),
    subscriptions: new Collection(rejectWhenFull('subscriptions')),
    scheduled_changes: new Collection(rejectWhenFull('scheduled_changes')),
    payment_sources: new Collection(rejectWhenFull('payment_sources')),
    invoices: new Collection(dropOldest('invoices'), (invoice) => invoice.subscription_id),
    transactions: new Collection(dropOldest('transactions')),
    portal_sessions: new Collection(dropOldest('portal_sessions')),
    portal_logins: new Collection(dropOldest('portal_logins')),
    hosted_pages: new Collection(dropOldest('hosted_pages')),
    events: new Collection({ ...dropOldest('events'), limit: MAX_EVENTS }),
    webhook_endpoints: new Collection({
      ...rejectWhenFull('webhook_endpoints'),
      limit: MAX_ENDPOINTS,
    }),
    webhook_deliveries: new Collection(
      { ...dropOldest('webhook_deliveries'), limit: MAX_EVENTS * MAX_ENDPOINTS },
      (delivery) => delivery.event_id,
    ),
  };
}
