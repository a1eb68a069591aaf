import type { ContentReader, EventContent } from './events.js';
import type { Tables } from './tables.js';

/** Creates the function that reads the content of an event from the tables. */
export const createContentReader =
  (tables: Tables): ContentReader =>
  (names, customerId, resourceId, subject) => {
    const customer = subject.customer ?? tables.customers.get(customerId);
    const primary = customer?.primary_payment_source_id;
    const all: EventContent = {
      ...optional('customer', customer),
      ...optional('subscription', tables.subscriptions.get(subject.subscription_id ?? resourceId)),
      ...optional('subscriptions', subject.subscriptions),
      ...optional(
        'card',
        subject.payment_source ?? (primary && tables.payment_sources.get(primary)),
      ),
      ...optional(
        'payment_source',
        subject.payment_source ?? tables.payment_sources.get(resourceId),
      ),
      ...optional('invoice', subject.invoice ?? tables.invoices.get(resourceId)),
      ...optional('transaction', subject.transaction),
    };
    return Object.fromEntries(
      names.filter((name) => all[name] !== undefined).map((name) => [name, all[name]]),
    );
  };

const optional = <K extends keyof EventContent>(
  key: K,
  value: EventContent[K] | '',
): EventContent => (value ? { [key]: value } : {});
