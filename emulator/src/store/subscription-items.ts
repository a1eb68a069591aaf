import { amountFor, monthly } from './periods.js';
import type { Period } from './periods.js';
import type { ItemPrice, Subscription, SubscriptionItem } from './resources.js';

export const planItem = (subscription: Subscription): SubscriptionItem => {
  const item = subscription.subscription_items.find(({ item_type }) => item_type === 'plan');
  if (!item) throw new Error(`The subscription ${subscription.id} has no plan.`);
  return item;
};

/** What is subscribed to of a plan, or of an add-on to one: that costs for the plan's period what it would for its own. */
export const itemOf = (
  price: ItemPrice,
  quantity: number,
  plan: Period = price,
): SubscriptionItem => {
  const unit_price = amountFor(price.price, price, plan);
  return {
    object: 'subscription_item',
    item_price_id: price.id,
    item_type: price.item_type,
    quantity,
    unit_price,
    amount: unit_price * quantity,
  };
};

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
