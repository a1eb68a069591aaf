import { call, closeEmulatorsAfterEach, emulatorForSpec, sdkFor } from './support.js';
import type { ApiError } from './support.js';

describe('lists', () => {
  closeEmulatorsAfterEach();

  async function idsOf(path: string): Promise<string[]> {
    const answer = await call(await emulatorForSpec(), 'GET', path);
    if (!answer.ok) throw new Error(await answer.text());
    const { list } = (await answer.json()) as { list: Record<string, { id: string }>[] };
    return list.map((entry) => Object.values(entry)[0]?.id ?? '').sort();
  }

  it('are paged by next_offset, each resource once', async () => {
    const sdk = sdkFor(await emulatorForSpec());
    const seen: string[] = [];
    let offset: string | undefined;
    do {
      const page = await sdk.customer.list({ limit: 3, ...(offset ? { offset } : {}) });
      seen.push(...page.list.map(({ customer }) => customer.id));
      offset = page.next_offset;
    } while (offset);
    expect(seen.length).toBe(7);
    expect(new Set(seen).size).toBe(7);
  });

  it('have ten entries by default', async () => {
    const answer = await sdkFor(await emulatorForSpec()).invoice.list();
    expect(answer.list.length).toBe(10);
    expect(answer.next_offset).toBeDefined();
  });

  it('continue after a deleted entry', async () => {
    const emulator = await emulatorForSpec();
    const sdk = sdkFor(emulator);
    const first = await sdk.customer.list({ limit: 3 });
    const [, , last] = first.list;
    emulator.store.tables.customers.delete(last?.customer.id ?? '');
    const { list } = await sdk.customer.list({ offset: first.next_offset ?? '' });
    expect(list.length).toBe(4);
  });

  it('are empty after the oldest entry, even if it has been deleted', async () => {
    const emulator = await emulatorForSpec();
    const { list } = await sdkFor(emulator).customer.list({ offset: '["1","0"]' });
    expect(list).toEqual([]);
  });

  describe('that change between pages', () => {
    const ids = ['a', 'b,c', 'd"', 'e', 'f', 'g', 'h'];
    const start = () =>
      emulatorForSpec({
        seed: {
          customers: ids.map((id) => ({
            id: `customer ${id}`,
            created_at: 1_700_000_000,
            cards: [{ id, number: '4242424242424242', expiry_month: 1, expiry_year: 2090 }],
            subscriptions: [{ id, item_price_id: 'growth-USD-monthly' }],
          })),
        },
      });

    /** Pages through a list two entries at a time, and calls `act` for each entry before it fetches the next page. */
    async function walk(
      next: (offset: string | undefined) => Promise<{ list: string[]; next_offset?: string }>,
      act: (id: string) => unknown,
    ): Promise<string[]> {
      const seen: string[] = [];
      let offset: string | undefined;
      do {
        const page = await next(offset);
        for (const id of page.list) await act(id);
        seen.push(...page.list);
        offset = page.next_offset;
      } while (offset !== undefined && seen.length < 100);
      return seen;
    }
    const from = (offset: string | undefined) => ({ limit: 2, ...(offset ? { offset } : {}) });

    it('skip no entry when earlier entries no longer match', async () => {
      const sdk = sdkFor(await start());
      const seen = await walk(
        async (offset) => {
          const filter = { status: { is: 'active' }, ...from(offset) };
          const { list, next_offset } = await sdk.subscription.list(filter);
          return {
            list: list.map(({ subscription }) => subscription.id),
            ...(next_offset ? { next_offset } : {}),
          };
        },
        (id) => sdk.subscription.cancelForItems(id),
      );
      expect(seen).toEqual([...ids].reverse());
    });

    for (const [order, expected] of [
      ['asc', ids],
      ['desc', [...ids].reverse()],
    ] as const) {
      it(`contain each entry once when earlier entries are deleted, ${order}`, async () => {
        const emulator = await start();
        const sdk = sdkFor(emulator);
        const seen = await walk(
          async (offset) => {
            const asked = { [`sort_by[${order}]`]: 'created_at', ...from(offset) };
            const { list, next_offset } = await sdk.paymentSource.list(asked);
            return {
              list: list.map(({ payment_source }) => payment_source.id),
              ...(next_offset ? { next_offset } : {}),
            };
          },
          (id) => emulator.store.paymentSources.remove(id),
        );
        expect(seen).toEqual(expected);
      });
    }

    it('contain each entry once when sorted by a time that changes', async () => {
      const emulator = await start();
      const sdk = sdkFor(emulator);
      const seen = await walk(
        async (offset) => {
          const { list, next_offset } = await sdk.customer.list({
            'sort_by[desc]': 'updated_at',
            ...from(offset),
          });
          return {
            list: list.map(({ customer }) => customer.id),
            ...(next_offset ? { next_offset } : {}),
          };
        },
        (id) => {
          emulator.clock.advance(10);
          return emulator.store.customers.update(id, { phone: '1' });
        },
      );
      expect([...seen].sort()).toEqual(ids.map((id) => `customer ${id}`).sort());
    });
  });

  it('are filtered by text', async () => {
    expect(await idsOf('/customers?email[is]=billing@juniper-bakery.example')).toEqual([
      'juniper-bakery',
    ]);
    expect(await idsOf('/customers?company[starts_with]=Har')).toEqual(['harbor-cycles']);
    expect(await idsOf('/customers?id[in]=["harbor-cycles","cedar-clinic","x"]')).toEqual([
      'cedar-clinic',
      'harbor-cycles',
    ]);
    expect(await idsOf('/customers?company[in]=["Juniper Bakery","Quarry, Inc"]')).toEqual([
      'juniper-bakery',
    ]);
    expect(await idsOf('/customers?id[in]=[harbor-cycles,cedar-clinic]')).toEqual([
      'cedar-clinic',
      'harbor-cycles',
    ]);
    expect((await idsOf('/customers?id[not_in]=["harbor-cycles"]')).length).toBe(6);
    expect((await idsOf('/customers?id[is_not]=harbor-cycles')).length).toBe(6);
    expect((await idsOf('/customers?phone[is_present]=true')).length).toBe(2);
    expect((await idsOf('/customers?phone[is_present]=false')).length).toBe(5);
  });

  it('are filtered by the SDK’s filters', async () => {
    const emulator = await emulatorForSpec();
    emulator.store.customers.create({ id: 'quarry', company: 'Quarry, Inc' });
    // The SDK's validation rejects lists of enumeration values.
    const sdk = sdkFor(emulator, { enableValidation: false });
    const companies = { in: ['Quarry, Inc', 'Juniper Bakery'] };
    expect((await sdk.customer.list({ company: companies })).list.length).toBe(2);
    const { list } = await sdk.subscription.list({ status: { in: ['paused', 'transferred'] } });
    expect(list.map(({ subscription }) => subscription.id)).toEqual(['harbor-workshop']);
    const now = emulator.clock.now();
    const recent = { between: [now - 10, now] as [number, number] };
    expect((await sdk.customer.list({ created_at: recent })).list.length).toBe(1);
    const unpaid = await sdk.invoice.list({ paid_at: { is_present: false } });
    expect(unpaid.list.length).toBe(1);
  });

  it('are filtered by enumerations, booleans, numbers and times', async () => {
    expect(await idsOf('/subscriptions?status[is]=paused')).toEqual(['harbor-workshop']);
    expect(await idsOf('/subscriptions?status[in]=["paused","cancelled"]')).toEqual([
      'cedar-growth',
      'harbor-workshop',
    ]);
    expect((await idsOf('/invoices?recurring[is]=true&limit=100')).length).toBe(39);
    expect((await idsOf('/invoices?amount_due[gt]=0')).length).toBe(1);
    expect((await idsOf('/invoices?amount_due[lte]=0&limit=100')).length).toBe(38);
    expect((await idsOf('/invoices?total[between]=[9700,9700]')).length).toBe(9);
    const now = Math.floor(Date.now() / 1000);
    const day = 86_400;
    expect(await idsOf(`/customers?created_at[after]=${now - 50 * day}`)).toEqual([
      'atlas-freight',
    ]);
    expect((await idsOf(`/customers?created_at[before]=${now - 50 * day}`)).length).toBe(6);
    expect(await idsOf(`/customers?created_at[on]=${now - 5 * day}`)).toEqual(['atlas-freight']);
    expect(
      await idsOf(`/customers?created_at[between]=[${now - 100 * day},${now - 50 * day}]`),
    ).toEqual(['delta-robotics']);
  });

  it('are filtered by items, of which one has to match', async () => {
    const all = await idsOf('/subscriptions?limit=100');
    const seats = ['juniper-growth'];
    for (const [filter, expected] of [
      ['item_price_id[is]=extra-seat-USD-monthly', seats],
      ['item_price_id[in]=["extra-seat-USD-monthly","x"]', seats],
      ['item_price_id[is_not]=extra-seat-USD-monthly', all.filter((id) => !seats.includes(id))],
      ['item_price_id[starts_with]=extra', seats],
      ['item_id[is]=extra-seat', seats],
      ['item_id[is]=workshop', ['harbor-workshop']],
      ['item_id[is]=x', []],
      ['has_scheduled_changes[is]=true', ['delta-growth']],
    ] as const) {
      expect(await idsOf(`/subscriptions?limit=100&${filter}`))
        .withContext(filter)
        .toEqual([...expected]);
    }
  });

  it('are sorted', async () => {
    const sdk = sdkFor(await emulatorForSpec());
    const idsBy = async (order: 'asc' | 'desc') =>
      (await sdk.customer.list({ [`sort_by[${order}]`]: 'created_at' })).list.map(
        ({ customer }) => customer.id,
      );
    const ascending = await idsBy('asc');
    expect(ascending[0]).toBe('harbor-cycles');
    expect(ascending.at(-1)).toBe('atlas-freight');
    expect(await idsBy('desc')).toEqual(ascending.reverse());
  });

  it('contain a customer’s own entries at the paths of older SDKs', async () => {
    expect(await idsOf('/customers/harbor-cycles/subscriptions')).toEqual([
      'harbor-starter',
      'harbor-workshop',
    ]);
    expect(await idsOf('/subscriptions?customer_id[is]=harbor-cycles')).toEqual([
      'harbor-starter',
      'harbor-workshop',
    ]);
    expect((await idsOf('/payment_sources?customer_id[is]=harbor-cycles')).length).toBe(2);
  });

  const orders: [path: string, expected: string][] = [
    ['/invoices', 'should be one of date, paid_at, updated_at'],
    ['/hosted_pages', 'should be one of updated_at'],
    ['/customers/harbor-cycles/subscriptions', 'this list cannot be sorted'],
  ];
  for (const [path, expected] of orders) {
    it(`name the attributes that they can be sorted by: ${path}`, async () => {
      const emulator = await emulatorForSpec();
      const answer = await call(emulator, 'GET', `${path}?sort_by[asc]=created_at`);
      const { message } = (await answer.json()) as ApiError;
      expect([answer.status, message]).toEqual([400, `sort_by[asc] : ${expected}`]);
    });
  }

  const sent: [form: string, filter: string, ids: string[]][] = [
    [
      'by PHP and Node',
      'id[in]=["harbor-cycles","cedar-clinic"]',
      ['cedar-clinic', 'harbor-cycles'],
    ],
    ['by Python', `id[in]=['harbor-cycles', 'cedar-clinic']`, ['cedar-clinic', 'harbor-cycles']],
    ['by Python, with a quote', `company[in]=["Dan's Tea", 'x']`, ['dan']],
    ['by Python, with both quotes', `company[in]=['Dan\\'s "T", Ltd', 'x']`, ['tea']],
    ['by Python, excluding', `company[not_in]=['Dan\\'s "T", Ltd']`, ['dan']],
    ['by Python, of an enumeration', `auto_collection[in]=['off', 'on']&id[is]=dan`, ['dan']],
    ['by Python, of times', `created_at[between]=['1700000000', '1700000001']`, ['tea']],
    ['by Java', 'auto_collection[is]=OFF', []],
    ['by Java, as a list', 'auto_collection[in]=["ON"]&id[is]=dan', ['dan']],
    ['by Go', 'created_at[between]=[1700000000,1700000001]', ['tea']],
  ];
  for (const [form, filter, ids] of sent) {
    it(`are filtered by the format sent ${form}`, async () => {
      const seed = {
        customers: [
          { id: 'dan', company: "Dan's Tea", created_at: 1_600_000_000 },
          { id: 'tea', company: `Dan's "T", Ltd`, created_at: 1_700_000_000 },
        ],
      };
      const emulator = await emulatorForSpec(filter.includes('harbor') ? {} : { seed });
      const answer = await call(emulator, 'GET', `/customers?${encodeURI(filter)}`);
      const { list } = (await answer.json()) as { list: { customer: { id: string } }[] };
      expect(list.map(({ customer }) => customer.id).sort()).toEqual(ids);
    });
  }

  it('reject the list format that Chargebee ignores', async () => {
    const answer = await call(
      await emulatorForSpec(),
      'GET',
      '/subscriptions?status[in][0]=paused',
    );
    const { message, param } = (await answer.json()) as ApiError;
    expect([answer.status, param]).toEqual([400, 'status[in]']);
    expect(message).toContain('Chargebee ignores a list sent as [in][0]');
  });

  const wrong: [string, path: string, param: string][] = [
    ['an unknown filter', '/customers?colour[is]=red', 'colour[is]'],
    ['a filter without an operator', '/customers?email=a@b.example', 'email'],
    ['an unknown operator', '/customers?email[like]=a', 'email[like]'],
    ['a value that is not a string', '/customers?email[is][deep]=a', 'email[is]'],
    ['an unknown status', '/subscriptions?status[is]=nonsense', 'status[is]'],
    ['an unknown status in a list', '/subscriptions?status[in]=["paused","x"]', 'status[in]'],
    ['an empty list', '/subscriptions?status[in]=', 'status[in]'],
    ['an invalid time', '/customers?created_at[after]=soon', 'created_at[after]'],
    ['a range of one value', '/invoices?total[between]=[5]', 'total[between]'],
    ['an invalid range', '/invoices?total[between]=[x]', 'total[between]'],
    ['an invalid number', '/invoices?total[gt]=much', 'total[gt]'],
    ['an invalid boolean', '/invoices?recurring[is]=perhaps', 'recurring[is]'],
    ['an invalid is_present value', '/customers?phone[is_present]=maybe', 'phone[is_present]'],
    ['an incomplete offset', '/customers?offset=["1"]', 'offset'],
    ['a limit of 0', '/customers?limit=0', 'limit'],
    ['a limit above 100', '/customers?limit=101', 'limit'],
    ['a limit that is not a number', '/customers?limit=all', 'limit'],
    ['an invented offset', '/customers?offset=second', 'offset'],
    ['an order by an unsupported attribute', '/customers?sort_by[asc]=email', 'sort_by[asc]'],
    ['an unknown sort direction', '/customers?sort_by[up]=created_at', 'sort_by[up]'],
  ];
  for (const [what, path, param] of wrong) {
    it(`reject ${what}`, async () => {
      const answer = await call(await emulatorForSpec(), 'GET', path);
      const error = (await answer.json()) as ApiError;
      expect([answer.status, error.api_error_code, error.param]).toEqual([
        400,
        'param_wrong_value',
        param,
      ]);
    });
  }
});
