import type { Format } from '../../html/format.js';
import type {
  ItemPrice,
  PeriodUnit,
  Subscription,
  SubscriptionStatus,
} from '../../store/resources.js';
import type { Store } from '../../store/store.js';
import { amountOf, planItem } from '../../store/subscription-items.js';

const labels: Record<SubscriptionStatus, { label: string; tone: string }> = {
  future: { label: 'Starts later', tone: '' },
  in_trial: { label: 'Trial', tone: 'good' },
  active: { label: 'Active', tone: 'good' },
  non_renewing: { label: 'Ends soon', tone: 'warn' },
  paused: { label: 'Paused', tone: 'warn' },
  cancelled: { label: 'Cancelled', tone: 'bad' },
};

export function StatusBadge({ status }: { status: SubscriptionStatus }) {
  const { label, tone } = labels[status];
  return <span class={`badge ${tone}`}>{label}</span>;
}

/** Returns a subscription's plan and quantity. */
export const planOf = (
  store: Store,
  subscription: Subscription,
): { plan: ItemPrice; quantity: number } => ({
  plan: store.catalogue.planOf(subscription),
  quantity: planItem(subscription).quantity,
});

/** Returns a billing period, such as "per month" or "every 3 months". */
export function formatPeriod(count: number, unit: PeriodUnit): string {
  return count === 1 ? `per ${unit}` : `every ${count} ${unit}s`;
}

/** Describes the next change of a subscription, such as its renewal. */
export function describeNextChange(subscription: Subscription, format: Format): string {
  const { status, pause_date, resume_date, next_billing_at, current_term_end } = subscription;
  switch (status) {
    case 'future':
      return `Starts on ${format.day(subscription.start_date)}`;
    case 'in_trial':
      return `Trial until ${format.day(subscription.trial_end)}`;
    case 'non_renewing':
      return `Ends on ${format.day(current_term_end)}`;
    case 'paused':
      return resume_date ? `Resumes on ${format.day(resume_date)}` : 'Paused until you resume it';
    case 'cancelled':
      return `Cancelled on ${format.day(subscription.cancelled_at)}`;
    case 'active':
      return pause_date
        ? `Pauses on ${format.day(pause_date)}`
        : `Renews on ${format.day(next_billing_at)}`;
  }
}

/** Shows a subscription's price and billing period. */
export function Price({ subscription, format }: { subscription: Subscription; format: Format }) {
  return (
    <p class="price">
      {format.money(amountOf(subscription.subscription_items), subscription.currency_code)}{' '}
      <small>{formatPeriod(subscription.billing_period, subscription.billing_period_unit)}</small>
    </p>
  );
}
