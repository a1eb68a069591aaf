import { z } from 'zod';
import { FormActions, Problems, type FormState } from '../../html/form.js';
import { cardName } from '../../store/card-names.js';
import type { PaymentSource } from '../../store/resources.js';
import { registerForm } from '../form.js';
import { Layout } from '../layout.js';
import { requirePaymentSource } from '../ownership.js';
import type { Pages } from '../pages.js';
import type { View } from '../view.js';
import { cardholder, CardholderFields, expiry } from './cardholder-fields.js';

const schema = z.object({ ...expiry, ...cardholder });

interface Props {
  view: View;
  source: PaymentSource;
  state: FormState;
}

/** Registers the form that edits a card. */
export function registerEditCard(pages: Pages, prefix: string): void {
  const { store } = pages.context;
  registerForm(pages, `${prefix}/payment-methods/:source/edit`, {
    schema,
    findResource: (request) => requirePaymentSource(store, request),
    values: ({ card }) => ({
      first_name: card.first_name,
      last_name: card.last_name,
      expiry_month: String(card.expiry_month),
      expiry_year: String(card.expiry_year),
    }),
    show: (view, source, state) => <EditCard view={view} source={source} state={state} />,
    submit: (source, changes, view) => {
      const { card } = store.paymentSources.updateCard(source.id, changes);
      return {
        to: `${view.base}/payment-methods`,
        notice: `${cardName(card)} has been saved.`,
        events: [{ name: 'paymentSourceUpdate', data: 'success' }],
      };
    },
  });
}

function EditCard({ view, source, state }: Props) {
  const back = `${view.base}/payment-methods`;
  return (
    <Layout
      view={view}
      title={`Edit ${cardName(source.card)}`}
      section="portal_edit_payment_method"
      menuPath="/portal/v2/payment-methods"
      back={{ path: back, label: 'Payment methods' }}
    >
      <form
        class="card fields"
        method="post"
        noValidate
        action={view.href(`${back}/${encodeURIComponent(source.id)}/edit`)}
      >
        <Problems state={state} />
        <CardholderFields state={state} />
        <FormActions submit="Save card" cancelTo={view.href(back)} />
      </form>
    </Layout>
  );
}
