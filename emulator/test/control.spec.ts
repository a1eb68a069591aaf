import type { SeedInput, SeenRequest } from '../src/index.js';
import {
  call,
  closeEmulatorsAfterEach,
  emulatorForSpec,
  postJson,
  RESETS,
  sdkFor,
} from './support.js';

describe('/_emulator', () => {
  closeEmulatorsAfterEach();

  it('shows the site and its URL, and counts the faults and the resources', async () => {
    const { url } = await emulatorForSpec();
    expect(await (await fetch(`${url}/_emulator`)).json()).toEqual(
      jasmine.objectContaining({
        site: 'acme-test',
        url,
        faults: 0,
        counts: jasmine.objectContaining({ customers: 7, subscriptions: 9 }),
      }),
    );
  });

  describe('requests', () => {
    it('are recorded without secrets', async () => {
      const emulator = await emulatorForSpec();
      await sdkFor(emulator).portalSession.create(
        { customer: { id: 'juniper-bakery' } },
        { 'chargebee-idempotency-key': 'click' },
      );
      const { token } = emulator.store.portalSessions.list()[0] ?? {};
      await fetch(`${emulator.url}/portal/access/${token}`, { redirect: 'manual' });
      await call(emulator, 'POST', '/portal_sessions/x/activate', `token=${token}`);
      const seen = (await (
        await fetch(`${emulator.url}/_emulator/requests`)
      ).json()) as SeenRequest[];
      expect(seen.map(({ method, url, status }) => [method, url, status])).toEqual([
        ['POST', '/api/v2/portal_sessions/x/activate', 404],
        ['GET', '/portal/access/***', jasmine.any(Number) as never],
        ['POST', '/api/v2/portal_sessions', 200],
      ]);
      expect(seen[0]?.body).toEqual({ token: '***' });
      expect(seen[2]?.body).toEqual({ customer: { id: 'juniper-bakery' } });
      expect(seen[2]?.headers).toEqual(
        jasmine.objectContaining({
          authorization: '***',
          'chargebee-idempotency-key': 'click',
        }),
      );
      const everything = JSON.stringify(seen);
      expect(everything).not.toContain(token);
      expect(everything).not.toContain(Buffer.from('test_emulator_key:').toString('base64'));
    });

    it('can be filtered by method and path, and cleared', async () => {
      const emulator = await emulatorForSpec();
      await call(emulator, 'GET', '/customers');
      await call(emulator, 'POST', '/portal_sessions', 'customer[id]=juniper-bakery');
      await fetch(`${emulator.url}/idp/users`);
      const pick = async (query: string) =>
        (
          (await (
            await fetch(`${emulator.url}/_emulator/requests?${query}`)
          ).json()) as SeenRequest[]
        ).map(({ url }) => url);
      expect(await pick('method=post')).toEqual(['/api/v2/portal_sessions']);
      expect(await pick('path=/api')).toEqual(['/api/v2/portal_sessions', '/api/v2/customers']);
      expect(await pick('path=/api&method=GET')).toEqual(['/api/v2/customers']);
      await fetch(`${emulator.url}/_emulator/requests`, { method: 'DELETE' });
      expect(await pick('')).toEqual([]);
    });

    it('are truncated to save memory', async () => {
      const emulator = await emulatorForSpec();
      const long = 'x'.repeat(500_000);
      await call(emulator, 'POST', '/customers', `company=${long}`);
      await postJson(emulator, '/idp/token', { users: Array<number>(100_000).fill(1) });
      await call(emulator, 'GET', `/customers?id[is]=${'y'.repeat(8000)}`, undefined, {
        'x-long': 'z'.repeat(4000),
      });
      const seen = JSON.stringify(emulator.requests.list());
      expect(seen.length).toBeLessThan(20_000);
      expect(seen).toContain('… (500000 characters)');
      expect(seen).toContain('*** 200011 characters');
    });

    it('are limited to the last thousand', async () => {
      const { requests } = await emulatorForSpec();
      const request = {
        at: '',
        method: 'GET',
        url: '/',
        headers: {},
        status: 200,
        durationMs: 0,
        replayed: false,
      };
      for (let i = 0; i < 1100; i++) requests.record(request);
      expect(requests.list().length).toBe(1000);
      expect(requests.list()[0]?.id).toBe(1100);
    });

    it('can be subscribed to from code', async () => {
      const emulator = await emulatorForSpec();
      const seen: string[] = [];
      const stop = emulator.requests.subscribe(({ url }) => seen.push(url));
      await call(emulator, 'GET', '/customers');
      stop();
      await call(emulator, 'GET', '/invoices');
      expect(seen).toEqual(['/api/v2/customers']);
    });
  });

  it('rejects filters that a list does not have', async () => {
    const emulator = await emulatorForSpec();
    for (const list of ['requests?url=/api', 'events?type=x', 'webhooks/deliveries?type=x']) {
      const answer = await fetch(`${emulator.url}/_emulator/${list}`);
      expect(answer.status).withContext(list).toBe(400);
    }
  });

  it('creates a session that awaits activation, which no API call does', async () => {
    const emulator = await emulatorForSpec();
    const make = (body: unknown) => postJson(emulator, '/_emulator/portal_sessions', body);
    const made = await make({ customer_id: 'juniper-bakery' });
    expect(made.status).toBe(201);
    const { portal_session } = (await made.json()) as {
      portal_session: { id: string; token: string; status: string };
    };
    expect(portal_session.status).toBe('not_yet_activated');
    const { id, token } = portal_session;
    const activated = await sdkFor(emulator).portalSession.activate(id, { token });
    expect(activated.portal_session.status).toBe('activated');
    expect((await make({ customer_id: 'nobody' })).status).toBe(400);
    expect((await make({})).status).toBe(400);
  });

  it('lists events by Chargebee’s names', async () => {
    const emulator = await emulatorForSpec();
    await sdkFor(emulator).subscription.cancelForItems('juniper-growth');
    const events = (await (await fetch(`${emulator.url}/_emulator/events`)).json()) as object[];
    expect(events).toEqual([
      jasmine.objectContaining({
        type: 'subscription_cancelled',
        customer_id: 'juniper-bakery',
        resource_id: 'juniper-growth',
      }),
    ]);
  });

  it('lists events of a hosted page without its id, which opens it', async () => {
    const emulator = await emulatorForSpec();
    emulator.store.hostedPages.managePaymentSources({ customer_id: 'juniper-bakery' });
    const { id } = emulator.store.hostedPages.list()[0] ?? {};
    emulator.store.hostedPages.open(id ?? '');
    const text = await (await fetch(`${emulator.url}/_emulator/events`)).text();
    expect(text).toContain('hosted_page_changed');
    expect(text).not.toContain(id ?? '');
  });

  it('keeps the last two thousand events', async () => {
    const { store } = await emulatorForSpec();
    for (let i = 0; i < 2100; i++) store.customers.update('juniper-bakery', { phone: String(i) });
    expect(store.events.list().length).toBe(2000);
    expect(store.events.list()[0]?.content.customer?.phone).toBe('2099');
  });

  describe('reset', () => {
    for (const [how, reset] of Object.entries(RESETS)) {
      it(`resets state, clock, faults and requests ${how}`, async () => {
        const emulator = await emulatorForSpec();
        const sdk = sdkFor(emulator);
        await sdk.customer.create({ id: 'new-one' });
        await sdk.subscription.cancelForItems('juniper-growth');
        const { download } = await sdk.invoice.pdf('INV-0001');
        await postJson(emulator, '/_emulator/clock', { advance: 1e6 });
        emulator.faults.add({ route: 'api', status: 500 });
        await reset(emulator);
        expect((await sdk.customer.list({ limit: 100 })).list.length).toBe(7);
        expect((await sdk.subscription.retrieve('juniper-growth')).subscription.status).toBe(
          'active',
        );
        expect((await fetch(download.download_url)).status).toBe(404);
        expect(emulator.clock.offset).toBeCloseTo(0, 5);
        expect(emulator.requests.list().length).toBe(3);
      });
    }

    it('accepts an empty JSON body', async () => {
      const emulator = await emulatorForSpec({ seed: { customers: [] } });
      emulator.store.customers.create({ id: 'new-one' });
      const headers = { 'content-type': 'application/json' };
      const answer = await postJson(emulator, '/_emulator/reset', undefined, headers);
      expect(answer.status).toBe(204);
      expect(emulator.store.customers.list()).toEqual([]);
      const clock = await postJson(emulator, '/_emulator/clock', undefined, headers);
      expect(clock.status).toBe(400);
    });

    it('emits no events, however far it moves the clock', async () => {
      const emulator = await emulatorForSpec();
      emulator.clock.advance(-40 * 86_400);
      emulator.store.subscriptions.create('juniper-bakery', {
        item_price_id: 'growth-USD-monthly',
      });
      const seen: string[] = [];
      emulator.store.events.subscribe(({ type }) => seen.push(type));
      emulator.reset();
      expect(seen).toEqual([]);
    });

    it('restores the seed given at start', async () => {
      const emulator = await emulatorForSpec({ seed: { customers: [{ id: 'only-one' }] } });
      await postJson(emulator, '/_emulator/seed', { customers: [{ id: 'another' }] });
      await postJson(emulator, '/_emulator/reset');
      expect(emulator.store.customers.list().map(({ id }) => id)).toEqual(['only-one']);
    });
  });

  describe('seed', () => {
    it('replaces all data', async () => {
      const emulator = await emulatorForSpec();
      const now = emulator.clock.now();
      const seed: SeedInput = {
        items: [
          {
            id: 'tea',
            name: 'Tea',
            prices: [{ id: 'tea-weekly', name: 'Tea, weekly', price: 500, period_unit: 'week' }],
          },
        ],
        customers: [
          {
            id: 'maple-press',
            company: 'Maple Press',
            cards: [
              { id: 'pm_chosen', number: '4242424242424242', expiry_month: 1, expiry_year: 2090 },
            ],
            subscriptions: [
              { id: 'tea-1', item_price_id: 'tea-weekly', started_at: now - 15 * 86_400 },
            ],
          },
        ],
      };
      expect((await postJson(emulator, '/_emulator/seed', seed)).status).toBe(204);
      const sdk = sdkFor(emulator);
      expect((await sdk.customer.list()).list.map(({ customer }) => customer.id)).toEqual([
        'maple-press',
      ]);
      expect((await sdk.invoice.list()).list.length).toBe(3);
      expect((await sdk.paymentSource.retrieve('pm_chosen')).payment_source.customer_id).toBe(
        'maple-press',
      );
    });

    it('has defaults for every state of a subscription', async () => {
      const emulator = await emulatorForSpec();
      const states = [
        'future',
        'in_trial',
        'active',
        'non_renewing',
        'paused',
        'cancelled',
      ] as const;
      await postJson(emulator, '/_emulator/seed', {
        customers: [
          {
            id: 'a',
            subscriptions: states.map((status) => ({
              status,
              item_price_id: 'growth-USD-monthly',
            })),
          },
          {
            id: 'b',
            subscriptions: [
              { item_price_id: 'growth-USD-monthly', started_at: 0, last_invoice_unpaid: true },
            ],
          },
        ],
      });
      const { store } = emulator;
      expect(
        store.subscriptions
          .forCustomer('a')
          .map(({ status }) => status)
          .sort(),
      ).toEqual([...states].sort());
      expect(store.invoices.forCustomer('b').length).toBeLessThanOrEqual(240);
    });

    const wrong: [string, unknown, expected: string][] = [
      ['no customers', {}, 'customers'],
      ['a customer without an id', { customers: [{}] }, 'customers[0].id'],
      ['an unknown attribute', { customers: [{ id: 'a', colour: 'red' }] }, 'colour'],
      [
        'an unknown plan',
        { customers: [{ id: 'a', subscriptions: [{ item_price_id: 'gold' }] }] },
        'gold not found',
      ],
      [
        'a plan as an add-on',
        {
          customers: [
            {
              id: 'a',
              subscriptions: [
                {
                  item_price_id: 'growth-USD-monthly',
                  addons: [{ item_price_id: 'scale-USD-monthly' }],
                },
              ],
            },
          ],
        },
        'scale-USD-monthly is a plan, not an add-on',
      ],
      [
        'an add-on in another currency than its plan',
        {
          customers: [
            {
              id: 'a',
              subscriptions: [
                {
                  item_price_id: 'growth-EUR-monthly',
                  addons: [{ item_price_id: 'extra-seat-USD-monthly' }],
                },
              ],
            },
          ],
        },
        'extra-seat-USD-monthly is in USD, and growth-EUR-monthly in EUR',
      ],
      [
        'a trial that starts in the future',
        {
          customers: [
            {
              id: 'a',
              subscriptions: [
                {
                  item_price_id: 'growth-USD-monthly',
                  status: 'in_trial',
                  started_at: 4_000_000_000,
                },
              ],
            },
          ],
        },
        'started_at : is in the future, where no subscription is in_trial yet',
      ],
      [
        'a card that is not a test card',
        { customers: [{ id: 'a', cards: [{ number: '1', expiry_month: 1, expiry_year: 2090 }] }] },
        'not a test card',
      ],
      [
        'an invalid country',
        { customers: [{ id: 'a', billing_address: { country: '12' } }] },
        '3166',
      ],
      ['an invalid currency', { customers: [{ id: 'a', preferred_currency_code: '12$' }] }, '4217'],
      [
        'a price in an invalid currency',
        {
          items: [
            {
              id: 'a',
              name: 'A',
              prices: [{ id: 'a', name: 'A', price: 1, currency_code: '12$' }],
            },
          ],
          customers: [],
        },
        '4217',
      ],
      ['an id that cannot be in a path', { customers: [{ id: '..' }] }, 'path'],
      ['the same customer twice', { customers: [{ id: 'a' }, { id: 'a' }] }, 'already present'],
    ];
    for (const [what, seed, expected] of wrong) {
      it(`with ${what} is rejected, and no data is lost`, async () => {
        const emulator = await emulatorForSpec();
        const answer = await postJson(emulator, '/_emulator/seed', seed);
        expect(answer.status).toBe(400);
        expect(((await answer.json()) as { message: string }).message).toContain(expected);
        expect(emulator.store.customers.list().length).toBe(7);
        expect(emulator.store.catalogue.plans('USD').length).toBe(7);
      });
    }
  });

  describe('clock', () => {
    it('is moved, set and reset', async () => {
      const emulator = await emulatorForSpec();
      const move = async (body: object) =>
        (await (await postJson(emulator, '/_emulator/clock', body)).json()) as {
          now: number;
          offset: number;
        };
      expect((await move({ advance: 3600 })).offset).toBe(3600);
      expect((await move({ advance: -600 })).offset).toBe(3000);
      expect((await move({ set: 2_000_000_000 })).now).toBeGreaterThanOrEqual(2_000_000_000);
      expect((await move({ set: '2030-01-01T00:00:00Z' })).now).toBeLessThan(1_893_456_060);
      expect((await move({ reset: true })).offset).toBe(0);
      const read = (await (await fetch(`${emulator.url}/_emulator/clock`)).json()) as {
        iso: string;
      };
      expect(Math.abs(Date.parse(read.iso) - Date.now())).toBeLessThan(60_000);
    });

    it('rejects invalid times', async () => {
      const emulator = await emulatorForSpec();
      for (const body of [
        {},
        { set: 'tomorrow' },
        { advance: 1e12 },
        { set: -1 },
        { set: '2101-01-01T00:00:00Z' },
        { reset: false },
      ]) {
        const answer = await postJson(emulator, '/_emulator/clock', body);
        expect(answer.status).withContext(JSON.stringify(body)).toBe(400);
      }
      expect(emulator.clock.offset).toBe(0);
    });

    it('can be moved up to the year 2100, in any number of steps', async () => {
      const emulator = await emulatorForSpec();
      const fiftyYears = { advance: 50 * 365 * 86_400 };
      expect((await postJson(emulator, '/_emulator/clock', fiftyYears)).status).toBe(200);
      const { offset } = emulator.clock;
      const answer = await postJson(emulator, '/_emulator/clock', fiftyYears);
      expect([answer.status, ((await answer.json()) as { message: string }).message]).toEqual([
        400,
        'The clock goes from the year 1970 to 2100.',
      ]);
      expect(() => emulator.clock.advance(NaN)).toThrowError(RangeError);
      expect(emulator.clock.offset).toBe(offset);
    });

    it('applies due changes', async () => {
      const emulator = await emulatorForSpec();
      await postJson(emulator, '/_emulator/clock', { advance: 10 * 86_400 });
      expect(emulator.store.subscriptions.retrieve('atlas-trial').status).toBe('active');
    });

    it('applies due changes when it is moved from code', async () => {
      const { clock, store } = await emulatorForSpec();
      clock.advance(10 * 86_400);
      expect(store.subscriptions.retrieve('atlas-trial').status).toBe('active');
      expect(store.invoices.forCustomer('atlas-freight').length).toBe(1);
    });
  });

  it('rejects invalid JSON, and says so', async () => {
    const emulator = await emulatorForSpec();
    const answer = await fetch(`${emulator.url}/_emulator/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { message: string }).message).toContain('JSON');
  });
});
