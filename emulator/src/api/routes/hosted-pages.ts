import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../../context.js';
import { HOSTED_PAGE_STATE, HOSTED_PAGE_TYPE } from '../enumerations.js';
import type { FilterKind } from '../filters.js';
import { queryResources } from '../lists.js';
import { pageOptions, parseNewCheckout } from '../checkout-parameters.js';
import { itemList } from '../item-list.js';
import {
  boolean,
  nested,
  oneOf,
  optionalText,
  parseParameters,
  requiredText,
  url,
} from '../parameters.js';
import { serializeHostedPage } from '../serialize.js';

const managePaymentSourcesSchema = z.strictObject({
  customer: nested({ id: requiredText(50) }),
  redirect_url: url,
  card: z.strictObject({ gateway_account_id: optionalText(50) }).optional(),
});
const checkoutExistingSchema = z.strictObject({
  ...pageOptions,
  subscription: nested({ id: requiredText(50) }),
  subscription_items: itemList.optional(),
  replace_items_list: boolean.optional(),
  change_option: oneOf(['immediately', 'end_of_term']).optional(),
  reactivate: boolean.optional(),
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

  app.post('/hosted_pages/checkout_new_for_items', ({ body }) => {
    const { checkout, options } = parseNewCheckout(store.catalogue, body);
    return serializeHostedPage(store.hostedPages.checkout(checkout, options));
  });

  app.post('/hosted_pages/checkout_existing_for_items', ({ body }) => {
    const { subscription, subscription_items, replace_items_list, change_option, ...rest } =
      parseParameters(checkoutExistingSchema, body);
    const { reactivate = true, ...options } = rest;
    return serializeHostedPage(
      store.hostedPages.checkout(
        {
          kind: 'existing',
          subscription_id: subscription.id,
          ...(subscription_items ? { items: subscription_items } : {}),
          replace: replace_items_list ?? false,
          at: change_option === 'end_of_term' ? 'term_end' : 'now',
          reactivate,
        },
        options,
      ),
    );
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
