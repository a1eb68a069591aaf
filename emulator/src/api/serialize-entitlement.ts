import { entitlementName } from '../store/entitlements.js';
import type { SubscriptionEntitlement } from '../store/entitlements.js';
import type { Entitlement, Feature } from '../store/resources.js';

// Features and entitlements as Chargebee's API returns them.

export const serializeFeature = ({ levels, ...feature }: Feature) => ({
  feature: { ...feature, levels: levels.map((level) => ({ ...level, object: 'level' as const })) },
});

export const serializeEntitlement = (
  { id, entity_id, entity_type, value }: Entitlement,
  feature: Feature,
) => ({
  entitlement: {
    id,
    entity_id,
    entity_type,
    value,
    feature_id: feature.id,
    feature_name: feature.name,
    name: entitlementName(feature, value),
    object: 'entitlement' as const,
  },
});

/** The emulator does not support overrides of entitlements. */
export const serializeSubscriptionEntitlement = ({
  subscription_id,
  feature,
  value,
}: SubscriptionEntitlement) => ({
  subscription_entitlement: {
    subscription_id,
    feature_id: feature.id,
    feature_name: feature.name,
    feature_type: feature.type,
    ...(feature.unit === undefined ? {} : { feature_unit: feature.unit }),
    value,
    name: entitlementName(feature, value),
    is_overridden: false,
    is_enabled: true,
    object: 'subscription_entitlement' as const,
  },
});
