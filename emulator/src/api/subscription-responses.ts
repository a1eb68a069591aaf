import type { Subscription } from '../store/resources.js';
import type { Store } from '../store/store.js';
import { serializeCustomerWithCard, serializeInvoice, serializeSubscription } from './serialize.js';

/** Builds the responses of calls that return a subscription. */
export function subscriptionResponses(store: Store) {
  const withCustomer = (subscription: Subscription) => ({
    ...serializeSubscription(subscription),
    ...serializeCustomerWithCard(store, store.customers.retrieve(subscription.customer_id)),
  });

  /** Runs an operation, and returns the resulting subscription, with the invoice that the operation created if any. */
  const runOperation = (id: string, operation: () => Subscription) => {
    const invoiceIds = new Set(store.invoices.forSubscription(id).map((invoice) => invoice.id));
    const response = withCustomer(operation());
    const invoice = store.invoices
      .forSubscription(response.subscription.id)
      .find(({ id }) => !invoiceIds.has(id));
    return { ...response, ...(invoice ? serializeInvoice(invoice) : {}) };
  };

  return { withCustomer, runOperation };
}
