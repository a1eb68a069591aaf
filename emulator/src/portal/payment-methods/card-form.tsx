import { z } from 'zod';
import { Field, Problems } from '../../html/form.js';
import { TEST_CARDS } from '../../store/test-cards.js';
import { optionalText, requiredText } from '../fields.js';
import { registerForm } from '../form.js';
import { Layout } from '../layout.js';
import { requirePaymentSource } from '../ownership.js';
import type { Pages } from '../pages.js';
import { brandName, cardName } from './card-summary.js';
import { CardholderFields } from './cardholder-fields.js';

const month = z.coerce
  .number('Enter the month as a number.')
  .int('Enter the month as a number.')
  .min(1, 'Enter a month from 1 to 12.')
  .max(12, 'Enter a month from 1 to 12.');
const year = z.coerce
  .number('Enter the year as a number.')
  .int('Enter the year as a number.')
  .min(2000, 'Enter the year with four digits.')
  .max(2100, 'Enter the year with four digits.');

const expiry = { expiry_month: month, expiry_year: year };
const cardholder = { first_name: optionalText(50), last_name: optionalText(50) };

// The fields are in the form's order, so that the errors are listed in that order too.
const newCardSchema = z.object({
  number: requiredText(30, 'Enter the card number.').transform((text) => text.replace(/[ -]/g, '')),
  ...expiry,
  cvv: z
    .string({ error: 'Enter the security code.' })
    .regex(/^\d{3,4}$/, 'Enter the security code: three or four digits.'),
  ...cardholder,
});

const changedCardSchema = z.object({ ...expiry, ...cardholder });

/** Registers the forms that add and edit a card. */
export function registerCardForms(pages: Pages, prefix: string): void {
  const { store } = pages.context;

  registerForm(pages, `${prefix}/payment-methods/add`, {
    schema: newCardSchema,
    subject: ({ view }) => view.customer,
    show: (view, _customer, state) => {
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
            <div class="actions">
              <button class="button primary">Add card</button>
              <a class="button" href={view.href(back)}>
                Cancel
              </a>
            </div>
          </form>
        </Layout>
      );
    },
    submit: ({ id }, card, view) => {
      const { card: added } = store.paymentSources.addCard(id, card);
      return {
        to: `${view.base}/payment-methods`,
        notice: `${cardName(added)} has been added.`,
        events: [{ name: 'paymentSourceAdd', data: 'success' }],
      };
    },
  });

  registerForm(pages, `${prefix}/payment-methods/:source/edit`, {
    schema: changedCardSchema,
    subject: (request) => requirePaymentSource(store, request),
    values: ({ card }) => ({
      first_name: card.first_name,
      last_name: card.last_name,
      expiry_month: String(card.expiry_month),
      expiry_year: String(card.expiry_year),
    }),
    show: (view, source, state) => {
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
            <div class="actions">
              <button class="button primary">Save card</button>
              <a class="button" href={view.href(back)}>
                Cancel
              </a>
            </div>
          </form>
        </Layout>
      );
    },
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
