import type Chargebee from 'chargebee';
import type { Emulator } from '../src/index.js';
import { closeEmulatorsAfterEach, emulatorForSpec, rejection, sdkFor } from './support.js';

const DAY = 86_400;

describe('subscription items', () => {
  closeEmulatorsAfterEach();

  let emulator: Emulator;
  let sdk: Chargebee;
  beforeEach(async () => {
    emulator = await emulatorForSpec();
    // The SDK's validation rejects parts of `subscription_items` that its types allow.
    sdk = sdkFor(emulator, { enableValidation: false });
  });

  type Items = readonly { item_price_id: string; quantity?: number }[];
  const create = (customer: string, items: Items, more: object = {}) =>
    sdk.subscription.createWithItems(customer, { subscription_items: [...items], ...more });
  const update = (items: Items, more: object = {}) =>
    sdk.subscription.updateForItems('juniper-growth', { subscription_items: [...items], ...more });
  const idsAndQuantities = (items: { item_price_id: string; quantity?: number }[] = []) =>
    items.map(({ item_price_id, quantity }) => [item_price_id, quantity]);

  const STARTER = { item_price_id: 'starter-USD-monthly' };
  const SEATS = { item_price_id: 'extra-seat-USD-monthly' };

  it('create a subscription that is active and billed immediately', async () => {
    const { subscription, invoice, customer } = await create('harbor-cycles', [
      { ...STARTER, quantity: 2 },
      { ...SEATS, quantity: 3 },
    ]);
    expect(subscription.status).toBe('active');
    expect(customer.id).toBe('harbor-cycles');
    expect(idsAndQuantities(subscription.subscription_items)).toEqual([
      ['starter-USD-monthly', 2],
      ['extra-seat-USD-monthly', 3],
    ]);
    expect(invoice?.total).toBe(2 * 2900 + 3 * 900);
    expect(invoice?.status).toBe('paid');
    const event = emulator.store.events.list().find(({ type }) => type === 'subscription_created');
    expect(event?.resource_id).toBe(subscription.id);
  });

  it('create one with the given id, metadata, custom field, card and shipping address', async () => {
    const [card] = emulator.store.paymentSources.forCustomer('harbor-cycles');
    const { subscription } = await create('harbor-cycles', [STARTER], {
      id: 'own-id',
      meta_data: { team: { seats: 3 } },
      po_number: 'PO-1',
      cf_region: 'North',
      payment_source_id: card?.id,
      shipping_address: { city: 'Porto', line3: 'Yard' },
    });
    expect(subscription).toEqual(
      jasmine.objectContaining({
        id: 'own-id',
        po_number: 'PO-1',
        cf_region: 'North',
        payment_source_id: card?.id,
        meta_data: { team: { seats: 3 } },
        shipping_address: jasmine.objectContaining({ city: 'Porto', line3: 'Yard' }),
      }),
    );
    expect((await sdk.subscription.retrieve('own-id')).subscription).toEqual(subscription);
  });

  it('create one with a trial, which is billed when the trial ends', async () => {
    const trial_end = emulator.clock.now() + 14 * DAY;
    const { subscription, invoice } = await create('harbor-cycles', [STARTER], { trial_end });
    expect([subscription.status, subscription.next_billing_at]).toEqual(['in_trial', trial_end]);
    expect(invoice).toBeUndefined();
    emulator.clock.advance(15 * DAY);
    expect((await sdk.subscription.retrieve(subscription.id)).subscription.status).toBe('active');
    expect(emulator.store.invoices.forSubscription(subscription.id)).toHaveSize(1);
  });

  it('create one that starts later', async () => {
    const start_date = emulator.clock.now() + 5 * DAY;
    const { subscription, invoice } = await create('harbor-cycles', [STARTER], { start_date });
    expect([subscription.status, subscription.next_billing_at]).toEqual(['future', start_date]);
    expect(invoice).toBeUndefined();
    emulator.clock.advance(6 * DAY);
    expect(emulator.store.subscriptions.retrieve(subscription.id).current_term_start).toBe(
      start_date,
    );
  });

  it('charge no card when auto collection is off', async () => {
    const { invoice } = await create('harbor-cycles', [STARTER], { auto_collection: 'off' });
    expect([invoice?.status, invoice?.amount_paid]).toEqual(['not_paid', 0]);
  });

  const rejected: [what: string, customer: string, items: Items, more: object, code: string][] = [
    ['an unknown customer', 'nobody', [STARTER], {}, 'resource_not_found'],
    ['an unknown price', 'harbor-cycles', [{ item_price_id: 'x' }], {}, 'resource_not_found'],
    ['no plan', 'harbor-cycles', [SEATS], {}, 'param_wrong_value'],
    [
      'two plans',
      'harbor-cycles',
      [STARTER, { item_price_id: 'scale-USD-monthly' }],
      {},
      'param_wrong_value',
    ],
    [
      'an add-on in another currency',
      'harbor-cycles',
      [{ item_price_id: 'starter-EUR-monthly' }, SEATS],
      {},
      'param_wrong_value',
    ],
    ['a quantity of 0', 'harbor-cycles', [{ ...STARTER, quantity: 0 }], {}, 'param_wrong_value'],
    ['a start in the past', 'harbor-cycles', [STARTER], { start_date: 1 }, 'param_wrong_value'],
    ['a trial end in the past', 'harbor-cycles', [STARTER], { trial_end: 1 }, 'param_wrong_value'],
    [
      'an id that is in use',
      'harbor-cycles',
      [STARTER],
      { id: 'juniper-growth' },
      'duplicate_entry',
    ],
  ];
  for (const [what, customer, items, more, code] of rejected) {
    it(`create no subscription for ${what}`, async () => {
      const before = emulator.store.subscriptions.list().length;
      expect((await rejection(create(customer, items, more))).api_error_code).toBe(code);
      expect(emulator.store.subscriptions.list()).toHaveSize(before);
    });
  }

  it('are changed individually, and the others stay', async () => {
    const { subscription, invoice } = await update([{ ...SEATS, quantity: 5 }]);
    expect(idsAndQuantities(subscription.subscription_items)).toEqual([
      ['growth-USD-monthly', 1],
      ['extra-seat-USD-monthly', 5],
    ]);
    expect(invoice?.total).toBeGreaterThan(0);
  });

  it('are changed together with the plan', async () => {
    const { subscription } = await update([STARTER, { ...SEATS, quantity: 1 }]);
    expect(idsAndQuantities(subscription.subscription_items)).toEqual([
      ['starter-USD-monthly', 1],
      ['extra-seat-USD-monthly', 1],
    ]);
  });

  it('replace all others with `replace_items_list`', async () => {
    const { subscription } = await update([{ item_price_id: 'growth-USD-monthly' }], {
      replace_items_list: true,
    });
    expect(idsAndQuantities(subscription.subscription_items)).toEqual([['growth-USD-monthly', 1]]);
    const without = update([SEATS], { replace_items_list: true });
    expect((await rejection(without)).api_error_code).toBe('param_wrong_value');
  });

  it('can be scheduled for the end of the term, including add-ons', async () => {
    await update([STARTER, { ...SEATS, quantity: 7 }], { end_of_term: true });
    const now = emulator.store.subscriptions.retrieve('juniper-growth');
    expect(idsAndQuantities(now.subscription_items)[1]).toEqual(['extra-seat-USD-monthly', 2]);
    const { subscription } = await sdk.subscription.retrieveWithScheduledChanges('juniper-growth');
    const scheduled = [
      ['starter-USD-monthly', 1],
      ['extra-seat-USD-monthly', 7],
    ];
    expect(idsAndQuantities(subscription.subscription_items)).toEqual(scheduled);
    emulator.clock.advance(32 * DAY);
    const after = emulator.store.subscriptions.retrieve('juniper-growth');
    expect(idsAndQuantities(after.subscription_items)).toEqual(scheduled);
  });

  it('can be read with their prices', async () => {
    const { list } = await sdk.itemPrice.list({ item_id: { is: 'growth' }, limit: 100 });
    expect(list.map(({ item_price }) => item_price.id).sort()).toEqual([
      'growth-EUR-monthly',
      'growth-EUR-yearly',
      'growth-USD-monthly',
      'growth-USD-yearly',
    ]);
    const { item_price } = await sdk.itemPrice.retrieve('growth-USD-monthly');
    expect([item_price.price, item_price.external_name]).toEqual([7900, 'Growth, monthly']);
    const addons = await sdk.item.list({ type: { is: 'addon' } });
    expect(addons.list.map(({ item }) => item.id)).toEqual(['extra-seat']);
    expect((await sdk.item.retrieve('growth')).item.name).toBe('Growth');
    expect((await rejection(sdk.item.retrieve('x'))).api_error_code).toBe('resource_not_found');
  });
});
