import type { FastifyInstance } from 'fastify';
import type { EmulatorContext } from '../../context.js';
import { CATALOGUE_STATUS, ITEM_TYPE, PERIOD_UNIT } from '../enumerations.js';
import type { FilterKind } from '../filters.js';
import { queryResources } from '../lists.js';
import { serializeItem, serializeItemPrice } from '../serialize.js';

const itemFilters: Record<string, FilterKind> = {
  id: 'string',
  type: ITEM_TYPE,
  name: 'string',
  status: CATALOGUE_STATUS,
  updated_at: 'timestamp',
};

const priceFilters: Record<string, FilterKind> = {
  id: 'string',
  name: 'string',
  item_id: 'string',
  item_type: ITEM_TYPE,
  currency_code: 'string',
  status: CATALOGUE_STATUS,
  period: 'number',
  period_unit: PERIOD_UNIT,
  updated_at: 'timestamp',
};

interface IdRoute {
  Params: { id: string };
}

/** Items and item prices. They are read-only: the seed defines them. */
export function registerCatalogueRoutes(app: FastifyInstance, { store }: EmulatorContext): void {
  const { items, item_prices } = store.tables;

  app.get('/items', ({ query }) => {
    const { list, ...paging } = queryResources(items.list(), query, itemFilters);
    return { list: list.map(serializeItem), ...paging };
  });
  app.get<IdRoute>('/items/:id', ({ params }) => serializeItem(items.require(params.id)));

  app.get('/item_prices', ({ query }) => {
    const { list, ...paging } = queryResources(item_prices.list(), query, priceFilters);
    return { list: list.map(serializeItemPrice), ...paging };
  });
  app.get<IdRoute>('/item_prices/:id', ({ params }) =>
    serializeItemPrice(item_prices.require(params.id)),
  );
}
