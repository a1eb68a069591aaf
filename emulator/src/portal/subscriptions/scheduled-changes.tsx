import type { Subscription } from '../../store/resources.js';
import type { Store } from '../../store/store.js';
import { amountOf } from '../../store/subscription-items.js';
import { Layout } from '../layout.js';
import { requireSubscription } from '../ownership.js';
import type { Pages } from '../pages.js';
import { subscriptionPath } from './path.js';
import { formatPeriod, planOf } from './summary.js';

/** Registers the page that shows a subscription's scheduled change. */
export function registerScheduledChanges(pages: Pages): void {
  const { store } = pages.context;
  pages.page('/portal/v2/subscriptions/:subscription/scheduled-changes', (request) => {
    const { view } = request;
    const { format, href } = view;
    const subscription = requireSubscription(store, request);
    const { plan, quantity } = planOf(store, subscription);
    const change = store.subscriptions.scheduledChange(subscription.id);
    const base = subscriptionPath(subscription.id);
    return (
      <Layout
        view={view}
        title="Scheduled changes"
        section="scheduled_changes"
        menuPath="/portal/v2/home"
        back={{ path: base, label: plan.external_name }}
      >
        {!change && <p class="empty">Nothing is scheduled: your plan stays as it is.</p>}
        {change && (
          <section class="card" aria-label="Scheduled change">
            <dl class="facts">
              <dt>On</dt>
              <dd>{change.at === undefined ? 'The day it resumes' : format.day(change.at)}</dd>
              <dt>From</dt>
              <dd>
                {plan.external_name} × {quantity}
              </dd>
              <dt>To</dt>
              <dd>
                {change.plan.external_name} × {change.quantity}
              </dd>
              <dt>New price</dt>
              <dd>
                {format.money(priceAfter(store, subscription), change.plan.currency_code)}{' '}
                {formatPeriod(change.plan.period, change.plan.period_unit)}
              </dd>
            </dl>
            <div class="actions">
              <form method="post" action={href(`${base}/remove-scheduled-changes`)}>
                <button class="button danger">Discard the change</button>
              </form>
            </div>
          </section>
        )}
      </Layout>
    );
  });
}

/** Returns the price after the scheduled change, including add-ons. */
const priceAfter = (store: Store, { id }: Subscription): number =>
  amountOf(store.subscriptions.retrieveWithScheduledChanges(id).subscription_items);
