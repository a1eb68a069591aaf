import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../../context.js';
import type { Downloads } from '../../downloads.js';
import { INVOICE_STATUS } from '../enumerations.js';
import type { FilterKind } from '../filters.js';
import { queryResources } from '../lists.js';
import { integer, oneOf, parseParameters, optionalText } from '../parameters.js';
import { serializeInvoice, serializeTransaction } from '../serialize.js';

const pdfSchema = z.strictObject({
  disposition_type: oneOf(['attachment', 'inline']).optional(),
});

const collectSchema = z.strictObject({
  amount: integer.optional(),
  payment_source_id: optionalText(40),
  payment_initiator: oneOf(['customer', 'merchant']).optional(),
});

const filters: Record<string, FilterKind> = {
  id: 'string',
  subscription_id: 'string',
  customer_id: 'string',
  recurring: 'boolean',
  status: INVOICE_STATUS,
  date: 'timestamp',
  paid_at: 'timestamp',
  total: 'number',
  amount_paid: 'number',
  amount_due: 'number',
  amount_adjusted: 'number',
  credits_applied: 'number',
  updated_at: 'timestamp',
};

interface IdRoute {
  Params: { id: string };
}

export function registerInvoiceRoutes(
  app: FastifyInstance,
  { store, downloads }: EmulatorContext & { downloads: Downloads },
): void {
  app.get('/invoices', ({ query }) => {
    const { list, ...paging } = queryResources(store.invoices.list(), query, filters);
    return { list: list.map(serializeInvoice), ...paging };
  });

  app.get<IdRoute>('/invoices/:id', ({ params }) =>
    serializeInvoice(store.invoices.retrieve(params.id)),
  );

  app.post<IdRoute>('/invoices/:id/pdf', ({ params, body }) => {
    const { disposition_type } = parseParameters(pdfSchema, body);
    return {
      download: downloads.createLink(store.invoices.retrieve(params.id).id, disposition_type),
    };
  });

  app.post<IdRoute>('/invoices/:id/collect_payment', ({ params, body }) => {
    const { payment_initiator, ...payment } = parseParameters(collectSchema, body);
    const { invoice, transaction } = store.invoices.collectPayment(params.id, {
      ...payment,
      ...(payment_initiator ? { initiator: payment_initiator } : {}),
    });
    return { ...serializeInvoice(invoice), ...serializeTransaction(transaction) };
  });
}
