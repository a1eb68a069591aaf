import type { SeedInput } from '../src/seed/schema.js';
import { closeEmulatorsAfterEach, emulatorForSpec, postJson, sdkFor } from './support.js';

const DAY = 86_400;

describe('a seed', () => {
  closeEmulatorsAfterEach();

  it('that is rejected leaves the data and the events unchanged', async () => {
    const emulator = await emulatorForSpec();
    await sdkFor(emulator).subscription.cancelForItems('juniper-growth');
    const { store } = emulator;
    const before = { state: store.snapshot(), events: store.events.list() };
    expect(before.events.map(({ type }) => type)).toContain('subscription_cancelled');
    const seed = { customers: [{ id: 'a' }, { id: 'a' }] };
    expect((await postJson(emulator, '/_emulator/seed', seed)).status).toBe(400);
    expect({ state: store.snapshot(), events: store.events.list() }).toEqual(before);
  });

  it('with a subscription of many terms has the invoices of the first terms and of the current one', async () => {
    const seed: SeedInput = {
      items: [
        { id: 'd', name: 'D', prices: [{ id: 'daily', name: 'D', price: 1, period_unit: 'day' }] },
      ],
      customers: [
        { id: 'a', subscriptions: [{ id: 'old', item_price_id: 'daily', started_at: 0 }] },
      ],
    };
    const { store, clock } = await emulatorForSpec({ seed });
    const { current_term_start = 0, current_term_end } = store.subscriptions.retrieve('old');
    expect(current_term_start).toBeLessThanOrEqual(clock.now());
    expect(current_term_end).toBeGreaterThan(clock.now());
    const dates = store.invoices.list().map(({ date }) => date);
    expect([dates.length, dates[0], dates[1]]).toEqual([120, current_term_start, 118 * DAY]);
  });

  it('has the amounts due of unpaid invoices, with and without a card', async () => {
    const emulator = await emulatorForSpec();
    const { store, clock } = emulator;
    const unpaid = (id: string) => ({
      id,
      item_price_id: 'growth-USD-monthly',
      started_at: clock.now() - 95 * DAY,
      last_invoice_unpaid: true,
    });
    const cards = [{ number: '4242424242424242', expiry_month: 1, expiry_year: 2090 }];
    await postJson(emulator, '/_emulator/seed', {
      customers: [
        { id: 'a', subscriptions: [unpaid('without-card')] },
        { id: 'b', cards, subscriptions: [unpaid('with-card')] },
      ],
    });
    // With a card, only the last invoice is unpaid. Without one, no invoice could be paid.
    for (const [id, count] of [
      ['without-card', 4],
      ['with-card', 1],
    ] as const) {
      const { due_invoices_count, total_dues } = store.subscriptions.retrieve(id);
      expect([due_invoices_count, total_dues])
        .withContext(id)
        .toEqual([count, count * 7900]);
    }
  });

  it('has subscriptions that start in the future', async () => {
    const emulator = await emulatorForSpec();
    const { store, clock } = emulator;
    const started_at = clock.now() + 5 * DAY;
    await postJson(emulator, '/_emulator/seed', {
      customers: [
        {
          id: 'a',
          subscriptions: [{ id: 'next', item_price_id: 'growth-USD-monthly', started_at }],
        },
      ],
    });
    const { status, current_term_start, next_billing_at } = store.subscriptions.retrieve('next');
    expect([status, current_term_start, next_billing_at]).toEqual([
      'future',
      undefined,
      started_at,
    ]);
    expect(store.invoices.list()).toEqual([]);
    clock.advance(6 * DAY);
    expect(store.subscriptions.retrieve('next').status).toBe('active');
    expect(store.invoices.list().map(({ date }) => date)).toEqual([started_at]);
  });

  it('with many invoices is applied in seconds, and so are as many renewals', async () => {
    // It takes far longer if each step scans all invoices. CPU time excludes other processes.
    const started = process.cpuUsage();
    const { store, clock } = await emulatorForSpec({
      seed: {
        items: [
          { id: 'd', name: 'D', prices: [{ id: 'd', name: 'D', price: 1, period_unit: 'day' }] },
        ],
        customers: Array.from({ length: 80 }, (_, i) => ({
          id: `customer-${i}`,
          subscriptions: [{ item_price_id: 'd', started_at: 0 }],
        })),
      },
    });
    clock.advance(120 * DAY);
    expect(store.invoices.list().length).toBe(80 * 2 * 120);
    expect(process.cpuUsage(started).user / 1e6)
      .withContext('seconds')
      .toBeLessThan(15);
  }, 300_000);

  it('has add-ons priced for the period of their plan', async () => {
    const seed: SeedInput = {
      customers: [
        {
          id: 'a',
          subscriptions: [
            {
              item_price_id: 'growth-USD-yearly',
              addons: [{ item_price_id: 'extra-seat-USD-monthly', quantity: 2 }],
            },
          ],
        },
      ],
    };
    const { store } = await emulatorForSpec({ seed });
    expect(store.invoices.forCustomer('a').map(({ total }) => total)).toEqual([
      79_000 + 2 * 12 * 900,
    ]);
  });
});
