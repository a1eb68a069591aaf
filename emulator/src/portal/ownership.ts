import { notFound } from '../errors.js';
import type { Invoice, PaymentSource, Subscription } from '../store/resources.js';
import type { Store } from '../store/store.js';
import type { PageRequest } from './pages.js';

type Owned = Subscription | PaymentSource | Invoice;

/**
 * Returns the resource if it belongs to the customer. Another customer's resource is treated as not found.
 * @throws ChargebeeError `resource_not_found`
 */
export function requireOwned<T extends Owned>({ view }: PageRequest, resource: T): T {
  if (resource.customer_id !== view.customer.id) throw notFound(resource.id);
  return resource;
}

export const requireSubscription = (store: Store, request: PageRequest): Subscription =>
  requireOwned(request, store.subscriptions.retrieve(request.params.subscription ?? ''));

export const requirePaymentSource = (store: Store, request: PageRequest): PaymentSource =>
  requireOwned(request, store.paymentSources.retrieve(request.params.source ?? ''));
