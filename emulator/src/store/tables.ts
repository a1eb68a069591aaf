import type { Clock } from '../clock.js';
import { Collection } from './collection.js';
import type { CollectionOptions } from './collection.js';
import type {
  Customer,
  Invoice,
  Item,
  ItemPrice,
  PaymentSource,
  PortalLogin,
  ScheduledChange,
  StoredHostedPage,
  StoredPortalSession,
  Subscription,
} from './resources.js';

/** All that the emulator keeps. */
export interface Tables {
  customers: Collection<Customer>;
  items: Collection<Item>;
  item_prices: Collection<ItemPrice>;
  subscriptions: Collection<Subscription>;
  scheduled_changes: Collection<ScheduledChange>;
  payment_sources: Collection<PaymentSource>;
  invoices: Collection<Invoice>;
  portal_sessions: Collection<StoredPortalSession>;
  portal_logins: Collection<PortalLogin>;
  hosted_pages: Collection<StoredHostedPage>;
}

/** The contents of all tables, as saved to a file. */
export type Snapshot = { [Name in keyof Tables]: ReturnType<Tables[Name]['dump']> };

const KEPT = 20_000;

export function createTables(clock: Clock, onWrite: () => void): Tables {
  const refusing: CollectionOptions = { clock, onWrite, limit: KEPT, whenFull: 'refuse' };
  // A load test makes sessions without end; the oldest are of no use to anybody.
  const dropping: CollectionOptions = { ...refusing, whenFull: 'drop-oldest' };
  return {
    customers: new Collection(refusing),
    items: new Collection(refusing),
    item_prices: new Collection(refusing),
    subscriptions: new Collection(refusing),
    scheduled_changes: new Collection(refusing),
    payment_sources: new Collection(refusing),
    invoices: new Collection(dropping, (invoice) => invoice.subscription_id),
    portal_sessions: new Collection(dropping),
    portal_logins: new Collection(dropping),
    hosted_pages: new Collection(dropping),
  };
}
