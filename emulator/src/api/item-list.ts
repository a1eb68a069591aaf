import { z } from 'zod';
import { wrongValue } from '../errors.js';
import type { Catalogue } from '../store/catalogue.js';
import { splitItems } from '../store/subscription-items.js';
import type { WantedItem } from '../store/subscription-items.js';
import { integer, requiredText } from './parameters.js';

/** The items of a subscription. Forms send one list per attribute, such as `subscription_items[item_price_id][0]`. */
export const itemList = z
  .strictObject({
    item_price_id: z.array(requiredText(100)).min(1),
    quantity: z.array(integer.optional()).optional(),
  })
  .transform(({ item_price_id, quantity = [] }) =>
    item_price_id.map((id, i): WantedItem => {
      const count = quantity[i];
      return { item_price_id: id, ...(count === undefined ? {} : { quantity: count }) };
    }),
  );

/** Returns the plan of a new subscription with its add-ons. @throws ChargebeeError when there is no plan, or an item does not exist */
export function requirePlan(
  catalogue: Catalogue,
  items: readonly WantedItem[],
): WantedItem & { addons: WantedItem[] } {
  const {
    plans: [plan],
    addons,
  } = splitItems(catalogue, items);
  if (!plan) throw wrongValue('subscription_items[item_price_id]', 'should have a plan');
  return { ...plan, addons };
}

/** Returns when a change of items takes effect. Chargebee has two parameters for it. */
export const changeTimeOf = (options: {
  end_of_term?: boolean | undefined;
  change_option?: string | undefined;
}): 'now' | 'term_end' =>
  options.end_of_term || options.change_option === 'end_of_term' ? 'term_end' : 'now';
