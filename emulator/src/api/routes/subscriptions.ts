import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../../context.js';
import { extended } from '../../store/collection.js';
import type { Subscription } from '../../store/resources.js';
import { SUBSCRIPTION_STATUS } from '../enumerations.js';
import type { FilterKind } from '../filters.js';
import { queryResources } from '../lists.js';
import {
  boolean,
  integer,
  oneOf,
  parseParameters,
  optionalText,
  timestamp,
} from '../parameters.js';
import { serializeSubscription } from '../serialize.js';
import { subscriptionResponses } from '../subscription-responses.js';

const cancelSchema = z.strictObject({
  end_of_term: boolean.optional(),
  cancel_option: oneOf(['immediately', 'end_of_term']).optional(),
  cancel_reason_code: optionalText(100),
});
const pauseSchema = z.strictObject({
  pause_option: oneOf(['immediately', 'end_of_term', 'specific_date', 'billing_cycles']).optional(),
  skip_billing_cycles: integer.optional(),
  pause_date: timestamp.optional(),
  resume_date: timestamp.optional(),
});
const resumeSchema = z.strictObject({
  resume_option: oneOf(['immediately', 'specific_date']).optional(),
  resume_date: timestamp.optional(),
});
const changeTermEndSchema = z.strictObject({ term_ends_at: timestamp });
/** An empty `payment_source_id` selects the customer's primary payment source. */
const billingProfileSchema = z.strictObject({ payment_source_id: z.string().max(40).optional() });
const noParameters = z.strictObject({});

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

export function registerSubscriptionRoutes(app: FastifyInstance, { store }: EmulatorContext): void {
  const { withCustomer, runOperation } = subscriptionResponses(store);

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

  for (const path of ['cancel', 'cancel_for_items']) {
    app.post<IdRoute>(`/subscriptions/:id/${path}`, ({ params, body }) => {
      const { end_of_term, cancel_option, cancel_reason_code } = parseParameters(
        cancelSchema,
        body,
      );
      return withCustomer(
        store.subscriptions.cancel(params.id, {
          option: cancel_option ?? (end_of_term ? 'end_of_term' : 'immediately'),
          ...(cancel_reason_code ? { reason_code: cancel_reason_code } : {}),
        }),
      );
    });
  }

  app.post<IdRoute>('/subscriptions/:id/pause', ({ params, body }) => {
    const { pause_option, ...dates } = parseParameters(pauseSchema, body);
    return withCustomer(
      store.subscriptions.pause(params.id, {
        ...dates,
        ...(pause_option ? { option: pause_option } : {}),
      }),
    );
  });

  app.post<IdRoute>('/subscriptions/:id/resume', ({ params, body }) => {
    const { resume_option, ...date } = parseParameters(resumeSchema, body);
    return runOperation(params.id, () =>
      store.subscriptions.resume(params.id, {
        ...date,
        ...(resume_option ? { option: resume_option } : {}),
      }),
    );
  });

  app.post<IdRoute>('/subscriptions/:id/change_term_end', ({ params, body }) =>
    withCustomer(
      store.subscriptions.changeTermEnd(
        params.id,
        parseParameters(changeTermEndSchema, body).term_ends_at,
      ),
    ),
  );

  app.post<IdRoute>('/subscriptions/:id/override_billing_profile', ({ params, body }) => {
    const { payment_source_id } = parseParameters(billingProfileSchema, body);
    const subscription =
      payment_source_id === undefined
        ? store.subscriptions.retrieve(params.id)
        : store.subscriptions.choosePaymentSource(params.id, payment_source_id || undefined);
    const sourceId = subscription.payment_source_id;
    return {
      ...serializeSubscription(subscription),
      ...(sourceId ? { payment_source: store.paymentSources.retrieve(sourceId) } : {}),
    };
  });

  const operations = {
    reactivate: 'reactivate',
    remove_scheduled_changes: 'removeScheduledChanges',
    remove_scheduled_cancellation: 'removeScheduledCancellation',
    remove_scheduled_pause: 'removeScheduledPause',
    remove_scheduled_resumption: 'removeScheduledResumption',
  } as const;
  for (const [path, operation] of Object.entries(operations)) {
    app.post<IdRoute>(`/subscriptions/:id/${path}`, ({ params, body }) => {
      parseParameters(noParameters, body);
      return runOperation(params.id, () => store.subscriptions[operation](params.id));
    });
  }
}
