import { wrongValue } from '../errors.js';
import { extended } from './collection.js';
import type { StoreCore } from './core.js';
import { randomId } from './ids.js';
import type { Entitlement, Feature, Resource, Subscription } from './resources.js';

/** The value of an entitlement without a limit. */
const UNLIMITED = 'unlimited';

/** A feature that a subscription has access to. */
export interface SubscriptionEntitlement extends Resource {
  subscription_id: string;
  feature: Feature;
  value: string;
}

type NewFeature = Pick<Feature, 'id' | 'name' | 'type'> &
  Pick<Partial<Feature>, 'description' | 'unit'> & {
    levels: readonly { value: string; name?: string | undefined }[];
  };

/** The features of the site, and the entitlements to them. */
export class Entitlements {
  constructor(private readonly core: StoreCore) {}

  /** @throws ChargebeeError `resource_not_found` */
  feature(id: string, param?: string): Feature {
    return this.core.tables.features.require(id, param);
  }

  /** @throws ChargebeeError `duplicate_entry` */
  addFeature({ levels, ...feature }: NewFeature): Feature {
    return this.core.tables.features.insert({
      ...feature,
      object: 'feature',
      created_at: this.core.clock.now(),
      status: 'active',
      metered: false,
      levels: levels.map(({ value, name = value }, level) => ({
        name,
        value,
        level,
        is_unlimited: value === UNLIMITED,
      })),
    });
  }

  /** Entitles an item or an item price to a feature. @throws ChargebeeError when the value is not valid for the feature */
  entitle(input: Pick<Entitlement, 'entity_id' | 'entity_type' | 'feature_id' | 'value'>): void {
    const feature = this.feature(input.feature_id, 'entitlements');
    if (!isValueOf(feature, input.value)) {
      throw wrongValue('entitlements', `${input.value} is no value of the feature ${feature.id}`);
    }
    this.core.tables.entitlements.insert({
      ...input,
      id: randomId(16, 'ent_'),
      object: 'entitlement',
      created_at: this.core.clock.now(),
    });
  }

  /** Returns the entitlements of a subscription. For each feature, they combine the values of its items. */
  ofSubscription(subscription: Subscription): SubscriptionEntitlement[] {
    const values = subscription.subscription_items.flatMap(({ item_price_id }) =>
      this.#valuesOf(item_price_id),
    );
    return this.core.tables.features.list().flatMap((feature): SubscriptionEntitlement[] => {
      const own = values.filter(({ feature_id }) => feature_id === feature.id);
      if (own.length === 0) return [];
      const value = combine(
        feature,
        own.map((entitlement) => entitlement.value),
      );
      return [extended(feature, { subscription_id: subscription.id, feature, value })];
    });
  }

  /** Returns the entitlements of an item price, including those of its item that it does not override. */
  #valuesOf(itemPriceId: string): Entitlement[] {
    const { entitlements, item_prices } = this.core.tables;
    const own = entitlements.group(itemPriceId);
    const { item_id } = item_prices.require(itemPriceId);
    const inherited = entitlements
      .group(item_id)
      .filter(({ feature_id }) => own.every((one) => one.feature_id !== feature_id));
    return [...own, ...inherited];
  }
}

/** Returns the name of an entitlement, such as `5 seats`. */
export function entitlementName({ type, unit }: Feature, value: string): string {
  if (type === 'switch') return value === 'true' ? 'Available' : 'Not Available';
  if (type === 'custom' || unit === undefined) return value;
  return `${value} ${value === '1' ? unit : `${unit}s`}`;
}

function isValueOf({ type, levels }: Feature, value: string): boolean {
  if (type === 'switch') return value === 'true' || value === 'false';
  if (type === 'custom') return levels.some((level) => level.value === value);
  return value === UNLIMITED || /^\d{1,15}$/.test(value);
}

function combine({ type, levels }: Feature, values: readonly string[]): string {
  if (type === 'switch') return String(values.includes('true'));
  if (type === 'custom') return levels.findLast(({ value }) => values.includes(value))?.value ?? '';
  if (values.includes(UNLIMITED)) return UNLIMITED;
  const numbers = values.map(Number);
  return String(
    type === 'quantity' ? numbers.reduce((sum, one) => sum + one, 0) : Math.max(...numbers),
  );
}
