import { Layout } from '../layout.js';
import type { Pages } from '../pages.js';
import { CardActions } from './card-actions.js';
import { CardSummary } from './card-summary.js';

/** Registers the list of payment methods. */
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
}
