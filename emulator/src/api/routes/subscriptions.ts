import type { FastifyInstance } from 'fastify';
import type { EmulatorContext } from '../../context.js';
import { extended } from '../../store/collection.js';
import type { Subscription } from '../../store/resources.js';
import { SUBSCRIPTION_STATUS } from '../enumerations.js';
import type { FilterKind } from '../filters.js';
import { queryResources } from '../lists.js';
import { serializeSubscription } from '../serialize.js';
import { subscriptionResponses } from '../subscription-responses.js';

const filters: Record<string, FilterKind> = {
  id: 'string',
  customer_id: 'string',
  status: SUBSCRIPTION_STATUS,
  cancel_reason_code: 'string',
  item_price_id: 'string',
  item_id: 'string',
  has_scheduled_changes: 'boolean',
  created_at: 'timestamp',
  activated_at: 'timestamp',
  next_billing_at: 'timestamp',
  cancelled_at: 'timestamp',
  updated_at: 'timestamp',
};

interface IdRoute {
  Params: { id: string };
}

/** Registers the calls that list and retrieve subscriptions. */
export function registerSubscriptionRoutes(app: FastifyInstance, { store }: EmulatorContext): void {
  const { withCustomer } = subscriptionResponses(store);

  /** Adds the ids of the plan and the add-ons, which lists can be filtered by. */
  const withItemIds = (subscription: Subscription) => {
    const item_price_id = subscription.subscription_items.map((item) => item.item_price_id);
    const item_id = item_price_id.map((id) => store.catalogue.itemPrice(id).item_id);
    return extended(subscription, { item_price_id, item_id });
  };

  app.get('/subscriptions', ({ query }) => {
    const subscriptions = store.subscriptions.list();
    const listed = queryResources(subscriptions.map(withItemIds), query, filters);
    return {
      ...listed,
      list: listed.list.map(({ id }) => withCustomer(store.subscriptions.retrieve(id))),
    };
  });

  app.get<IdRoute>('/customers/:id/subscriptions', ({ params, query }) => {
    store.customers.retrieve(params.id);
    const { list, ...paging } = queryResources(
      store.subscriptions.forCustomer(params.id),
      query,
      {},
    );
    return { list: list.map(serializeSubscription), ...paging };
  });

  app.get<IdRoute>('/subscriptions/:id', ({ params }) =>
    withCustomer(store.subscriptions.retrieve(params.id)),
  );

  app.get<IdRoute>('/subscriptions/:id/retrieve_with_scheduled_changes', ({ params }) =>
    withCustomer(store.subscriptions.retrieveWithScheduledChanges(params.id)),
  );
}
