import { notFound } from '../errors.js';
import type { Invoice, PaymentSource, Subscription } from '../store/resources.js';
import type { Store } from '../store/store.js';
import type { PageRequest } from './pages.js';

type Owned = Subscription | PaymentSource | Invoice;

/**
 * What a page is about: the customer's own; another's is as if it did not exist.
 * @throws ChargebeeError `resource_not_found`
 */
export function owned<T extends Owned>({ view }: PageRequest, resource: T): T {
  if (resource.customer_id !== view.customer.id) throw notFound(resource.id);
  return resource;
}

export const ownSubscription = (store: Store, request: PageRequest): Subscription =>
  owned(request, store.subscriptions.retrieve(request.params.subscription ?? ''));

export const ownPaymentSource = (store: Store, request: PageRequest): PaymentSource =>
  owned(request, store.paymentSources.retrieve(request.params.source ?? ''));
