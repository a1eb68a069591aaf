import { z } from 'zod';
import { Field, FormActions, Problems, type FormState } from '../../html/form.js';
import { brandName, cardName } from '../../store/card-names.js';
import { TEST_CARDS } from '../../store/test-cards.js';
import { requiredText } from '../fields.js';
import { registerForm } from '../form.js';
import { Layout } from '../layout.js';
import type { Pages } from '../pages.js';
import type { View } from '../view.js';
import { cardholder, CardholderFields, expiry } from './cardholder-fields.js';

// The fields are in the form's order, so that the errors are listed in that order too.
const schema = z.object({
  number: requiredText(30, 'Enter the card number.').transform((text) => text.replace(/[ -]/g, '')),
  ...expiry,
  cvv: z
    .string({ error: 'Enter the security code.' })
    .regex(/^\d{3,4}$/, 'Enter the security code: three or four digits.'),
  ...cardholder,
});

/** Registers the form that adds a card. */
export function registerAddCard(pages: Pages, prefix: string): void {
  const { store } = pages.context;
  registerForm(pages, `${prefix}/payment-methods/add`, {
    schema,
    findResource: ({ view }) => view.customer,
    show: (view, _customer, state) => <AddCard view={view} state={state} />,
    submit: ({ id }, card, view) => {
      const { card: added } = store.paymentSources.addCard(id, card);
      return {
        to: `${view.base}/payment-methods`,
        notice: `${cardName(added)} has been added.`,
        events: [{ name: 'paymentSourceAdd', data: 'success' }],
      };
    },
  });
}

function AddCard({ view, state }: { view: View; state: FormState }) {
  const back = `${view.base}/payment-methods`;
  return (
    <Layout
      view={view}
      title="Add a card"
      section="portal_add_payment_method"
      menuPath="/portal/v2/payment-methods"
      back={{ path: back, label: 'Payment methods' }}
    >
      <form class="card fields" method="post" noValidate action={view.href(`${back}/add`)}>
        <Problems state={state} />
        <TestCards />
        <Field
          label="Card number"
          name="number"
          state={state}
          inputMode="numeric"
          autoComplete="cc-number"
          required
        />
        <CardholderFields state={state}>
          <Field
            label="Security code"
            name="cvv"
            state={state}
            inputMode="numeric"
            autoComplete="cc-csc"
            maxLength={4}
            required
          />
        </CardholderFields>
        <FormActions submit="Add card" cancelTo={view.href(back)} />
      </form>
    </Layout>
  );
}

function TestCards() {
  return (
    <details class="notice info">
      <summary>No real card works here. These numbers do:</summary>
      <ul>
        {TEST_CARDS.map(({ number, brand, accepted }) => (
          <li key={number}>
            {number.replace(/(\d{4})(?=\d)/g, '$1 ')} –{' '}
            {accepted ? brandName(brand) : 'is declined'}
          </li>
        ))}
      </ul>
    </details>
  );
}
