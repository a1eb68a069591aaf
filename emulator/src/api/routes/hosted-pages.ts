import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../../context.js';
import { HOSTED_PAGE_STATE, HOSTED_PAGE_TYPE } from '../enumerations.js';
import type { FilterKind } from '../filters.js';
import { queryResources } from '../lists.js';
import { parseExistingCheckout, parseNewCheckout } from '../checkout-parameters.js';
import { toItemParameters } from '../older-checkouts.js';
import { nested, optionalText, parseParameters, requiredText, url } from '../parameters.js';
import { serializeHostedPage } from '../serialize.js';

const managePaymentSourcesSchema = z.strictObject({
  customer: nested({ id: requiredText(50) }),
  redirect_url: url,
  card: z.strictObject({ gateway_account_id: optionalText(50) }).optional(),
});
const noParameters = z.strictObject({});

const filters: Record<string, FilterKind> = {
  id: 'string',
  type: HOSTED_PAGE_TYPE,
  state: HOSTED_PAGE_STATE,
  updated_at: 'timestamp',
};

interface IdRoute {
  Params: { id: string };
}

export function registerHostedPageRoutes(app: FastifyInstance, { store }: EmulatorContext): void {
  app.post('/hosted_pages/manage_payment_sources', ({ body }) => {
    const { customer, redirect_url } = parseParameters(managePaymentSourcesSchema, body);
    return serializeHostedPage(
      store.hostedPages.managePaymentSources({
        customer_id: customer.id,
        ...(redirect_url ? { redirect_url } : {}),
      }),
    );
  });

  const checkoutNew = (parameters: unknown) => {
    const { checkout, options } = parseNewCheckout(store.catalogue, parameters);
    return serializeHostedPage(store.hostedPages.checkout(checkout, options));
  };
  app.post('/hosted_pages/checkout_new_for_items', ({ body }) => checkoutNew(body));
  app.post('/hosted_pages/checkout_new', ({ body }) =>
    checkoutNew(toItemParameters(body, { planRequired: true })),
  );

  const checkoutExisting = (parameters: unknown) => {
    const { checkout, options } = parseExistingCheckout(parameters);
    return serializeHostedPage(store.hostedPages.checkout(checkout, options));
  };
  app.post('/hosted_pages/checkout_existing_for_items', ({ body }) => checkoutExisting(body));
  app.post('/hosted_pages/checkout_existing', ({ body }) => {
    const { replace_addon_list, ...parameters } = toItemParameters(body, { planRequired: false });
    return checkoutExisting({
      ...parameters,
      ...(replace_addon_list === undefined ? {} : { replace_items_list: replace_addon_list }),
    });
  });

  app.get('/hosted_pages', ({ query }) => {
    const { list, ...paging } = queryResources(store.hostedPages.list(), query, filters);
    return { list: list.map(serializeHostedPage), ...paging };
  });

  app.get<IdRoute>('/hosted_pages/:id', ({ params }) =>
    serializeHostedPage(store.hostedPages.retrieve(params.id)),
  );

  app.post<IdRoute>('/hosted_pages/:id/acknowledge', ({ params, body }) => {
    parseParameters(noParameters, body);
    return serializeHostedPage(store.hostedPages.acknowledge(params.id));
  });
}
