import { cardName } from '../../store/card-names.js';
import { Layout } from '../layout.js';
import { requirePaymentSource } from '../ownership.js';
import type { Pages } from '../pages.js';
import { CardActions } from './card-actions.js';
import { CardSummary, formatExpiry } from './card-summary.js';

/** Registers the page of a payment method. */
export function registerDetails(pages: Pages, prefix: string): void {
  const { store } = pages.context;

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
