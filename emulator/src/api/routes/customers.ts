import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../../context.js';
import { address } from '../addresses.js';
import { AUTO_COLLECTION, TAXABILITY } from '../enumerations.js';
import type { FilterKind } from '../filters.js';
import { queryResources } from '../lists.js';
import {
  boolean,
  chosenId,
  email,
  integer,
  metaData,
  oneOf,
  parseParameters,
  parseWithCustomFields,
  requiredText,
  optionalText,
} from '../parameters.js';
import type { Customer } from '../../store/resources.js';
import { serializeCustomer, serializeCustomerWithCard } from '../serialize.js';

const customerFields = {
  first_name: optionalText(150),
  last_name: optionalText(150),
  email,
  phone: optionalText(50),
  company: optionalText(250),
  locale: optionalText(50),
  preferred_currency_code: z
    .string()
    .regex(/^([A-Z]{3})?$/, 'should be an ISO 4217 code of three letters')
    .transform((code) => code || undefined)
    .optional(),
  auto_collection: oneOf(['on', 'off']).optional(),
  net_term_days: integer.optional(),
  allow_direct_debit: boolean.optional(),
  taxability: oneOf(['taxable', 'exempt']).optional(),
  meta_data: metaData,
  invoice_notes: optionalText(2000),
};

const createSchema = z.strictObject({
  id: chosenId.optional(),
  ...customerFields,
  billing_address: address.optional(),
});
const updateSchema = z.strictObject(customerFields);
const billingInfoSchema = z.strictObject({
  billing_address: address.optional(),
  vat_number: optionalText(20),
});
const paymentRoleSchema = z.strictObject({
  payment_source_id: requiredText(40),
  role: oneOf(['primary', 'backup', 'none']),
});

const noParameters = z.strictObject({});

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

interface IdRoute {
  Params: { id: string };
}

export function registerCustomerRoutes(app: FastifyInstance, { store }: EmulatorContext): void {
  const withCard = (customer: Customer) => serializeCustomerWithCard(store, customer);

  app.post('/customers', ({ body }) =>
    withCard(store.customers.create(parseWithCustomFields(createSchema, body))),
  );

  app.get('/customers', ({ query }) => {
    const { list, ...paging } = queryResources(store.customers.list(), query, filters);
    return { list: list.map(withCard), ...paging };
  });

  app.get<IdRoute>('/customers/:id', ({ params }) => withCard(store.customers.retrieve(params.id)));

  app.post<IdRoute>('/customers/:id', ({ params, body }) =>
    withCard(store.customers.update(params.id, parseWithCustomFields(updateSchema, body))),
  );

  app.post<IdRoute>('/customers/:id/update_billing_info', ({ params, body }) =>
    withCard(
      store.customers.updateBillingInfo(params.id, parseParameters(billingInfoSchema, body)),
    ),
  );

  app.post<IdRoute>('/customers/:id/assign_payment_role', ({ params, body }) => {
    const { payment_source_id, role } = parseParameters(paymentRoleSchema, body);
    const payment_source = store.paymentSources.assignRole(params.id, payment_source_id, role);
    return { ...serializeCustomer(store.customers.retrieve(params.id)), payment_source };
  });

  app.post<IdRoute>('/customers/:id/delete', ({ params, body }) => {
    parseParameters(noParameters, body);
    // Read before the deletion, which also deletes the card: the response includes it.
    const { card } = withCard(store.customers.retrieve(params.id));
    return { ...serializeCustomer(store.customers.remove(params.id)), ...(card ? { card } : {}) };
  });
}
