import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../../context.js';
import { wrongValue } from '../../errors.js';
import type { Subscription } from '../../store/resources.js';
import { SUBSCRIPTION_STATUS } from '../enumerations.js';
import type { FilterKind } from '../filters.js';
import { answerList } from '../lists.js';
import {
  boolean,
  integer,
  readParameters,
  readWithCustomFields,
  requiredText,
  text,
  timestamp,
} from '../parameters.js';
import { customerAnswer } from '../present.js';

const items = z.strictObject({
  item_price_id: z
    .array(requiredText(100))
    .min(1)
    .max(1, 'the emulator changes one plan at a time'),
  quantity: z.array(integer).max(1).optional(),
});
const updateForItems = z.strictObject({
  subscription_items: items.optional(),
  replace_items_list: boolean.optional(),
  end_of_term: boolean.optional(),
  change_option: z.enum(['immediately', 'end_of_term']).optional(),
});
const cancel = z.strictObject({
  end_of_term: boolean.optional(),
  cancel_option: z.enum(['immediately', 'end_of_term']).optional(),
  cancel_reason_code: text(100),
});
const pause = z.strictObject({
  pause_option: z.enum(['immediately', 'end_of_term', 'specific_date']).optional(),
  pause_date: timestamp.optional(),
  resume_date: timestamp.optional(),
});
const resume = z.strictObject({
  resume_option: z.enum(['immediately', 'specific_date']).optional(),
  resume_date: timestamp.optional(),
});
const changeTermEnd = z.strictObject({ term_ends_at: timestamp });
/** An empty one is the customer's primary one. */
const billingProfile = z.strictObject({ payment_source_id: z.string().max(40).optional() });
const none = z.strictObject({});

const filters: Record<string, FilterKind> = {
  id: 'string',
  customer_id: 'string',
  status: SUBSCRIPTION_STATUS,
  cancel_reason_code: 'string',
  created_at: 'timestamp',
  activated_at: 'timestamp',
  next_billing_at: 'timestamp',
  cancelled_at: 'timestamp',
  updated_at: 'timestamp',
};

interface ById {
  Params: { id: string };
}

export function registerSubscriptionRoutes(app: FastifyInstance, { store }: EmulatorContext): void {
  const withCustomer = (subscription: Subscription) => ({
    ...subscriptionAnswer(subscription),
    ...customerAnswer(store.customers.retrieve(subscription.customer_id)),
  });

  app.get('/subscriptions', ({ query }) => {
    const { list, ...paging } = answerList(store.subscriptions.list(), query, filters);
    return { list: list.map(withCustomer), ...paging };
  });

  app.get<ById>('/customers/:id/subscriptions', ({ params, query }) => {
    store.customers.retrieve(params.id);
    const { list, ...paging } = answerList(store.subscriptions.forCustomer(params.id), query, {});
    return { list: list.map(subscriptionAnswer), ...paging };
  });

  app.get<ById>('/subscriptions/:id', ({ params }) =>
    withCustomer(store.subscriptions.retrieve(params.id)),
  );

  app.get<ById>('/subscriptions/:id/retrieve_with_scheduled_changes', ({ params }) =>
    withCustomer(store.subscriptions.retrieveWithScheduledChanges(params.id)),
  );

  app.post<ById>('/subscriptions/:id/update_for_items', ({ params, body }) => {
    const {
      subscription_items,
      replace_items_list: _replace,
      end_of_term,
      change_option,
      ...fields
    } = readWithCustomFields(updateForItems, body);
    if (!subscription_items && Object.keys(fields).length === 0) {
      throw wrongValue('subscription_items', 'cannot be blank');
    }
    return withCustomer(
      store.subscriptions.update(
        params.id,
        fields,
        subscription_items && {
          ...planOf(subscription_items),
          at: end_of_term || change_option === 'end_of_term' ? 'term_end' : 'now',
        },
      ),
    );
  });

  for (const path of ['cancel', 'cancel_for_items']) {
    app.post<ById>(`/subscriptions/:id/${path}`, ({ params, body }) => {
      const { end_of_term, cancel_option, cancel_reason_code } = readParameters(cancel, body);
      return withCustomer(
        store.subscriptions.cancel(params.id, {
          option: cancel_option ?? (end_of_term ? 'end_of_term' : 'immediately'),
          ...(cancel_reason_code ? { reason_code: cancel_reason_code } : {}),
        }),
      );
    });
  }

  app.post<ById>('/subscriptions/:id/pause', ({ params, body }) => {
    const { pause_option, ...dates } = readParameters(pause, body);
    return withCustomer(
      store.subscriptions.pause(params.id, {
        ...dates,
        ...(pause_option ? { option: pause_option } : {}),
      }),
    );
  });

  app.post<ById>('/subscriptions/:id/resume', ({ params, body }) => {
    const { resume_option, ...date } = readParameters(resume, body);
    return withCustomer(
      store.subscriptions.resume(params.id, {
        ...date,
        ...(resume_option ? { option: resume_option } : {}),
      }),
    );
  });

  app.post<ById>('/subscriptions/:id/change_term_end', ({ params, body }) =>
    withCustomer(
      store.subscriptions.changeTermEnd(
        params.id,
        readParameters(changeTermEnd, body).term_ends_at,
      ),
    ),
  );

  app.post<ById>('/subscriptions/:id/override_billing_profile', ({ params, body }) => {
    const { payment_source_id } = readParameters(billingProfile, body);
    return withCustomer(
      payment_source_id === undefined
        ? store.subscriptions.retrieve(params.id)
        : store.subscriptions.choosePaymentSource(params.id, payment_source_id || undefined),
    );
  });

  const simple = {
    reactivate: 'reactivate',
    remove_scheduled_changes: 'removeScheduledChanges',
    remove_scheduled_cancellation: 'removeScheduledCancellation',
    remove_scheduled_pause: 'removeScheduledPause',
    remove_scheduled_resumption: 'removeScheduledResumption',
  } as const;
  for (const [path, operation] of Object.entries(simple)) {
    app.post<ById>(`/subscriptions/:id/${path}`, ({ params, body }) => {
      readParameters(none, body);
      return withCustomer(store.subscriptions[operation](params.id));
    });
  }
}

/** What the API shows of a subscription: not the emulator's own attributes. */
const subscriptionAnswer = ({ billing_day: _own, ...subscription }: Subscription) => ({
  subscription,
});

function planOf({ item_price_id, quantity = [] }: z.output<typeof items>) {
  const [count] = quantity;
  return {
    item_price_id: item_price_id[0] ?? '',
    ...(count === undefined ? {} : { quantity: count }),
  };
}
