import type { PaymentSource } from '../../store/resources.js';
import { Layout } from '../layout.js';
import { requirePaymentSource } from '../ownership.js';
import type { Pages } from '../pages.js';
import type { View } from '../view.js';
import { cardName, CardSummary, formatExpiry } from './card-summary.js';

/** Registers the list of payment methods and the page of each. */
export function registerList(pages: Pages, prefix: string): void {
  const { store } = pages.context;

  pages.page(`${prefix}/payment-methods`, ({ view }) => {
    const { customer, base, href } = view;
    const sources = store.paymentSources.forCustomer(customer.id);
    return (
      <Layout
        view={view}
        title="Payment methods"
        section="portal_payment_methods"
        menuPath="/portal/v2/payment-methods"
        action={
          <a class="button primary" href={href(`${base}/payment-methods/add`)}>
            Add a card
          </a>
        }
      >
        <section class="card" aria-label="Payment methods">
          {sources.length === 0 && <p class="empty">There is no payment method yet.</p>}
          {sources.length > 0 && (
            <ul class="rows">
              {sources.map((source) => (
                <li key={source.id}>
                  <CardSummary
                    source={source}
                    primary={source.id === customer.primary_payment_source_id}
                  />
                  <CardActions view={view} source={source} />
                </li>
              ))}
            </ul>
          )}
        </section>
      </Layout>
    );
  });

  pages.page(`${prefix}/payment-methods/:source`, (request) => {
    const { view } = request;
    const source = requirePaymentSource(store, request);
    const { card } = source;
    const { customer, base } = view;
    const name = [card.first_name, card.last_name].filter(Boolean).join(' ');
    return (
      <Layout
        view={view}
        title={cardName(card)}
        section="portal_view_payment_method"
        menuPath="/portal/v2/payment-methods"
        back={{ path: `${base}/payment-methods`, label: 'Payment methods' }}
      >
        <section class="card" aria-label="Card">
          <div class="actions">
            <CardSummary
              source={source}
              primary={source.id === customer.primary_payment_source_id}
            />
          </div>
          <dl class="facts">
            <dt>Name on the card</dt>
            <dd>{name || '–'}</dd>
            <dt>Number</dt>
            <dd>•••• {card.last4}</dd>
            <dt>Expires</dt>
            <dd>{formatExpiry(card)}</dd>
            <dt>Kind</dt>
            <dd>{card.funding_type === 'credit' ? 'Credit card' : 'Debit card'}</dd>
            <dt>Added</dt>
            <dd>{view.format.day(source.created_at)}</dd>
          </dl>
          <CardActions view={view} source={source} />
        </section>
      </Layout>
    );
  });
}

function CardActions({ view, source }: { view: View; source: PaymentSource }) {
  const path = `${view.base}/payment-methods/${encodeURIComponent(source.id)}`;
  const primary = source.id === view.customer.primary_payment_source_id;
  const which = <span class="visually-hidden"> {cardName(source.card)}</span>;
  return (
    <div class="actions">
      {!primary && (
        <form method="post" action={view.href(`${path}/make-primary`)}>
          <button class="button quiet">Make primary{which}</button>
        </form>
      )}
      <a class="button quiet" href={view.href(`${path}/edit`)}>
        Edit{which}
      </a>
      <a class="button quiet danger" href={view.href(`${path}/remove`)}>
        Remove{which}
      </a>
    </div>
  );
}
