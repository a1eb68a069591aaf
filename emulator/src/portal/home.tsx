import { customerName } from '../store/customers.js';
import type { Subscription } from '../store/resources.js';
import type { Store } from '../store/store.js';
import { InvoiceTable } from './billing/invoice-table.js';
import { Layout } from './layout.js';
import type { PageRequest, Pages } from './pages.js';
import { CardSummary } from './payment-methods/card-summary.js';
import { sectionPath } from './section-types.js';
import { subscriptionPath } from './subscriptions/path.js';
import { planOf, Price, StatusBadge, whatComes } from './subscriptions/summary.js';
import type { View } from './view.js';

const recent = 3;

/** The overview, and the way from chargebee.js to the section that it wants to open. */
export function registerHome(pages: Pages): void {
  const { store } = pages.context;

  pages.redirect('/portal/v2/section/:section', (request) => sectionOf(store, request));

  pages.page('/portal/v2/home', ({ view }) => {
    const { customer, href } = view;
    const subscriptions = store.subscriptions.forCustomer(customer.id);
    const primary = store.paymentSources.primaryOf(customer.id);
    const invoices = store.invoices.forCustomer(customer.id).slice(0, recent);
    return (
      <Layout view={view} title={`Hello, ${customerName(customer)}`} under="/portal/v2/home">
        {subscriptions.length === 0 && (
          <p class="empty">You have no subscription yet. It will be shown here.</p>
        )}
        {subscriptions.map((subscription) => (
          <SubscriptionCard
            key={subscription.id}
            view={view}
            store={store}
            subscription={subscription}
          />
        ))}
        <section class="card" aria-labelledby="paid-with">
          <header>
            <h2 id="paid-with">Payment method</h2>
            <a href={href('/portal/v2/payment-methods')}>Manage payment methods</a>
          </header>
          {primary ? (
            <div class="rows">
              <div class="actions">
                <CardSummary source={primary} primary />
              </div>
            </div>
          ) : (
            <p class="muted">There is no payment method yet.</p>
          )}
        </section>
        <section class="card" aria-labelledby="latest-invoices">
          <header>
            <h2 id="latest-invoices">Latest invoices</h2>
            <a href={href('/portal/v2/billing-history')}>See all invoices</a>
          </header>
          <InvoiceTable view={view} invoices={invoices} label="Latest invoices" />
        </section>
      </Layout>
    );
  });
}

interface SubscriptionCardProps {
  view: View;
  store: Store;
  subscription: Subscription;
}

function SubscriptionCard({ view, store, subscription }: SubscriptionCardProps) {
  const { plan, quantity } = planOf(store, subscription);
  const name = plan.external_name;
  // An element's id has no spaces.
  const heading = `subscription-${encodeURIComponent(subscription.id)}`;
  return (
    <section class="card" aria-labelledby={heading}>
      <header>
        <h2 id={heading}>
          {name}
          {quantity > 1 && ` × ${quantity}`}
        </h2>
        <StatusBadge status={subscription.status} />
      </header>
      <Price subscription={subscription} format={view.format} />
      <div class="actions">
        <p class="muted grow">{whatComes(subscription, view.format)}</p>
        <a class="button" href={view.href(subscriptionPath(subscription.id))}>
          Manage<span class="visually-hidden"> {name}</span>
        </a>
      </div>
    </section>
  );
}

/** Where a section is; one that needs a subscription or a payment method and names none gets the first. */
function sectionOf(store: Store, { view, params, query }: PageRequest): string {
  const { id } = view.customer;
  const first = {
    subscription: () => store.subscriptions.forCustomer(id)[0]?.id,
    payment_source: () => store.paymentSources.primaryOf(id)?.id,
  };
  return (
    sectionPath(params.section ?? '', (name) => query.get(name) ?? first[name]()) ??
    '/portal/v2/home'
  );
}
