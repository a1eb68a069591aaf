import { customerName } from '../store/customers.js';
import type { Subscription } from '../store/resources.js';
import type { Store } from '../store/store.js';
import { InvoiceTable } from './billing/invoice-table.js';
import { Layout } from './layout.js';
import type { PageRequest, Pages } from './pages.js';
import { CardSummary } from './payment-methods/card-summary.js';
import { sectionPath } from './section-types.js';
import { subscriptionPath } from './subscriptions/path.js';
import { planOf, Price, StatusBadge, describeNextChange } from './subscriptions/summary.js';
import type { View } from './view.js';

const recentInvoices = 3;

/** Registers the overview page and the redirects to the sections that chargebee.js opens. */
export function registerHome(pages: Pages): void {
  const { store } = pages.context;

  pages.redirect('/portal/v2/section/:section', (request) => resolveSection(store, request));

  pages.page('/portal/v2/home', ({ view }) => {
    const { customer, href } = view;
    const subscriptions = store.subscriptions.forCustomer(customer.id);
    const primary = store.paymentSources.primaryOf(customer.id);
    const invoices = store.invoices.forCustomer(customer.id).slice(0, recentInvoices);
    return (
      <Layout view={view} title={`Hello, ${customerName(customer)}`} menuPath="/portal/v2/home">
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
  const change = store.subscriptions.scheduledChange(subscription.id);
  // Element ids must not contain spaces.
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
      {change && (
        <p class="notice info">
          Changes to {change.plan.external_name}{' '}
          {change.at === undefined ? 'when it resumes' : `on ${view.format.day(change.at)}`}.
        </p>
      )}
      <div class="actions">
        <p class="muted grow">{describeNextChange(subscription, view.format)}</p>
        <a class="button" href={view.href(subscriptionPath(subscription.id))}>
          Manage<span class="visually-hidden"> {name}</span>
        </a>
      </div>
    </section>
  );
}

/** Returns the path of a section. Without an id in the query it uses the first subscription or the primary payment method. */
function resolveSection(store: Store, { view, params, query }: PageRequest): string {
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
