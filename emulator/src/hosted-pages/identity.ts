import type { FastifyRequest } from 'fastify';
import type { EmulatorContext } from '../context.js';
import { notFound } from '../errors.js';
import type { Identity } from '../portal/pages.js';
import type { Customer, HostedPage } from '../store/resources.js';
import type { Store } from '../store/store.js';

/** The kinds of hosted pages. */
export type PageKind = 'checkout' | 'payment-methods';

/** Returns the kind of a hosted page, which is also the path of its first page. */
export const kindOf = ({ type }: HostedPage): PageKind =>
  type === 'manage_payment_sources' ? 'payment-methods' : 'checkout';

/**
 * Identifies the customer by the hosted page's id in the path, which is a secret.
 * @param kind The kind of the requested page. A hosted page of another kind is treated as not found.
 * @throws ChargebeeError when the hosted page does not exist, is finished or has expired
 */
export function identityOf(
  request: FastifyRequest,
  { store }: Pick<EmulatorContext, 'store'>,
  kind?: PageKind,
): Identity {
  const { page: id = '' } = request.params as { page?: string };
  if (kind && kindOf(store.hostedPages.retrieve(id)) !== kind) throw notFound(id);
  const hostedPage = store.hostedPages.open(id);
  return {
    key: id,
    customer: customerOf(store, hostedPage),
    base: `/pages/v3/${encodeURIComponent(id)}`,
    hostedPage,
    mayRedirectOffSite: Boolean(hostedPage.redirect_url ?? hostedPage.cancel_url),
  };
}

/** Returns the customer of a hosted page. If the checkout will create the customer, it is not stored yet. */
function customerOf({ customers, checkouts }: Store, page: HostedPage): Customer {
  const { checkout, customer_id } = page;
  if (checkout?.kind !== 'new') return customers.retrieve(customer_id ?? '');
  return checkouts.customerOf(checkout) ?? customers.draft(checkout.customer);
}
