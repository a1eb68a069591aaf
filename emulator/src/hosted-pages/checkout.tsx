import type { VNode } from 'preact';
import { z } from 'zod';
import { ChargebeeError, notFound } from '../errors.js';
import { sentence, toCustomerText } from '../html/format.js';
import type { FormState } from '../html/form.js';
import { optionalText } from '../portal/fields.js';
import type { PageRequest, Pages } from '../portal/pages.js';
import type { Checkout } from '../store/checkouts.js';
import { CheckoutPage } from './checkout-page.js';
import { leaveSucceeded } from './leave.js';

const PATH = '/pages/v3/:page/checkout';

const schema = z.object({
  email: optionalText(70).pipe(z.email('Enter an e-mail address.').optional()),
});

/** Registers the checkout: a single page that shows the order, with a button that completes it. */
export function registerCheckout(pages: Pages): void {
  const { store, config } = pages.context;

  const show = (request: PageRequest, state: FormState): VNode => {
    const checkout = requireCheckout(request);
    return (
      <CheckoutPage
        view={request.view}
        store={store}
        checkout={checkout}
        preview={store.checkouts.preview(checkout)}
        state={state}
      />
    );
  };

  pages.page(PATH, (request) =>
    show(request, { values: { email: request.view.customer.email }, errors: {} }),
  );

  pages.endVisit(PATH, (request, reply) => {
    const { view, params, body } = request;
    const { success, data, error } = schema.safeParse(body);
    const values = { email: String(Reflect.get(Object(body), 'email') ?? '') };
    if (!success) {
      return show(request, { values, errors: { email: error.issues[0]?.message ?? '' } });
    }
    try {
      return leaveSucceeded(
        reply,
        config,
        view,
        store.hostedPages.succeed(params.page ?? '', data),
      );
    } catch (refusal) {
      if (!(refusal instanceof ChargebeeError)) throw refusal;
      const problem = sentence(toCustomerText(refusal.message));
      return show(request, { values, errors: {}, problem });
    }
  });
}

function requireCheckout({ view: { hostedPage } }: PageRequest): Checkout {
  if (!hostedPage?.checkout) throw notFound(hostedPage?.id ?? '');
  return hostedPage.checkout;
}
