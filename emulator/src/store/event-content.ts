import type { ContentReader, EventContent } from './events.js';
import type { ContentName } from './event-types.js';
import type { Tables } from './tables.js';

/** Creates the function that reads the content of an event from the tables. */
export const createContentReader =
  (tables: Tables): ContentReader =>
  (names, customerId, resourceId, subject) => {
    const customer = subject.customer ?? tables.customers.get(customerId);
    const primary = customer?.primary_payment_source_id;
    // `resourceId` is looked up in several tables: `names` decides which of them is meant.
    const all: Record<ContentName, EventContent[ContentName]> = {
      customer,
      subscription: tables.subscriptions.get(subject.subscription_id ?? resourceId),
      subscriptions: subject.subscriptions,
      card: subject.payment_source ?? tables.payment_sources.get(primary ?? ''),
      payment_source: subject.payment_source ?? tables.payment_sources.get(resourceId),
      invoice: subject.invoice ?? tables.invoices.get(resourceId),
      transaction: subject.transaction,
    };
    return Object.fromEntries(
      names.filter((name) => all[name] !== undefined).map((name) => [name, all[name]]),
    );
  };
