import { wrongValue } from '../errors.js';
import type { Catalogue } from './catalogue.js';
import { amountFor, monthly } from './periods.js';
import type { Period } from './periods.js';
import type { ItemPrice, Subscription, SubscriptionItem } from './resources.js';

/** A requested item price and its quantity. */
export interface WantedItem {
  item_price_id: string;
  /** Defaults to the current quantity, or to 1 for a new item. */
  quantity?: number;
}

/** An item price with its quantity. */
export type PricedItem = Required<WantedItem>;

export const planItem = (subscription: Subscription): SubscriptionItem => {
  const item = subscription.subscription_items.find(({ item_type }) => item_type === 'plan');
  if (!item) throw new Error(`The subscription ${subscription.id} has no plan.`);
  return item;
};

/** Creates a subscription item. An add-on's price is converted to the billing period of its plan. */
export const createSubscriptionItem = (
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

/** Creates the subscription items of a plan and its add-ons, priced for the plan's billing period. */
export const createSubscriptionItems = (
  catalogue: Catalogue,
  plan: ItemPrice,
  quantity: number,
  addons: readonly PricedItem[],
): SubscriptionItem[] => [
  createSubscriptionItem(plan, quantity),
  ...addons.map((addon) =>
    createSubscriptionItem(catalogue.itemPrice(addon.item_price_id), addon.quantity, plan),
  ),
];

/** Returns the add-ons of a subscription. */
export const addonsOf = ({ subscription_items }: Subscription): PricedItem[] =>
  subscription_items
    .filter(({ item_type }) => item_type === 'addon')
    .map(({ item_price_id, quantity }) => ({ item_price_id, quantity }));

/** Returns a key that is equal for equal add-ons, regardless of their order. */
export const addonsKey = (addons: readonly WantedItem[]): string =>
  addons
    .map(({ item_price_id, quantity = 1 }) => `${item_price_id} ${quantity}`)
    .sort()
    .join();

/** Splits items into plans and add-ons. @throws ChargebeeError when an item does not exist, or there are several plans */
export function splitItems(catalogue: Catalogue, items: readonly WantedItem[]) {
  const typed = items.map((item, i) => ({
    item,
    param: `subscription_items[item_price_id][${i}]`,
    type: catalogue.itemPrice(item.item_price_id, `subscription_items[item_price_id][${i}]`)
      .item_type,
  }));
  const plans = typed.filter(({ type }) => type === 'plan');
  const [, second] = plans;
  if (second) throw wrongValue(second.param, 'is a second plan');
  const addons = typed.filter(({ type }) => type === 'addon');
  return { plans: plans.map(({ item }) => item), addons: addons.map(({ item }) => item) };
}

/** Chargebee's quantities have 32 bits. With larger ones, amounts would no longer be exact. */
const MAX_QUANTITY = 2_147_483_647;

/** @throws ChargebeeError `param_wrong_value` */
export function checkQuantity(quantity: number, param = 'subscription_items[quantity][0]'): void {
  if (!Number.isInteger(quantity) || quantity < 1) throw wrongValue(param, 'must be 1 or more');
  if (quantity > MAX_QUANTITY) throw wrongValue(param, `must not exceed ${MAX_QUANTITY}`);
}

/** @throws ChargebeeError `param_wrong_value` when an item is not an add-on or its currency differs from the plan's */
export function checkAddons(
  catalogue: Catalogue,
  plan: ItemPrice,
  addons: readonly PricedItem[],
): void {
  for (const { item_price_id, quantity } of addons) {
    const price = catalogue.itemPrice(item_price_id, 'subscription_items[item_price_id]');
    if (price.item_type !== 'addon') {
      throw wrongValue('subscription_items[item_price_id]', `${item_price_id} is no add-on`);
    }
    if (price.currency_code !== plan.currency_code) {
      throw wrongValue(
        'subscription_items[item_price_id]',
        `${item_price_id} is in another currency`,
      );
    }
    checkQuantity(quantity, 'subscription_items[quantity]');
  }
}

export const amountOf = (items: readonly SubscriptionItem[]): number =>
  items.reduce((sum, item) => sum + item.amount, 0);

/** Returns the subscription attributes that depend on the items and the plan. */
export const toItemAttributes = (
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
