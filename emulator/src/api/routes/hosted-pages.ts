import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../../context.js';
import { HOSTED_PAGE_STATE, HOSTED_PAGE_TYPE } from '../enumerations.js';
import type { FilterKind } from '../filters.js';
import { answerList } from '../lists.js';
import { nested, readParameters, requiredText, text, url } from '../parameters.js';
import { hostedPageAnswer } from '../present.js';

const managePaymentSources = z.strictObject({
  customer: nested({ id: requiredText(50) }),
  redirect_url: url,
  card: z.strictObject({ gateway_account_id: text(50) }).optional(),
});
const none = z.strictObject({});

const filters: Record<string, FilterKind> = {
  id: 'string',
  type: HOSTED_PAGE_TYPE,
  state: HOSTED_PAGE_STATE,
  updated_at: 'timestamp',
};

interface ById {
  Params: { id: string };
}

export function registerHostedPageRoutes(app: FastifyInstance, { store }: EmulatorContext): void {
  app.post('/hosted_pages/manage_payment_sources', ({ body }) => {
    const { customer, redirect_url } = readParameters(managePaymentSources, body);
    return hostedPageAnswer(
      store.hostedPages.managePaymentSources({
        customer_id: customer.id,
        ...(redirect_url ? { redirect_url } : {}),
      }),
    );
  });

  app.get('/hosted_pages', ({ query }) => {
    const { list, ...paging } = answerList(store.hostedPages.list(), query, filters);
    return { list: list.map(hostedPageAnswer), ...paging };
  });

  app.get<ById>('/hosted_pages/:id', ({ params }) =>
    hostedPageAnswer(store.hostedPages.retrieve(params.id)),
  );

  app.post<ById>('/hosted_pages/:id/acknowledge', ({ params, body }) => {
    readParameters(none, body);
    return hostedPageAnswer(store.hostedPages.acknowledge(params.id));
  });
}
