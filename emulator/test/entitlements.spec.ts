import type Chargebee from 'chargebee';
import type { Emulator } from '../src/index.js';
import { closeEmulatorsAfterEach, emulatorForSpec, rejection, sdkFor } from './support.js';

interface Shown {
  feature_id: string;
  value: string;
  name: string;
}

describe('entitlements', () => {
  closeEmulatorsAfterEach();

  let emulator: Emulator;
  let sdk: Chargebee;
  const start = async (seed?: Parameters<typeof emulatorForSpec>[0]) => {
    emulator = await emulatorForSpec(seed);
    sdk = sdkFor(emulator);
  };
  const ofSubscription = async (id: string) => {
    const { list } = await sdk.subscriptionEntitlement.subscriptionEntitlementsForSubscription(id, {
      limit: 100,
    });
    const shown = list.map((one) => one.subscription_entitlement as unknown as Shown);
    return new Map(shown.map((one) => [one.feature_id, one]));
  };
  const valuesOf = async (id: string) =>
    Object.fromEntries([...(await ofSubscription(id))].map(([id, { value }]) => [id, value]));

  it('list the features of the site', async () => {
    await start();
    const { list } = await sdk.feature.list({ type: { is: 'custom' } });
    expect(list.map(({ feature }) => feature)).toEqual([
      jasmine.objectContaining({
        id: 'reports',
        name: 'Reports',
        status: 'active',
        metered: false,
      }),
    ]);
    expect(list[0]?.feature.levels?.map(({ value, level }) => [value, level])).toEqual([
      ['basic', 0],
      ['detailed', 1],
      ['custom', 2],
    ]);
    expect((await sdk.feature.retrieve('seats')).feature.unit).toBe('seat');
    expect((await rejection(sdk.feature.retrieve('none'))).api_error_code).toBe(
      'resource_not_found',
    );
  });

  it('are listed for each plan and add-on', async () => {
    await start();
    const { list } = await sdk.entitlement.list({
      entity_id: { is: 'growth' },
      feature_id: { is: 'seats' },
    });
    expect(list.map(({ entitlement: { id: _id, ...one } }) => one as object)).toEqual([
      {
        object: 'entitlement',
        entity_id: 'growth',
        entity_type: 'plan',
        feature_id: 'seats',
        feature_name: 'Team seats',
        value: '10',
        name: '10 seats',
      },
    ]);
    const addons = await sdk.entitlement.list({ entity_type: { is: 'addon' } });
    expect(addons.list.map(({ entitlement }) => entitlement.entity_id)).toEqual(['extra-seat']);
    const all = await sdk.entitlement.list({ limit: 5 });
    const rest = await sdk.entitlement.list({ limit: 100, offset: all.next_offset ?? '' });
    const ids = [...all.list, ...rest.list].map(({ entitlement }) => entitlement.id);
    expect(new Set(ids).size).toBe(12);
  });

  it('of a subscription combine those of its plan and add-ons', async () => {
    await start();
    const found = await ofSubscription('juniper-growth');
    expect([...found.keys()].sort()).toEqual(['locations', 'priority-support', 'reports', 'seats']);
    expect(found.get('seats') as object).toEqual({
      object: 'subscription_entitlement',
      subscription_id: 'juniper-growth',
      feature_id: 'seats',
      feature_name: 'Team seats',
      feature_type: 'quantity',
      feature_unit: 'seat',
      value: '11',
      name: '11 seats',
      is_overridden: false,
      is_enabled: true,
    });
    expect(found.get('priority-support')?.name).toBe('Not Available');
    expect((await rejection(ofSubscription('none'))).api_error_code).toBe('resource_not_found');
  });

  it('of a subscription follow its plan', async () => {
    await start();
    emulator.store.subscriptions.changePlan('juniper-growth', {
      item_price_id: 'scale-USD-monthly',
    });
    const found = await ofSubscription('juniper-growth');
    expect(found.get('seats')?.value).toBe('51');
    expect(found.get('locations')?.name).toBe('unlimited locations');
    expect(found.get('priority-support')?.name).toBe('Available');
    expect(found.get('reports')?.value).toBe('custom');
  });

  it('of a subscription are listed in pages, each one once', async () => {
    await start();
    const seen: (string | undefined)[] = [];
    let offset: string | undefined;
    do {
      const answer = await sdk.subscriptionEntitlement.subscriptionEntitlementsForSubscription(
        'juniper-growth',
        { limit: 1, ...(offset ? { offset } : {}) },
      );
      seen.push(...answer.list.map((one) => one.subscription_entitlement.feature_id));
      offset = answer.next_offset;
    } while (offset);
    expect(seen.sort()).toEqual(['locations', 'priority-support', 'reports', 'seats']);
  });

  describe('from a seed', () => {
    const CUSTOM = {
      id: 'level',
      name: 'Level',
      type: 'custom' as const,
      levels: [{ value: 'low', name: 'The low one' }, { value: 'high' }],
    };
    const seed = (plan: object, addon: object, price: object = {}) => ({
      features: [
        CUSTOM,
        { id: 'on', name: 'On' },
        { id: 'count', name: 'Count', type: 'quantity' as const, unit: 'thing' },
        { id: 'most', name: 'Most', type: 'range' as const },
      ],
      items: [
        {
          id: 'tea',
          name: 'Tea',
          entitlements: { ...plan },
          prices: [{ id: 'tea-monthly', name: 'Tea', price: 100, entitlements: { ...price } }],
        },
        {
          id: 'milk',
          name: 'Milk',
          type: 'addon' as const,
          entitlements: { ...addon },
          prices: [{ id: 'milk-monthly', name: 'Milk', price: 10 }],
        },
      ],
      customers: [
        {
          id: 'tea-house',
          subscriptions: [
            {
              id: 'tea-1',
              item_price_id: 'tea-monthly',
              addons: [{ item_price_id: 'milk-monthly', quantity: 3 }],
            },
          ],
        },
      ],
    });

    for (const [what, plan, addon, expected] of [
      ['are there when any item has them', { on: false }, { on: true }, { on: 'true' }],
      ['are not there when no item has them', { on: false }, { on: false }, { on: 'false' }],
      ['add up', { count: 2 }, { count: 3 }, { count: '5' }],
      ['are unlimited when any is', { count: 2 }, { count: 'unlimited' }, { count: 'unlimited' }],
      ['have the greatest of a range', { most: 9 }, { most: 10 }, { most: '10' }],
      ['have the highest level', { level: 'high' }, { level: 'low' }, { level: 'high' }],
    ] as const) {
      it(what, async () => {
        await start({ seed: seed(plan, addon) });
        expect(await valuesOf('tea-1')).toEqual({ ...expected });
      });
    }

    it('of an item price replace those of its item, feature by feature', async () => {
      await start({ seed: seed({ count: 2, on: true }, {}, { count: 7 }) });
      expect(await valuesOf('tea-1')).toEqual({ count: '7', on: 'true' });
      const { list } = await sdk.entitlement.list({ entity_type: { is: 'plan_price' } });
      expect(list.map(({ entitlement }) => entitlement.entity_id)).toEqual(['tea-monthly']);
    });

    it('have names with the number and unit', async () => {
      await start({ seed: seed({ count: 1, most: 4, level: 'low' }, {}) });
      const found = await ofSubscription('tea-1');
      expect(['count', 'most', 'level'].map((id) => found.get(id)?.name)).toEqual([
        '1 thing',
        '4',
        'low',
      ]);
    });

    it('are rejected when the value is not valid, or the feature does not exist', async () => {
      for (const plan of [{ on: 'perhaps' }, { count: 'many' }, { level: 'middle' }, { none: 1 }]) {
        await expectAsync(start({ seed: seed(plan, {}) })).toBeRejectedWithError(
          /is no value of the feature|none not found/,
        );
      }
    });

    it('without items are added to those of the emulator', async () => {
      await start({ seed: { features: [CUSTOM], customers: [] } });
      const { list } = await sdk.feature.list();
      expect(list.map(({ feature }) => feature.id).sort()).toEqual([
        'level',
        'locations',
        'priority-support',
        'reports',
        'seats',
      ]);
    });

    it('are kept by a reset of the emulator', async () => {
      await start({ seed: seed({ count: 2 }, {}) });
      emulator.reset();
      expect(await valuesOf('tea-1')).toEqual({ count: '2' });
    });
  });
});
