import type { Catalogue } from './catalogue.js';
import type { Charge, Invoices } from './invoices.js';
import { addPeriods, monthly } from './periods.js';
import type { ItemPrice, Subscription, SubscriptionItem } from './resources.js';

export const planItem = (subscription: Subscription): SubscriptionItem => {
  const item = subscription.subscription_items.find(({ item_type }) => item_type === 'plan');
  if (!item) throw new Error(`The subscription ${subscription.id} has no plan.`);
  return item;
};

export const itemOf = (price: ItemPrice, quantity: number): SubscriptionItem => ({
  object: 'subscription_item',
  item_price_id: price.id,
  item_type: price.item_type,
  quantity,
  unit_price: price.price,
  amount: price.price * quantity,
});

export const amountOf = (items: readonly SubscriptionItem[]): number =>
  items.reduce((sum, item) => sum + item.amount, 0);

/** The attributes that follow from what is subscribed to. */
export const withItems = (
  items: SubscriptionItem[],
  plan: ItemPrice,
): Pick<
  Subscription,
  'subscription_items' | 'billing_period' | 'billing_period_unit' | 'currency_code' | 'mrr'
> => ({
  subscription_items: items,
  billing_period: plan.period,
  billing_period_unit: plan.period_unit,
  currency_code: plan.currency_code,
  mrr: monthly(amountOf(items), plan.period, plan.period_unit),
});

/** The attributes of a term that begins at a time. */
export const termFrom = (
  start: number,
  subscription: Pick<Subscription, 'billing_period' | 'billing_period_unit'>,
): Pick<Subscription, 'current_term_start' | 'current_term_end' | 'next_billing_at'> => {
  const end = addPeriods(start, subscription.billing_period, subscription.billing_period_unit);
  return { current_term_start: start, current_term_end: end, next_billing_at: end };
};

/** The charges for the current term. */
export function termCharges(subscription: Subscription, catalogue: Catalogue): Charge[] {
  const { current_term_start: from = 0, current_term_end: to = 0 } = subscription;
  return subscription.subscription_items.map((item) => ({
    description: catalogue.itemPrice(item.item_price_id).external_name,
    amount: item.amount,
    quantity: item.quantity,
    itemPriceId: item.item_price_id,
    type: item.item_type === 'plan' ? ('plan_item_price' as const) : ('addon_item_price' as const),
    from,
    to,
  }));
}

/** Bills the current term. */
export function billTerm(
  subscription: Subscription,
  catalogue: Catalogue,
  invoices: Invoices,
  at = subscription.current_term_start,
): void {
  invoices.bill(subscription, termCharges(subscription, catalogue), at);
}
