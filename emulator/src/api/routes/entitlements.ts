import type { FastifyInstance } from 'fastify';
import type { EmulatorContext } from '../../context.js';
import { ENTITY_TYPE, FEATURE_STATUS, FEATURE_TYPE } from '../enumerations.js';
import type { FilterKind } from '../filters.js';
import { queryResources } from '../lists.js';
import {
  serializeEntitlement,
  serializeFeature,
  serializeSubscriptionEntitlement,
} from '../serialize-entitlement.js';

const featureFilters: Record<string, FilterKind> = {
  id: 'string',
  name: 'string',
  status: FEATURE_STATUS,
  type: FEATURE_TYPE,
  metered: 'boolean',
};

const entitlementFilters: Record<string, FilterKind> = {
  feature_id: 'string',
  entity_type: ENTITY_TYPE,
  entity_id: 'string',
};

interface IdRoute {
  Params: { id: string };
}

/** Features and entitlements. They are read-only: the seed defines them. */
export function registerEntitlementRoutes(app: FastifyInstance, { store }: EmulatorContext): void {
  const { features, entitlements } = store.tables;

  app.get('/features', ({ query }) => {
    const { list, ...paging } = queryResources(features.list(), query, featureFilters);
    return { list: list.map(serializeFeature), ...paging };
  });
  app.get<IdRoute>('/features/:id', ({ params }) =>
    serializeFeature(store.entitlements.feature(params.id)),
  );

  app.get('/entitlements', ({ query }) => {
    const { list, ...paging } = queryResources(entitlements.list(), query, entitlementFilters);
    return {
      list: list.map((entitlement) =>
        serializeEntitlement(entitlement, store.entitlements.feature(entitlement.feature_id)),
      ),
      ...paging,
    };
  });

  app.get<IdRoute>('/subscriptions/:id/subscription_entitlements', ({ params, query }) => {
    const subscription = store.subscriptions.retrieve(params.id);
    const own = store.entitlements.ofSubscription(subscription);
    const { list, ...paging } = queryResources(own, query, {});
    return { list: list.map(serializeSubscriptionEntitlement), ...paging };
  });
}
