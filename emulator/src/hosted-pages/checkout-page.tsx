import { Field, Problems, type FormState } from '../html/form.js';
import { Layout } from '../portal/layout.js';
import { CardSummary } from '../portal/payment-methods/card-summary.js';
import { formatPeriod } from '../portal/subscriptions/summary.js';
import type { View } from '../portal/view.js';
import type { Checkout, CheckoutPreview } from '../store/checkouts.js';
import { customerName } from '../store/customers.js';
import type { Store } from '../store/store.js';
import { amountOf } from '../store/subscription-items.js';
import { isActivated } from '../store/subscription-terms.js';

interface Props {
  view: View;
  store: Store;
  checkout: Checkout;
  preview: CheckoutPreview;
  state: FormState;
}

/** Shows the order with its price and customer, and the button that completes it. */
export function CheckoutPage({ view, store, checkout, preview, state }: Props) {
  const { base, href } = view;
  const isNew = checkout.kind === 'new';
  return (
    <Layout
      view={view}
      title={isNew ? 'Your order' : 'Change your subscription'}
      section="checkout"
      menuPath="/portal/v2/home"
    >
      <form class="fields" method="post" noValidate action={href(`${base}/checkout`)}>
        <Problems state={state} />
        <Order view={view} store={store} preview={preview} />
        <section class="card" aria-labelledby="billed-to">
          <h2 id="billed-to">Billed to</h2>
          <BilledTo view={view} store={store} state={state} />
          {preview.payment_source ? (
            <div class="actions">
              <CardSummary source={preview.payment_source} />
            </div>
          ) : (
            <p class="muted">You get an invoice. No card is charged.</p>
          )}
        </section>
        <div class="actions">
          <button class="button primary">{buttonLabel(checkout, preview)}</button>
          <button class="button quiet" formAction={href(`${base}/cancel`)}>
            Cancel and leave
          </button>
        </div>
      </form>
    </Layout>
  );
}

/** Returns the amount charged to the card when the checkout is completed. */
const dueToday = ({ invoice }: CheckoutPreview): number =>
  invoice ? invoice.total - invoice.credits_applied : 0;

function buttonLabel({ kind }: Checkout, preview: CheckoutPreview): string {
  if (kind === 'new') return 'Subscribe';
  return dueToday(preview) > 0 ? 'Pay' : 'Confirm';
}

function Order({ view: { format }, store, preview }: Pick<Props, 'view' | 'store' | 'preview'>) {
  const { subscription, credits } = preview;
  const { currency_code: currency, billing_period, billing_period_unit } = subscription;
  const credited = credits.reduce((sum, { amount }) => sum + amount, 0);
  const { item_id } = store.catalogue.planOf(subscription);
  return (
    <section class="card" aria-labelledby="order">
      <h2 id="order">{store.catalogue.item(item_id).name}</h2>
      <ul class="rows">
        {subscription.subscription_items.map((item) => (
          <li key={item.item_price_id}>
            <span class="grow">
              {store.catalogue.itemPrice(item.item_price_id).external_name}
              {item.quantity === 1 ? '' : ` × ${item.quantity}`}
            </span>
            <span class="amount">{format.money(item.amount, currency)}</span>
          </li>
        ))}
      </ul>
      <dl class="facts">
        <dt>Price</dt>
        <dd>
          {format.money(amountOf(subscription.subscription_items), currency)}{' '}
          {formatPeriod(billing_period, billing_period_unit)}
        </dd>
        {credited > 0 && (
          <>
            <dt>Credited</dt>
            <dd>{format.money(credited, currency)}, for the rest of the current term</dd>
          </>
        )}
        <NextPayment preview={preview} format={format} />
      </dl>
      <p class="price">
        {format.money(dueToday(preview), currency)} <small>due today</small>
      </p>
    </section>
  );
}

/** Shows when the subscription is billed next and, if nothing is due today, the amount. */
function NextPayment({
  preview: { subscription, next_invoice },
  format,
}: Pick<Props, 'preview'> & Pick<View, 'format'>) {
  if (subscription.next_billing_at === undefined) return null;
  return (
    <>
      <dt>{isActivated(subscription) ? 'Next payment' : 'First payment'}</dt>
      <dd>
        {next_invoice &&
          `${format.money(next_invoice.total - next_invoice.credits_applied, next_invoice.currency_code)} on `}
        {format.day(subscription.next_billing_at)}
      </dd>
    </>
  );
}

/** Shows the customer. A new customer without an e-mail address can enter it. */
function BilledTo({ view: { customer }, store, state }: Pick<Props, 'view' | 'store' | 'state'>) {
  const isStored = store.customers.get(customer.id) !== undefined;
  if (!isStored && !customer.email) {
    return <Field label="E-mail" name="email" type="email" autoComplete="email" state={state} />;
  }
  const name = customerName(customer);
  return (
    <p>
      {name === customer.id && customer.email ? customer.email : name}
      {name !== customer.id && customer.email && (
        <>
          <br />
          <span class="muted">{customer.email}</span>
        </>
      )}
    </p>
  );
}
