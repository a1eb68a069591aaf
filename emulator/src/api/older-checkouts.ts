import { z } from 'zod';
import { wrongValue } from '../errors.js';
import { integer, parseParameters, requiredText } from './parameters.js';

/** The parameters of catalogue 1.0 that name what is bought. Forms send one list per attribute of the add-ons. */
const olderItems = z.looseObject({
  subscription: z.preprocess(
    (value) => value ?? {},
    z.looseObject({
      plan_id: requiredText(100).optional(),
      plan_quantity: integer.optional(),
    }),
  ),
  addons: z
    .looseObject({
      id: z.array(requiredText(100)).optional(),
      quantity: z.array(integer.optional()).optional(),
    })
    .optional(),
});

/**
 * Translates the parameters of a checkout of catalogue 1.0, such as `subscription[plan_id]`, into those of the same checkout with items.
 * The ids are those of item prices. Chargebee's sample servers make checkouts this way.
 * @throws ChargebeeError `param_wrong_value`
 */
export function toItemParameters(
  parameters: unknown,
  { planRequired }: { planRequired: boolean },
): Record<string, unknown> {
  const { subscription, addons, ...rest } = parseParameters(olderItems, parameters);
  const { plan_id, plan_quantity, ...others } = subscription;
  if (planRequired && plan_id === undefined) {
    throw wrongValue('subscription[plan_id]', 'cannot be blank');
  }
  const { id: addonIds = [], quantity: addonQuantities = [], ...otherAddons } = addons ?? {};
  const ids = [...(plan_id === undefined ? [] : [plan_id]), ...addonIds];
  const quantities = [...(plan_id === undefined ? [] : [plan_quantity]), ...addonQuantities];
  return {
    ...rest,
    subscription: others,
    // The schema of the new parameters reports the remaining parameters of add-ons, which have no effect.
    ...(Object.keys(otherAddons).length > 0 ? { addons: otherAddons } : {}),
    ...(ids.length > 0
      ? {
          subscription_items: {
            item_price_id: ids,
            quantity: quantities.map((quantity) =>
              quantity === undefined ? undefined : String(quantity),
            ),
          },
        }
      : {}),
  };
}
