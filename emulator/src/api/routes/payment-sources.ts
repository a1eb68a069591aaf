import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../../context.js';
import type { PaymentSource } from '../../store/resources.js';
import { PAYMENT_SOURCE_STATUS, PAYMENT_SOURCE_TYPE } from '../enumerations.js';
import type { FilterKind } from '../filters.js';
import { answerList } from '../lists.js';
import { boolean, integer, nested, readParameters, requiredText, text } from '../parameters.js';
import { customerAnswer } from '../present.js';

const holder = {
  first_name: text(50),
  last_name: text(50),
  billing_addr1: text(150),
  billing_addr2: text(150),
  billing_city: text(50),
  billing_state: text(50),
  billing_country: text(50),
  billing_zip: text(20),
};
const createCard = z.strictObject({
  customer_id: requiredText(50),
  replace_primary_payment_source: boolean.optional(),
  card: nested({
    ...holder,
    gateway_account_id: text(50),
    number: requiredText(1500),
    expiry_month: integer,
    expiry_year: integer,
    cvv: text(520),
  }),
});
const updateCard = z.strictObject({
  card: z
    .strictObject({ ...holder, expiry_month: integer.optional(), expiry_year: integer.optional() })
    .optional(),
});
const none = z.strictObject({});

const filters: Record<string, FilterKind> = {
  customer_id: 'string',
  type: PAYMENT_SOURCE_TYPE,
  status: PAYMENT_SOURCE_STATUS,
  created_at: 'timestamp',
  updated_at: 'timestamp',
};

interface ById {
  Params: { id: string };
}

export function registerPaymentSourceRoutes(
  app: FastifyInstance,
  { store }: EmulatorContext,
): void {
  const withCustomer = (payment_source: PaymentSource) => ({
    ...customerAnswer(store.customers.retrieve(payment_source.customer_id)),
    payment_source,
  });

  app.get('/payment_sources', ({ query }) => {
    const { list, ...paging } = answerList(store.paymentSources.list(), query, filters);
    return { list: list.map((payment_source) => ({ payment_source })), ...paging };
  });

  app.get<ById>('/payment_sources/:id', ({ params }) => ({
    payment_source: store.paymentSources.retrieve(params.id),
  }));

  app.post('/payment_sources/create_card', ({ body }) => {
    const input = readParameters(createCard, body);
    const { gateway_account_id: _gateway, ...card } = input.card;
    const primary = input.replace_primary_payment_source ?? false;
    return withCustomer(store.paymentSources.addCard(input.customer_id, card, { primary }));
  });

  app.post<ById>('/payment_sources/:id/update_card', ({ params, body }) =>
    withCustomer(
      store.paymentSources.updateCard(params.id, readParameters(updateCard, body).card ?? {}),
    ),
  );

  for (const path of ['delete', 'delete_local']) {
    app.post<ById>(`/payment_sources/:id/${path}`, ({ params, body }) => {
      readParameters(none, body);
      return withCustomer(store.paymentSources.remove(params.id));
    });
  }
}
