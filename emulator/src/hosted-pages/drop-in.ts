import type { FastifyInstance } from 'fastify';
import { parseNewCheckout } from '../api/checkout-parameters.js';
import { ignoringParametersOf } from '../api/ignored-parameters.js';
import type { EmulatorContext } from '../context.js';
import { ChargebeeError } from '../errors.js';
import { PRESENTATION_PARAMETERS, presentationOf } from '../portal/view.js';

/**
 * Registers the URL that opens a checkout without an API call: `/hosted_pages/checkout?subscription_items[item_price_id][0]=…`. It is
 * used by chargebee.js for drop-in links and carts. It accepts the parameters of `POST /hosted_pages/checkout_new_for_items`.
 */
export function registerDropIn(app: FastifyInstance, context: EmulatorContext): void {
  const { store, config } = context;
  app.get('/hosted_pages/checkout', (request, reply) => {
    const parameters = Object.entries(Object(request.query) as object).filter(
      ([name]) => !PRESENTATION_PARAMETERS.includes(name),
    );
    const { checkout, options } = ignoringParametersOf(
      'POST /hosted_pages/checkout_new_for_items',
      config,
      () => parseNewCheckout(store.catalogue, Object.fromEntries(parameters)),
    );
    // Anyone can create such a URL, so it must not allow purchases for an existing customer.
    const { id = '' } = checkout.customer;
    if (store.customers.get(id)) {
      throw new ChargebeeError(
        400,
        'invalid_request',
        'duplicate_entry',
        `The value ${id} is already present.`,
        'customer[id]',
      );
    }
    const page = store.hostedPages.checkout(checkout, options);
    const { href } = presentationOf(request, context);
    return reply.redirect(href(`/pages/v3/${encodeURIComponent(page.id)}/`), 303);
  });
}
