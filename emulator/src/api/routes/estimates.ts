import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../../context.js';
import { changeTimeOf, itemList, requirePlan } from '../item-list.js';
import {
  boolean,
  chosenId,
  nested,
  oneOf,
  parseParameters,
  requiredText,
  timestamp,
} from '../parameters.js';
import { serializeEstimate, serializeInvoiceEstimates } from '../serialize-estimate.js';

const newSubscription = z
  .strictObject({
    id: chosenId.optional(),
    start_date: timestamp.optional(),
    trial_end: timestamp.optional(),
  })
  .default({});
const createSchema = z.strictObject({
  subscription: newSubscription,
  subscription_items: itemList,
});
const createForCustomerSchema = createSchema.extend({ use_existing_balances: boolean.optional() });
const updateSchema = z.strictObject({
  subscription: nested({ id: requiredText(50) }),
  subscription_items: itemList.optional(),
  replace_items_list: boolean.optional(),
  end_of_term: boolean.optional(),
  change_option: oneOf(['immediately', 'end_of_term']).optional(),
  use_existing_balances: boolean.optional(),
});
const renewalSchema = z.strictObject({
  use_existing_balances: boolean.optional(),
  ignore_scheduled_changes: boolean.optional(),
  ignore_scheduled_cancellation: boolean.optional(),
});
const noParameters = z.strictObject({});

interface IdRoute {
  Params: { id: string };
}

/** Registers the estimates of creating, changing and renewing a subscription. */
export function registerEstimateRoutes(
  app: FastifyInstance,
  { store, clock }: EmulatorContext,
): void {
  app.post('/estimates/create_subscription_for_items', ({ body }) => {
    const { subscription, subscription_items } = parseParameters(createSchema, body);
    const input = { ...subscription, ...requirePlan(store.catalogue, subscription_items) };
    return serializeEstimate(clock.now(), store.estimates.create(undefined, input));
  });

  app.post<IdRoute>('/customers/:id/create_subscription_for_items_estimate', ({ params, body }) => {
    const { subscription, subscription_items, ...options } = parseParameters(
      createForCustomerSchema,
      body,
    );
    store.customers.retrieve(params.id);
    const input = { ...subscription, ...requirePlan(store.catalogue, subscription_items) };
    return serializeEstimate(clock.now(), store.estimates.create(params.id, input, options));
  });

  app.post('/estimates/update_subscription_for_items', ({ body }) => {
    const { subscription, subscription_items, use_existing_balances, ...change } = parseParameters(
      updateSchema,
      body,
    );
    const estimate = store.estimates.update(
      subscription.id,
      subscription_items,
      { replace: change.replace_items_list ?? false, at: changeTimeOf(change) },
      { use_existing_balances },
    );
    return serializeEstimate(clock.now(), estimate);
  });

  app.get<IdRoute>('/subscriptions/:id/renewal_estimate', ({ params, query }) =>
    serializeEstimate(
      clock.now(),
      store.estimates.renewal(params.id, parseParameters(renewalSchema, query)),
    ),
  );

  app.get<IdRoute>('/customers/:id/upcoming_invoices_estimate', ({ params, query }) => {
    parseParameters(noParameters, query);
    return serializeInvoiceEstimates(clock.now(), store.estimates.upcomingInvoices(params.id));
  });
}
