import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../../context.js';
import type { Downloads } from '../../downloads.js';
import { INVOICE_STATUS } from '../enumerations.js';
import type { FilterKind } from '../filters.js';
import { answerList } from '../lists.js';
import { readParameters } from '../parameters.js';

const pdf = z.strictObject({
  disposition_type: z.enum(['attachment', 'inline']).optional(),
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
  updated_at: 'timestamp',
};

interface ById {
  Params: { id: string };
}

export function registerInvoiceRoutes(
  app: FastifyInstance,
  { store, downloads }: EmulatorContext & { downloads: Downloads },
): void {
  app.get('/invoices', ({ query }) => {
    const { list, ...paging } = answerList(store.invoices.list(), query, filters);
    return { list: list.map((invoice) => ({ invoice })), ...paging };
  });

  app.get<ById>('/invoices/:id', ({ params }) => ({
    invoice: store.invoices.retrieve(params.id),
  }));

  app.post<ById>('/invoices/:id/pdf', ({ params, body }) => {
    const { disposition_type } = readParameters(pdf, body);
    return { download: downloads.linkTo(store.invoices.retrieve(params.id).id, disposition_type) };
  });
}
