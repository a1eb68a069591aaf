import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../../context.js';
import { AUTO_COLLECTION, TAXABILITY } from '../enumerations.js';
import type { FilterKind } from '../filters.js';
import { answerList } from '../lists.js';
import {
  boolean,
  chosenId,
  email,
  integer,
  readParameters,
  readWithCustomFields,
  requiredText,
  text,
} from '../parameters.js';
import { customerAnswer } from '../present.js';

const details = {
  first_name: text(150),
  last_name: text(150),
  email,
  phone: text(50),
  company: text(250),
  locale: text(50),
  preferred_currency_code: z
    .string()
    .regex(/^([A-Z]{3})?$/, 'should be an ISO 4217 code of three letters')
    .transform((code) => code || undefined)
    .optional(),
  auto_collection: z.enum(['on', 'off']).optional(),
  net_term_days: integer.optional(),
  allow_direct_debit: boolean.optional(),
  taxability: z.enum(['taxable', 'exempt']).optional(),
};

const address = z.strictObject({
  first_name: text(150),
  last_name: text(150),
  email,
  company: text(250),
  phone: text(50),
  line1: text(150),
  line2: text(150),
  city: text(50),
  state: text(50),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'should be an ISO 3166 code of two letters')
    .optional(),
  zip: text(20),
});

const create = z.strictObject({
  id: chosenId.optional(),
  ...details,
  billing_address: address.optional(),
});
const update = z.strictObject(details);
const billingInfo = z.strictObject({
  billing_address: address.optional(),
  vat_number: text(20),
});
const paymentRole = z.strictObject({
  payment_source_id: requiredText(40),
  role: z.enum(['primary']),
});

const filters: Record<string, FilterKind> = {
  id: 'string',
  first_name: 'string',
  last_name: 'string',
  email: 'string',
  phone: 'string',
  company: 'string',
  auto_collection: AUTO_COLLECTION,
  taxability: TAXABILITY,
  created_at: 'timestamp',
  updated_at: 'timestamp',
};

interface ById {
  Params: { id: string };
}

export function registerCustomerRoutes(app: FastifyInstance, { store }: EmulatorContext): void {
  app.post('/customers', ({ body }) =>
    customerAnswer(store.customers.create(readWithCustomFields(create, body))),
  );

  app.get('/customers', ({ query }) => {
    const { list, ...paging } = answerList(store.customers.list(), query, filters);
    return { list: list.map(customerAnswer), ...paging };
  });

  app.get<ById>('/customers/:id', ({ params }) =>
    customerAnswer(store.customers.retrieve(params.id)),
  );

  app.post<ById>('/customers/:id', ({ params, body }) =>
    customerAnswer(store.customers.update(params.id, readWithCustomFields(update, body))),
  );

  app.post<ById>('/customers/:id/update_billing_info', ({ params, body }) =>
    customerAnswer(store.customers.updateBillingInfo(params.id, readParameters(billingInfo, body))),
  );

  app.post<ById>('/customers/:id/assign_payment_role', ({ params, body }) => {
    const { payment_source_id } = readParameters(paymentRole, body);
    const payment_source = store.paymentSources.makePrimary(params.id, payment_source_id);
    return { ...customerAnswer(store.customers.retrieve(params.id)), payment_source };
  });
}
