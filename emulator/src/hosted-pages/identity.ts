import type { FastifyRequest } from 'fastify';
import type { EmulatorContext } from '../context.js';
import { notFound } from '../errors.js';
import type { Identity } from '../portal/pages.js';
import type { Customer, HostedPage } from '../store/resources.js';
import type { Store } from '../store/store.js';

/** The pages that a request may be for. */
export type PageKind = 'checkout' | 'payment-methods';

/** Returns the kind of a hosted page, which is also the path of its first page. */
export const kindOf = ({ type }: HostedPage): PageKind =>
  type === 'manage_payment_sources' ? 'payment-methods' : 'checkout';

/**
 * Identifies the customer by the id in the path: whoever knows it may use the page.
 * @param kind The pages that are asked for. Another kind of hosted page does not have them.
 * @throws ChargebeeError when there is no such page, or no longer
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
    leadsAway: Boolean(hostedPage.redirect_url ?? hostedPage.cancel_url),
  };
}

/** Returns the customer of a page. The customer that a checkout will create is not stored yet. */
function customerOf({ customers, checkouts }: Store, page: HostedPage): Customer {
  const { checkout, customer_id } = page;
  if (checkout?.kind !== 'new') return customers.retrieve(customer_id ?? '');
  return checkouts.customerOf(checkout) ?? customers.draft(checkout.customer);
}
