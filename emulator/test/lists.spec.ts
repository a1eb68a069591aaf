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

  it('have ten entries when nothing is said', async () => {
    const answer = await sdkFor(await emulatorForSpec()).invoice.list();
    expect(answer.list.length).toBe(10);
    expect(answer.next_offset).toBeDefined();
  });

  it('go on after an entry that is there no more', async () => {
    const emulator = await emulatorForSpec();
    const sdk = sdkFor(emulator);
    const first = await sdk.customer.list({ limit: 3 });
    const [, , last] = first.list;
    emulator.store.tables.customers.delete(last?.customer.id ?? '');
    const { list } = await sdk.customer.list({ offset: first.next_offset ?? '' });
    expect(list.length).toBe(4);
  });

  it('are empty after the oldest entry, also when it is there no more', async () => {
    const emulator = await emulatorForSpec();
    const { list } = await sdkFor(emulator).customer.list({ offset: '["1","0"]' });
    expect(list).toEqual([]);
  });

  describe('of what is changed on the way', () => {
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

    /** Goes through a list in pages of two, and does something to each of a page before the next is asked for. */
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

    it('leave none out when what was seen no longer matches', async () => {
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
      it(`have each once when what was seen is removed, ${order}`, async () => {
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

    it('have each once when they are sorted by a time that changes', async () => {
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

  it('are filtered by what the SDK sends', async () => {
    const emulator = await emulatorForSpec();
    emulator.store.customers.create({ id: 'quarry', company: 'Quarry, Inc' });
    // Its own validation takes no lists of enumerations.
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

  it('are filtered by kind, truth, number and time', async () => {
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

  it('are sorted as asked', async () => {
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

  it("hold a customer's own by the paths of older SDKs", async () => {
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

  const orders: [path: string, said: string][] = [
    ['/invoices', 'should be one of date, paid_at, updated_at'],
    ['/hosted_pages', 'should be one of updated_at'],
    ['/customers/harbor-cycles/subscriptions', 'this list cannot be sorted'],
  ];
  for (const [path, said] of orders) {
    it(`say what else they can be sorted by: ${path}`, async () => {
      const emulator = await emulatorForSpec();
      const answer = await call(emulator, 'GET', `${path}?sort_by[asc]=created_at`);
      const { message } = (await answer.json()) as ApiError;
      expect([answer.status, message]).toEqual([400, `sort_by[asc] : ${said}`]);
    });
  }

  const wrong: [string, path: string, param: string][] = [
    ['a filter that there is not', '/customers?colour[is]=red', 'colour'],
    ['a filter without an operator', '/customers?email=a@b.example', 'email'],
    ['an operator that there is not', '/customers?email[like]=a', 'email[like]'],
    ['a value that is no text', '/customers?email[is][deep]=a', 'email[is]'],
    ['a status that there is not', '/subscriptions?status[is]=nonsense', 'status[is]'],
    ['one of several that there is not', '/subscriptions?status[in]=["paused","x"]', 'status[in]'],
    ['a list of nothing', '/subscriptions?status[in]=', 'status[in]'],
    ['a time that is none', '/customers?created_at[after]=soon', 'created_at[after]'],
    ['a range of one', '/invoices?total[between]=[5]', 'total[between]'],
    ['a range that is none', '/invoices?total[between]=[x]', 'total[between]'],
    ['a number that is none', '/invoices?total[gt]=much', 'total[gt]'],
    ['a truth that is none', '/invoices?recurring[is]=perhaps', 'recurring[is]'],
    ['a presence that is none', '/customers?phone[is_present]=maybe', 'phone[is_present]'],
    ['half an offset', '/customers?offset=["1"]', 'offset'],
    ['a limit of 0', '/customers?limit=0', 'limit'],
    ['a limit above 100', '/customers?limit=101', 'limit'],
    ['a limit that is no number', '/customers?limit=all', 'limit'],
    ['an offset of its own making', '/customers?offset=second', 'offset'],
    ['an order by what is no time', '/customers?sort_by[asc]=email', 'sort_by[asc]'],
    ['an order by nothing known', '/customers?sort_by[up]=created_at', 'sort_by[up]'],
  ];
  for (const [what, path, param] of wrong) {
    it(`refuse ${what}`, async () => {
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
