import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../../context.js';
import type { PaymentSource } from '../../store/resources.js';
import { PAYMENT_SOURCE_STATUS, PAYMENT_SOURCE_TYPE } from '../enumerations.js';
import type { FilterKind } from '../filters.js';
import { queryResources } from '../lists.js';
import {
  boolean,
  integer,
  nested,
  parseParameters,
  requiredText,
  optionalText,
} from '../parameters.js';
import { serializeCustomer } from '../serialize.js';

const holder = {
  first_name: optionalText(50),
  last_name: optionalText(50),
  billing_addr1: optionalText(150),
  billing_addr2: optionalText(150),
  billing_city: optionalText(50),
  billing_state: optionalText(50),
  billing_country: optionalText(50),
  billing_zip: optionalText(20),
};
const createCardSchema = z.strictObject({
  customer_id: requiredText(50),
  replace_primary_payment_source: boolean.optional(),
  card: nested({
    ...holder,
    gateway_account_id: optionalText(50),
    number: requiredText(1500),
    expiry_month: integer,
    expiry_year: integer,
    cvv: optionalText(520),
  }),
});
const updateCardSchema = z.strictObject({
  card: z
    .strictObject({ ...holder, expiry_month: integer.optional(), expiry_year: integer.optional() })
    .optional(),
});
/** Unlike the other filters, this one has no operators. */
const listSchema = z.looseObject({ subscription_id: requiredText(50).optional() });
const noParameters = z.strictObject({});

const filters: Record<string, FilterKind> = {
  customer_id: 'string',
  type: PAYMENT_SOURCE_TYPE,
  status: PAYMENT_SOURCE_STATUS,
  created_at: 'timestamp',
  updated_at: 'timestamp',
};

interface IdRoute {
  Params: { id: string };
}

export function registerPaymentSourceRoutes(
  app: FastifyInstance,
  { store }: EmulatorContext,
): void {
  const withCustomer = (payment_source: PaymentSource) => ({
    ...serializeCustomer(store.customers.retrieve(payment_source.customer_id)),
    payment_source,
  });

  app.get('/payment_sources', ({ query }) => {
    const { subscription_id, ...rest } = parseParameters(listSchema, query);
    const listed =
      subscription_id === undefined
        ? store.paymentSources.list()
        : sourcesOf(store, subscription_id);
    const { list, ...paging } = queryResources(listed, rest, filters);
    return { list: list.map((payment_source) => ({ payment_source })), ...paging };
  });

  app.get<IdRoute>('/payment_sources/:id', ({ params }) => ({
    payment_source: store.paymentSources.retrieve(params.id),
  }));

  app.post('/payment_sources/create_card', ({ body }) => {
    const input = parseParameters(createCardSchema, body);
    const { gateway_account_id: _gateway, ...card } = input.card;
    const primary = input.replace_primary_payment_source ?? false;
    return withCustomer(store.paymentSources.addCard(input.customer_id, card, { primary }));
  });

  app.post<IdRoute>('/payment_sources/:id/update_card', ({ params, body }) =>
    withCustomer(
      store.paymentSources.updateCard(
        params.id,
        parseParameters(updateCardSchema, body).card ?? {},
      ),
    ),
  );

  for (const locally of [false, true]) {
    const path = locally ? 'delete_local' : 'delete';
    app.post<IdRoute>(`/payment_sources/:id/${path}`, ({ params, body }) => {
      parseParameters(noParameters, body);
      return withCustomer(store.paymentSources.remove(params.id, { locally }));
    });
  }
}

/** Returns the payment source that a subscription is charged to: its own, or else the customer's primary one. */
function sourcesOf(
  { tables, invoices }: EmulatorContext['store'],
  subscriptionId: string,
): PaymentSource[] {
  const subscription = tables.subscriptions.get(subscriptionId);
  const source = subscription && invoices.paymentSourceFor(subscription);
  return source ? [source] : [];
}
