import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../../context.js';
import { wrongValue } from '../../errors.js';
import { splitItems } from '../../store/subscription-items.js';
import type { WantedItem } from '../../store/subscription-items.js';
import { address } from '../addresses.js';
import {
  boolean,
  chosenId,
  integer,
  metaData,
  oneOf,
  parseWithCustomFields,
  requiredText,
  optionalText,
  timestamp,
} from '../parameters.js';
import { subscriptionResponses } from '../subscription-responses.js';

/** A plan and add-ons. Forms send one list per attribute, such as `subscription_items[item_price_id][0]`. */
const itemsSchema = z
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
const fields = {
  auto_collection: oneOf(['on', 'off']).optional(),
  po_number: optionalText(100),
  meta_data: metaData,
};
const createSchema = z.strictObject({
  ...fields,
  id: chosenId.optional(),
  subscription_items: itemsSchema,
  start_date: timestamp.optional(),
  trial_end: timestamp.optional(),
  payment_source_id: optionalText(40),
  shipping_address: address.optional(),
});
const updateSchema = z.strictObject({
  ...fields,
  subscription_items: itemsSchema.optional(),
  replace_items_list: boolean.optional(),
  end_of_term: boolean.optional(),
  change_option: oneOf(['immediately', 'end_of_term']).optional(),
});

interface IdRoute {
  Params: { id: string };
}

/** Creating subscriptions, and changing their plans and add-ons. */
export function registerSubscriptionItemRoutes(
  app: FastifyInstance,
  { store }: EmulatorContext,
): void {
  const { runOperation } = subscriptionResponses(store);

  app.post<IdRoute>('/customers/:id/subscription_for_items', ({ params, body }) => {
    const { subscription_items, shipping_address, ...input } = parseWithCustomFields(
      createSchema,
      body,
    );
    store.customers.retrieve(params.id);
    const {
      plans: [plan],
      addons,
    } = splitItems(store.catalogue, subscription_items);
    if (!plan) throw wrongValue('subscription_items[item_price_id]', 'should have a plan');
    return runOperation('', () =>
      store.subscriptions.create(params.id, {
        ...input,
        ...plan,
        addons,
        ...(shipping_address
          ? { shipping_address: { ...shipping_address, object: 'shipping_address' } }
          : {}),
      }),
    );
  });

  app.post<IdRoute>('/subscriptions/:id/update_for_items', ({ params, body }) => {
    const { subscription_items, replace_items_list, end_of_term, change_option, ...fields } =
      parseWithCustomFields(updateSchema, body);
    if (!subscription_items) {
      if (Object.keys(fields).length === 0) {
        throw wrongValue('subscription_items', 'cannot be blank');
      }
      return runOperation(params.id, () => store.subscriptions.update(params.id, fields));
    }
    const at = end_of_term || change_option === 'end_of_term' ? 'term_end' : 'now';
    return runOperation(params.id, () =>
      store.subscriptions.updateItems(params.id, fields, subscription_items, {
        ...{ at, replace: replace_items_list ?? false },
      }),
    );
  });
}
