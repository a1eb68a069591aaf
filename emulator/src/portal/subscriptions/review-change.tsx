import { FormActions } from '../../html/form.js';
import type { Subscription } from '../../store/resources.js';
import type { Store } from '../../store/store.js';
import { amountOf, planItem } from '../../store/subscription-items.js';
import { isActivated } from '../../store/subscription-terms.js';
import { Layout } from '../layout.js';
import { requireSubscription } from '../ownership.js';
import type { Pages } from '../pages.js';
import type { View } from '../view.js';
import { planChangeForm, type PlanChangeForm } from './plan-change-form.js';
import { subscriptionPath } from './path.js';
import { formatPeriod } from './summary.js';

/** Registers the page that shows a plan change and its price before it is confirmed. */
export function registerReviewChange(pages: Pages): void {
  const { store } = pages.context;
  pages.page('/portal/v2/subscriptions/:subscription/edit/review', (request) => (
    <ReviewChange
      view={request.view}
      store={store}
      subscription={requireSubscription(store, request)}
      change={planChangeForm.parse(Object.fromEntries(request.query))}
    />
  ));
}

interface Props {
  view: View;
  store: Store;
  subscription: Subscription;
  change: PlanChangeForm;
}

function ReviewChange({ view, store, subscription, change }: Props) {
  const { format, href } = view;
  const { plan: item_price_id, quantity, when } = change;
  const base = subscriptionPath(subscription.id);
  const after = store.subscriptions.previewPlanChange(subscription.id, {
    item_price_id,
    quantity,
    at: when,
  });
  const priceOf = ({ subscription_items, currency_code, ...term }: Subscription) =>
    `${format.money(amountOf(subscription_items), currency_code)} ${formatPeriod(term.billing_period, term.billing_period_unit)}`;
  const nameOf = (shown: Subscription) => {
    const { external_name } = store.catalogue.planOf(shown);
    const count = planItem(shown).quantity;
    return count === 1 ? external_name : `${external_name} × ${count}`;
  };
  const hasAddons = after.subscription_items.some(({ item_type }) => item_type === 'addon');
  return (
    <Layout
      view={view}
      title="Review your change"
      menuPath="/portal/v2/home"
      back={{ path: `${base}/edit`, label: 'Change your plan' }}
    >
      <form class="card" method="post" action={href(`${base}/edit`)}>
        <p class="price">{priceOf(after)}</p>
        <dl class="facts">
          <dt>Now</dt>
          <dd>
            {nameOf(subscription)}, {priceOf(subscription)}
          </dd>
          <dt>New</dt>
          <dd>
            {nameOf(after)}
            {hasAddons && ', with your add-ons'}
          </dd>
          <dt>From</dt>
          <dd>{formatStart(subscription, when, view)}</dd>
        </dl>
        {when === 'now' && isActivated(subscription) && (
          <p class="muted">
            The rest of the current term is settled: the difference is billed or credited now.
          </p>
        )}
        {Object.entries({ ...change, confirmed: 'yes' }).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={String(value)} />
        ))}
        <FormActions
          submit="Change subscription"
          cancelTo={href(base)}
          cancelLabel="Keep as it is"
        />
      </form>
    </Layout>
  );
}

function formatStart(
  { status, start_date, current_term_end }: Subscription,
  when: PlanChangeForm['when'],
  { format }: View,
): string {
  if (when === 'now') return 'Today';
  return format.day(status === 'future' ? start_date : current_term_end);
}
