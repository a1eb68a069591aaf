import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../../context.js';
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

/** The store's method for each call, by the last segment of the call's path. */
const OPERATIONS_WITHOUT_PARAMETERS = {
  reactivate: 'reactivate',
  remove_scheduled_changes: 'removeScheduledChanges',
  remove_scheduled_cancellation: 'removeScheduledCancellation',
  remove_scheduled_pause: 'removeScheduledPause',
  remove_scheduled_resumption: 'removeScheduledResumption',
} as const;

interface IdRoute {
  Params: { id: string };
}

/** Registers the calls that change the state of a subscription, its term or its payment source. */
export function registerSubscriptionOperationRoutes(
  app: FastifyInstance,
  context: EmulatorContext,
): void {
  registerCancelPauseAndResume(app, context);
  registerTermAndPaymentSource(app, context);
  registerOperationsWithoutParameters(app, context);
}

function registerCancelPauseAndResume(app: FastifyInstance, { store }: EmulatorContext): void {
  const { withCustomer, runOperation } = subscriptionResponses(store);

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
}

function registerTermAndPaymentSource(app: FastifyInstance, { store }: EmulatorContext): void {
  const { withCustomer } = subscriptionResponses(store);

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
}

function registerOperationsWithoutParameters(
  app: FastifyInstance,
  { store }: EmulatorContext,
): void {
  const { runOperation } = subscriptionResponses(store);

  for (const [path, operation] of Object.entries(OPERATIONS_WITHOUT_PARAMETERS)) {
    app.post<IdRoute>(`/subscriptions/:id/${path}`, ({ params, body }) => {
      parseParameters(noParameters, body);
      return runOperation(params.id, () => store.subscriptions[operation](params.id));
    });
  }
}
