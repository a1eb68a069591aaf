import type Chargebee from 'chargebee';
import type { Emulator } from '../src/index.js';
import { call, closeEmulatorsAfterEach, emulatorForSpec, rejection, sdkFor } from './support.js';
import type { ApiError } from './support.js';

const GROWTH = { item_price_id: 'growth-USD-monthly', quantity: 2 };
const SEATS = { item_price_id: 'extra-seat-USD-monthly' };
const HOUR = 3600;

describe('checkouts', () => {
  closeEmulatorsAfterEach();

  let emulator: Emulator;
  let sdk: Chargebee;
  beforeEach(async () => {
    emulator = await emulatorForSpec();
    // The SDK's validation rejects lists of `subscription_items`.
    sdk = sdkFor(emulator, { enableValidation: false });
  });

  /** Presses a button of a hosted page. */
  const press = (id: string, path: 'checkout' | 'cancel' | 'done', form = '') =>
    fetch(`${emulator.url}/pages/v3/${id}/${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        origin: emulator.url,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: form,
    });
  const newPage = async (
    more: Partial<Parameters<typeof sdk.hostedPage.checkoutNewForItems>[0]> = {},
  ) => {
    const { hosted_page } = await sdk.hostedPage.checkoutNewForItems({
      subscription_items: [GROWTH, SEATS],
      ...more,
    });
    return { ...hosted_page, id: hosted_page.id ?? '' };
  };
  const existingPage = async (
    id: string,
    more: Partial<Parameters<typeof sdk.hostedPage.checkoutExistingForItems>[0]> = {},
  ) => {
    const { hosted_page } = await sdk.hostedPage.checkoutExistingForItems({
      subscription: { id },
      ...more,
    });
    return { ...hosted_page, id: hosted_page.id ?? '' };
  };
  const retrieve = async (id: string) => (await sdk.hostedPage.retrieve(id)).hosted_page;
  const eventsDuring = async (action: () => Promise<unknown>) => {
    const events: string[] = [];
    const stop = emulator.store.events.subscribe(({ type, source, user }) => {
      if (type !== 'hosted_page_changed') events.push(`${type} ${source} ${user ?? ''}`.trim());
    });
    await action();
    stop();
    return events;
  };

  describe('of a new subscription', () => {
    it('have a page, and create nothing until it is completed', async () => {
      const customers = emulator.store.customers.list().length;
      const page = await newPage({ pass_thru_content: '{"campaign":1}' });
      expect(page).toEqual(
        jasmine.objectContaining({
          type: 'checkout_new',
          state: 'created',
          url: `${emulator.url}/pages/v3/${page.id}/`,
          pass_thru_content: '{"campaign":1}',
          content: {},
        }) as never,
      );
      expect(Object.keys(page)).not.toContain('checkout');
      expect(Object.keys(page)).not.toContain('cancel_url');
      expect(emulator.store.customers.list().length).toBe(customers);
    });

    it('create the customer, the subscription and its paid invoice', async () => {
      const page = await newPage({
        subscription: { id: 'tea-growth', po_number: 'PO-1', cf_team: 'north' } as never,
        customer: {
          id: 'tea-house',
          email: 'tea@house.example',
          company: 'Tea House',
          vat_number: 'DE1',
          cf_department: 'sales',
        } as never,
        billing_address: { city: 'Porto', country: 'PT' },
        shipping_address: { city: 'Braga' },
      });
      expect((await (await fetch(page.url ?? '')).text()).includes('tea@house.example')).toBeTrue();
      expect((await retrieve(page.id)).state).toBe('requested');

      await press(page.id, 'checkout');
      const { state, content } = await retrieve(page.id);
      expect(state).toBe('succeeded');
      expect(content.customer).toEqual(
        jasmine.objectContaining({
          id: 'tea-house',
          email: 'tea@house.example',
          company: 'Tea House',
          vat_number: 'DE1',
          cf_department: 'sales',
          card_status: 'valid',
          billing_address: jasmine.objectContaining({ city: 'Porto' }),
        }),
      );
      expect(content.subscription).toEqual(
        jasmine.objectContaining({
          id: 'tea-growth',
          customer_id: 'tea-house',
          status: 'active',
          po_number: 'PO-1',
          cf_team: 'north',
          shipping_address: jasmine.objectContaining({ city: 'Braga' }),
        }),
      );
      expect(content.subscription.subscription_items?.map((item) => item.amount)).toEqual([
        15_800, 900,
      ]);
      expect(content.invoice).toEqual(
        jasmine.objectContaining({ status: 'paid', total: 16_700, subscription_id: 'tea-growth' }),
      );
      expect(content.card.last4).toBe('4242');
      expect((await sdk.subscription.retrieve('tea-growth')).subscription.status).toBe('active');
      expect((await sdk.hostedPage.acknowledge(page.id)).hosted_page.state).toBe('acknowledged');
    });

    it('emit the events of the created resources, with the source hosted_page', async () => {
      const { id } = await newPage({ customer: { id: 'tea-house', email: 'tea@house.example' } });
      const events = await eventsDuring(() => press(id, 'checkout'));
      expect(events).toEqual(
        [
          'customer_created',
          'payment_source_added',
          'card_added',
          'invoice_generated',
          'payment_succeeded',
          'subscription_created',
        ].map((type) => `${type} hosted_page tea@house.example`),
      );
    });

    it('use the existing customer with the id, and the customer’s card', async () => {
      const { id } = await newPage({
        customer: { id: 'juniper-bakery', email: 'other@x.example' },
      });
      await press(id, 'checkout');
      const { content } = await retrieve(id);
      expect(content.customer.email).toBe('billing@juniper-bakery.example');
      expect(content.subscription.customer_id).toBe('juniper-bakery');
      expect(emulator.store.paymentSources.forCustomer('juniper-bakery')).toHaveSize(1);
    });

    it('pay with a test card when the customer’s has expired', async () => {
      const { id } = await newPage({ customer: { id: 'quarry-stone' } });
      await press(id, 'checkout');
      const { content } = await retrieve(id);
      expect(content.invoice.status).toBe('paid');
      expect(content.card.last4).toBe('4242');
      expect(content.customer.primary_payment_source_id).toBe(content.card.payment_source_id);
    });

    it('charge no card when auto collection is off', async () => {
      const { id, url = '' } = await newPage({ subscription: { auto_collection: 'off' } });
      expect(await (await fetch(url)).text()).toContain('No card is charged');
      await press(id, 'checkout');
      const { content } = await retrieve(id);
      expect(content.invoice.status).toBe('payment_due');
      expect(content.card).toBeUndefined();
    });

    it('bill nothing when they begin with a trial', async () => {
      const { id, url = '' } = await newPage({
        subscription: { trial_end: emulator.clock.now() + 10 * 86_400 },
      });
      expect(await (await fetch(url)).text()).toMatch(/First payment[^]*\$167\.00 on/);
      await press(id, 'checkout');
      const { content } = await retrieve(id);
      expect(content.subscription.status).toBe('in_trial');
      expect(content.invoice).toBeUndefined();
    });

    it('store the e-mail address entered on the page', async () => {
      const { id } = await newPage();
      const refused = await press(id, 'checkout', 'email=nonsense');
      expect(refused.status).toBe(422);
      expect(await refused.text()).toContain('Enter an e-mail address.');
      expect((await retrieve(id)).state).toBe('requested');
      await press(id, 'checkout', 'email=tea%40house.example');
      expect((await retrieve(id)).content.customer.email).toBe('tea@house.example');
    });

    it('create one subscription, even if the button is pressed several times', async () => {
      const { id } = await newPage();
      const before = emulator.store.subscriptions.list().length;
      const answers = await Promise.all([press(id, 'checkout'), press(id, 'checkout')]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(emulator.store.subscriptions.list()).toHaveSize(before + 1);
    });

    it('create nothing when they can no longer be completed', async () => {
      const [first, second] = [
        await newPage({ subscription: { id: 'tea-growth' } }),
        await newPage({ subscription: { id: 'tea-growth' }, customer: { id: 'late' } }),
      ];
      await press(first.id, 'checkout');
      const answer = await press(second.id, 'checkout');
      expect(answer.status).toBe(400);
      expect(emulator.store.customers.get('late')).toBeUndefined();
      expect((await retrieve(second.id)).state).toBe('requested');
    });

    it('are rejected at creation when they could never be completed', async () => {
      for (const [input, code, param] of [
        [{ subscription_items: [SEATS] }, 'param_wrong_value', 'subscription_items[item_price_id]'],
        [
          { subscription_items: [{ item_price_id: 'none' }] },
          'resource_not_found',
          'subscription_items[item_price_id][0]',
        ],
        [{ subscription: { id: 'juniper-growth' } }, 'duplicate_entry', 'id'],
        ...[0, -1, 2 ** 31].map((quantity) => [
          { subscription_items: [{ ...GROWTH, quantity }] },
          'param_wrong_value',
          'subscription_items[quantity][0]',
        ]),
        ...[0, 2 ** 31].map((quantity) => [
          { subscription_items: [GROWTH, { ...SEATS, quantity }] },
          'param_wrong_value',
          'subscription_items[quantity]',
        ]),
        [{ redirect_url: 'javascript:alert(1)' }, 'param_wrong_value', 'redirect_url'],
        [{ redirect_url: 'nowhere' }, 'param_wrong_value', 'redirect_url'],
        [{ customer: { email: 'nonsense' } }, 'param_wrong_value', 'customer[email]'],
      ] as [object, string, string][]) {
        const error = await rejection(newPage(input));
        expect([error.api_error_code, error.param]).toEqual([code, param]);
      }
      const unknown = await call(
        emulator,
        'POST',
        '/hosted_pages/checkout_new_for_items',
        'subscription_items[item_price_id][0]=growth-USD-monthly&customer[shoe_size]=43',
      );
      expect(((await unknown.json()) as ApiError).param).toBe('customer[shoe_size]');
      const long = await call(
        emulator,
        'POST',
        '/hosted_pages/checkout_new_for_items',
        `subscription_items[item_price_id][0]=growth-USD-monthly&customer[cf_a]=${'a'.repeat(251)}`,
      );
      expect(((await long.json()) as ApiError).param).toBe('customer[cf_a]');
    });
  });

  describe('of an existing subscription', () => {
    it('change it, and bill the difference', async () => {
      const page = await existingPage('juniper-growth', {
        subscription_items: [{ item_price_id: 'scale-USD-monthly' }],
        replace_items_list: true,
      });
      expect(page.type).toBe('checkout_existing');
      expect(await (await fetch(page.url ?? '')).text()).toContain('>Pay</button>');
      const events = await eventsDuring(() => press(page.id, 'checkout'));
      const { content } = await retrieve(page.id);
      expect(content.subscription.subscription_items?.map((item) => item.item_price_id)).toEqual([
        'scale-USD-monthly',
      ]);
      expect(content.invoice.status).toBe('paid');
      expect(content.customer.id).toBe('juniper-bakery');
      expect(events).toContain('subscription_changed hosted_page billing@juniper-bakery.example');
    });

    it('schedule the change for the end of the term', async () => {
      const page = await existingPage('juniper-growth', {
        subscription_items: [{ item_price_id: 'scale-USD-monthly' }],
        change_option: 'end_of_term',
      });
      expect(await (await fetch(page.url ?? '')).text()).toContain('>Confirm</button>');
      await press(page.id, 'checkout');
      const { content } = await retrieve(page.id);
      expect(content.subscription.has_scheduled_changes).toBeTrue();
      expect(content.invoice).toBeUndefined();
    });

    it('do not change it without items', async () => {
      const { subscription } = await sdk.subscription.retrieve('juniper-growth');
      const { id } = await existingPage('juniper-growth');
      await press(id, 'checkout');
      const { state, content } = await retrieve(id);
      expect(state).toBe('succeeded');
      expect(content.subscription).toEqual(subscription);
      expect(content.invoice).toBeUndefined();
    });

    it('reactivate a cancelled one, unless `reactivate` is false', async () => {
      const kept = await existingPage('cedar-growth', { reactivate: false });
      await press(kept.id, 'checkout');
      expect((await retrieve(kept.id)).content.subscription.status).toBe('cancelled');
      const { id } = await existingPage('cedar-growth');
      await press(id, 'checkout');
      const { content } = await retrieve(id);
      expect(content.subscription.status).toBe('active');
      expect(content.invoice.total).toBe(7900);
    });

    it('replace a card of the subscription that has expired', async () => {
      const { store } = emulator;
      const expired = store.paymentSources.primaryOf('quarry-stone')?.id;
      store.subscriptions.choosePaymentSource('quarry-starter', expired);
      const { id } = await existingPage('quarry-starter', {
        subscription_items: [{ item_price_id: 'scale-USD-monthly' }],
      });
      await press(id, 'checkout');
      const { content } = await retrieve(id);
      expect(content.invoice.status).toBe('paid');
      expect(content.subscription.payment_source_id).toBe(content.card.payment_source_id);
    });

    it('are rejected when the subscription cannot be changed', async () => {
      const scale = { subscription_items: [{ item_price_id: 'scale-USD-monthly' }] };
      for (const [id, code] of [
        ['none', 'resource_not_found'],
        ['cedar-growth', 'invalid_state_for_request'],
      ] as const) {
        expect((await rejection(existingPage(id, scale))).api_error_code).toBe(code);
      }
    });
  });

  describe('when they end', () => {
    const urls = {
      redirect_url: 'https://shop.example/done?a=1',
      cancel_url: 'https://shop.example/no',
    };

    it('redirect to the redirect URL with id and state', async () => {
      const { id } = await newPage(urls);
      const answer = await press(id, 'checkout');
      expect([answer.status, answer.headers.get('location')]).toEqual([
        303,
        `https://shop.example/done?a=1&id=${id}&state=succeeded`,
      ]);
    });

    it('redirect to the cancel URL when they are cancelled, and create nothing', async () => {
      const { id } = await newPage({ ...urls, customer: { id: 'tea-house' } });
      const answer = await press(id, 'cancel');
      expect(answer.headers.get('location')).toBe(
        `https://shop.example/no?id=${id}&state=cancelled`,
      );
      expect((await retrieve(id)).state).toBe('cancelled');
      expect(emulator.store.customers.get('tea-house')).toBeUndefined();
      expect((await press(id, 'checkout')).status).toBe(409);
    });

    it('show that they are cancelled when there is no cancel URL', async () => {
      const { id } = await newPage({ redirect_url: urls.redirect_url });
      const answer = await press(id, 'cancel');
      expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
      expect(await answer.text()).toContain('<h1>Cancelled</h1>');
    });

    it('expire after three hours', async () => {
      const { id, created_at = 0, expires_at } = await newPage();
      expect(expires_at).toBe(created_at + 3 * HOUR);
      emulator.clock.advance(3 * HOUR - 60);
      expect((await fetch(`${emulator.url}/pages/v3/${id}/`)).status).toBe(200);
      emulator.clock.advance(60);
      expect((await press(id, 'checkout')).status).toBe(409);
    });

    it('are deleted with their customer', async () => {
      const { id } = await newPage({ customer: { id: 'tea-house' } });
      await press(id, 'checkout');
      emulator.store.customers.remove('tea-house');
      expect((await rejection(sdk.hostedPage.retrieve(id))).api_error_code).toBe(
        'resource_not_found',
      );
    });
  });

  describe('created with the parameters of catalogue 1.0', () => {
    const post = async (path: string, form: string) => {
      const answer = await call(emulator, 'POST', `/hosted_pages/${path}`, form);
      return (await answer.json()) as { hosted_page: { id: string; type: string } } & ApiError;
    };
    const itemsOf = async (id: string) =>
      (await retrieve(id)).content.subscription.subscription_items?.map((item) => [
        item.item_price_id,
        item.quantity,
      ]);

    it('order the item prices with the ids of plan and add-ons', async () => {
      const { hosted_page } = await post(
        'checkout_new',
        'subscription[plan_id]=growth-USD-monthly&subscription[plan_quantity]=2&customer[email]=tea@house.example' +
          '&addons[id][0]=extra-seat-USD-monthly&addons[quantity][0]=3',
      );
      expect(hosted_page.type).toBe('checkout_new');
      await press(hosted_page.id, 'checkout');
      expect(await itemsOf(hosted_page.id)).toEqual([
        ['growth-USD-monthly', 2],
        ['extra-seat-USD-monthly', 3],
      ]);
    });

    it('change a subscription, or only open its checkout without a plan', async () => {
      const same = await post('checkout_existing', 'subscription[id]=juniper-growth');
      expect(same.hosted_page.type).toBe('checkout_existing');
      await press(same.hosted_page.id, 'checkout');
      expect(await itemsOf(same.hosted_page.id)).toEqual([
        ['growth-USD-monthly', 1],
        ['extra-seat-USD-monthly', 2],
      ]);
      const { hosted_page } = await post(
        'checkout_existing',
        'subscription[id]=juniper-growth&subscription[plan_id]=scale-USD-monthly&replace_addon_list=true',
      );
      await press(hosted_page.id, 'checkout');
      expect(await itemsOf(hosted_page.id)).toEqual([['scale-USD-monthly', 1]]);
    });

    it('are rejected without a plan', async () => {
      const { api_error_code, param } = await post('checkout_new', 'customer[id]=tea');
      expect([api_error_code, param]).toEqual(['param_wrong_value', 'subscription[plan_id]']);
    });
  });

  it('have no pages for payment methods, and those have no checkout', async () => {
    const { id } = await newPage();
    const manage = emulator.store.hostedPages.managePaymentSources({
      customer_id: 'juniper-bakery',
    });
    expect((await fetch(`${emulator.url}/pages/v3/${id}/payment-methods`)).status).toBe(404);
    expect((await press(id, 'done')).status).toBe(404);
    expect((await press(manage.id, 'checkout')).status).toBe(404);
    expect((await retrieve(id)).state).not.toBe('succeeded');
  });

  it('accept only requests from their own pages', async () => {
    const { id } = await newPage();
    const answer = await fetch(`${emulator.url}/pages/v3/${id}/checkout`, {
      method: 'POST',
      headers: { origin: 'https://other.example' },
    });
    expect(answer.status).toBe(403);
  });

  describe('opened by a URL', () => {
    const open = (query: string) =>
      fetch(`${emulator.url}/hosted_pages/checkout?${query}`, { redirect: 'manual' });
    const ITEMS =
      'subscription_items[item_price_id][0]=growth-USD-monthly&subscription_items[quantity][0]=2';

    it('redirect to a new page with the URL’s items and customer', async () => {
      const answer = await open(
        `${ITEMS}&customer[email]=tea%40house.example&subscription[cf_team]=north&coupon_ids[0]=sale&locale=de`,
      );
      const [page] = emulator.store.hostedPages.list();
      expect(answer.status).toBe(303);
      expect(answer.headers.get('location')).toBe(`/pages/v3/${page?.id}/?locale=de`);
      await press(page?.id ?? '', 'checkout');
      const { content } = await retrieve(page?.id ?? '');
      expect(content.customer.email).toBe('tea@house.example');
      expect(content.subscription).toEqual(jasmine.objectContaining({ cf_team: 'north' }));
      expect(content.subscription.subscription_items?.[0]?.quantity).toBe(2);
    });

    it('show the error of an invalid URL', async () => {
      for (const [query, message] of [
        ['', 'subscription_items : cannot be blank'],
        [ITEMS.replace('growth', 'none'), 'none-USD-monthly not found'],
        [`${ITEMS}&shoe_size=43`, 'shoe_size'],
        [`${ITEMS}&customer[id]=juniper-bakery`, 'juniper-bakery is already present'],
      ] as const) {
        const answer = await open(query);
        expect(answer.headers.get('content-type')).toContain('text/html');
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(await answer.text()).toContain(message);
      }
      expect(emulator.store.hostedPages.list()).toEqual([]);
    });

    it('reject parameters without effect in strict mode', async () => {
      emulator = await emulatorForSpec({ strict: true });
      const answer = await open(`${ITEMS}&coupon_ids[0]=sale`);
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain('coupon_ids[0]');
    });
  });
});
