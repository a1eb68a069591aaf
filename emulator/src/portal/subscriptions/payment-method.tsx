import { z } from 'zod';
import { ChoiceGroup, Problems, type FormState } from '../../html/form.js';
import { cardName } from '../../store/card-names.js';
import type { Subscription } from '../../store/resources.js';
import type { Store } from '../../store/store.js';
import { registerForm } from '../form.js';
import { Layout } from '../layout.js';
import { requireSubscription } from '../ownership.js';
import { subscriptionEvent, type Pages } from '../pages.js';
import { formatExpiry } from '../payment-methods/card-summary.js';
import type { View } from '../view.js';
import { subscriptionPath } from './path.js';

/** The form value that selects the customer's primary payment method. */
const primary = 'primary';

const schema = z.object({ source: z.string({ error: 'Choose a payment method.' }).min(1) });

/** Registers the form that chooses a subscription's payment method. */
export function registerPaymentMethodChoice(pages: Pages): void {
  const { store } = pages.context;
  registerForm(pages, '/portal/v2/subscriptions/:subscription/payment-method', {
    schema,
    findResource: (request) => requireSubscription(store, request),
    values: (subscription) => ({ source: subscription.payment_source_id ?? primary }),
    show: (view, subscription, state) => (
      <PaymentMethodChoice view={view} store={store} subscription={subscription} state={state} />
    ),
    submit: ({ id }, { source }) => {
      store.subscriptions.choosePaymentSource(id, source === primary ? undefined : source);
      return {
        to: subscriptionPath(id),
        notice: 'The payment method has been chosen.',
        events: [subscriptionEvent('subscriptionChanged', id)],
      };
    },
  });
}

interface Props {
  view: View;
  store: Store;
  subscription: Subscription;
  state: FormState;
}

function PaymentMethodChoice({ view, store, subscription, state }: Props) {
  const base = subscriptionPath(subscription.id);
  const sources = store.paymentSources.forCustomer(view.customer.id);
  return (
    <Layout
      view={view}
      title="Choose a payment method"
      section="portal_choose_payment_method"
      menuPath="/portal/v2/home"
      back={{ path: base, label: 'Subscription' }}
    >
      <form
        class="card fields"
        method="post"
        noValidate
        action={view.href(`${base}/payment-method`)}
      >
        <Problems state={state} />
        <ChoiceGroup
          legend="Pay for this subscription with"
          name="source"
          state={state}
          chosen={state.values.source}
          choices={[
            { value: primary, label: 'Your primary payment method, whichever that is' },
            ...sources.map(({ id, card }) => ({
              value: id,
              label: (
                <>
                  {cardName(card)}
                  <br />
                  <span class="muted small">Expires {formatExpiry(card)}</span>
                </>
              ),
            })),
          ]}
        />
        <div class="actions">
          <button class="button primary">Use this one</button>
          <a class="button" href={view.href('/portal/v2/payment-methods/add')}>
            Add a payment method
          </a>
        </div>
      </form>
    </Layout>
  );
}
