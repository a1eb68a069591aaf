import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../../context.js';
import { wrongValue } from '../../errors.js';
import { address } from '../addresses.js';
import { changeTimeOf, itemList, requirePlan } from '../item-list.js';
import {
  boolean,
  chosenId,
  metaData,
  oneOf,
  parseWithCustomFields,
  optionalText,
  timestamp,
} from '../parameters.js';
import { subscriptionResponses } from '../subscription-responses.js';

const fields = {
  auto_collection: oneOf(['on', 'off']).optional(),
  po_number: optionalText(100),
  meta_data: metaData,
};
const createSchema = z.strictObject({
  ...fields,
  id: chosenId.optional(),
  subscription_items: itemList,
  start_date: timestamp.optional(),
  trial_end: timestamp.optional(),
  payment_source_id: optionalText(40),
  shipping_address: address.optional(),
});
const updateSchema = z.strictObject({
  ...fields,
  subscription_items: itemList.optional(),
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
    const plan = requirePlan(store.catalogue, subscription_items);
    return runOperation('', () =>
      store.subscriptions.create(params.id, {
        ...input,
        ...plan,
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
    const at = changeTimeOf({ end_of_term, change_option });
    return runOperation(params.id, () =>
      store.subscriptions.updateItems(params.id, fields, subscription_items, {
        at,
        replace: replace_items_list ?? false,
      }),
    );
  });
}
