import { call, closeEmulatorsAfterEach, emulatorForSpec, rejection, sdkFor } from './support.js';
import type { ApiError } from './support.js';

describe('customers', () => {
  closeEmulatorsAfterEach();

  it('are created with a generated or a given id', async () => {
    const sdk = sdkFor(await emulatorForSpec());
    const made = (
      await sdk.customer.create({
        id: 'maple-press',
        company: 'Maple Press',
        email: 'office@maple-press.example',
        billing_address: { line1: '1 Print Row', city: 'Leeds', country: 'GB' },
        cf_department: 'Books',
      })
    ).customer;
    expect(made).toEqual(
      jasmine.objectContaining({
        id: 'maple-press',
        object: 'customer',
        card_status: 'no_card',
        auto_collection: 'on',
        cf_department: 'Books',
      }),
    );
    expect(made.billing_address?.line1).toBe('1 Print Row');
    const { customer } = await sdk.customer.create({ company: 'Without an id' });
    expect(customer.id.length).toBeGreaterThan(10);
    expect((await sdk.customer.retrieve(customer.id)).customer).toEqual(customer);
  });

  it('have unique ids', async () => {
    const sdk = sdkFor(await emulatorForSpec());
    const error = await rejection(sdk.customer.create({ id: 'juniper-bakery' }));
    expect(error).toEqual(
      jasmine.objectContaining({
        http_status_code: 400,
        api_error_code: 'duplicate_entry',
        param: 'id',
      }),
    );
  });

  it('are updated by attribute, and empty attributes are removed', async () => {
    const emulator = await emulatorForSpec();
    const sdk = sdkFor(emulator);
    await sdk.customer.update('juniper-bakery', { first_name: 'Accounts', locale: 'de' });
    const answer = await call(emulator, 'POST', '/customers/juniper-bakery', 'phone=&locale=fr');
    expect(answer.status).toBe(200);
    const { customer } = await sdk.customer.retrieve('juniper-bakery');
    expect(customer.first_name).toBe('Accounts');
    expect(customer.locale).toBe('fr');
    expect(customer.company).toBe('Juniper Bakery');
    expect('phone' in customer).toBe(false);
  });

  it('have billing details that are updated separately', async () => {
    const sdk = sdkFor(await emulatorForSpec());
    const { customer } = await sdk.customer.updateBillingInfo('harbor-cycles', {
      billing_address: { line1: '2 Dock Street', city: 'Seattle', country: 'US' },
      vat_number: 'US-1',
    });
    expect(customer.billing_address).toEqual(
      jasmine.objectContaining({ line1: '2 Dock Street', city: 'Seattle' }),
    );
    expect(customer.vat_number).toBe('US-1');
  });

  const wrong: [string, form: string, param: string][] = [
    ['an invalid e-mail address', 'email=nobody', 'email'],
    ['an unknown collection state', 'auto_collection=maybe', 'auto_collection'],
    ['an invalid number', 'net_term_days=soon', 'net_term_days'],
    ['an invalid boolean', 'allow_direct_debit=perhaps', 'allow_direct_debit'],
    ['a name that is too long', `first_name=${'x'.repeat(151)}`, 'first_name'],
    ['an invalid currency', 'preferred_currency_code=12$', 'preferred_currency_code'],
    ['an id that cannot be in a path', 'id=..', 'id'],
    ['an unknown attribute', 'colour=red', 'colour'],
    ['a custom field that is too long', `cf_note=${'x'.repeat(251)}`, 'cf_note'],
    ['a custom field that is not a string', 'cf_note[a]=b', 'cf_note'],
    [
      'a country code without exactly two letters',
      'billing_address[country]=Germany',
      'billing_address[country]',
    ],
  ];
  for (const [what, form, param] of wrong) {
    it(`reject ${what}`, async () => {
      const answer = await call(await emulatorForSpec(), 'POST', '/customers', form);
      const error = (await answer.json()) as ApiError;
      expect(answer.status).toBe(400);
      expect([error.api_error_code, error.param]).toEqual(['param_wrong_value', param]);
    });
  }

  it('do not show attributes that only the emulator has', async () => {
    const { customer } = await sdkFor(await emulatorForSpec()).customer.retrieve('juniper-bakery');
    expect('shipping_address' in customer).toBe(false);
  });

  it('are rejected as JSON', async () => {
    const answer = await call(await emulatorForSpec(), 'POST', '/customers', '{}', {
      'content-type': 'application/json',
    });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as ApiError).message).toContain('x-www-form-urlencoded');
  });

  it('are rejected when the body is too large', async () => {
    const answer = await call(await emulatorForSpec(), 'POST', '/customers', 'x'.repeat(2_000_000));
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as ApiError).api_error_code).toBe('invalid_request');
  });

  it('are rejected when the emulator is full, without losing data', async () => {
    const { store } = await emulatorForSpec();
    const [some] = store.customers.list();
    if (!some) throw new Error('The seed has no customers.');
    store.tables.customers.restore(
      Array.from({ length: 20_000 }, (_, i) => ({ ...some, id: `customer-${i}` })),
    );
    expect(() => store.customers.create({ id: 'one-more' })).toThrowMatching(
      (error: { apiErrorCode?: string }) => error.apiErrorCode === 'resource_limit_exceeded',
    );
    expect(store.tables.customers.size).toBe(20_000);
  });

  it('keep metadata and all attributes of an address', async () => {
    const emulator = await emulatorForSpec();
    const sdk = sdkFor(emulator);
    const billing_address = { line1: '1', line2: '2', line3: '3', state_code: 'OR', city: 'Bend' };
    const { customer } = await sdk.customer.create({
      id: 'maple',
      meta_data: { plan: ['a', 1] },
      invoice_notes: 'Thank you',
      billing_address,
    });
    expect(customer.meta_data).toEqual({ plan: ['a', 1] });
    expect(customer.invoice_notes).toBe('Thank you');
    expect(customer.billing_address).toEqual(jasmine.objectContaining(billing_address));
    const wrong = await call(emulator, 'POST', '/customers/maple', 'meta_data=[1');
    expect(((await wrong.json()) as ApiError).param).toBe('meta_data');
    const nested = await call(emulator, 'POST', '/customers/maple', 'meta_data[plan]=a');
    expect(((await nested.json()) as ApiError).message).toContain('should be a JSON object');
    await call(emulator, 'POST', '/customers/maple', 'meta_data=');
    expect('meta_data' in (await sdk.customer.retrieve('maple')).customer).toBeFalse();
  });

  it('are deleted with all their resources, and nothing else', async () => {
    const emulator = await emulatorForSpec();
    const { store } = emulator;
    const sdk = sdkFor(emulator);
    const session = store.portalSessions.create({ customer_id: 'juniper-bakery' });
    const opened = await fetch(session.access_url, { redirect: 'manual' });
    const cookie = opened.headers.getSetCookie()[0] ?? '';
    const page = store.hostedPages.managePaymentSources({ customer_id: 'juniper-bakery' });
    const others = () => ({
      subscriptions: store.subscriptions.list(
        ({ customer_id }) => customer_id !== 'juniper-bakery',
      ),
      invoices: store.invoices.list(({ customer_id }) => customer_id !== 'juniper-bakery').length,
    });
    const before = others();

    const { customer, card } = await sdk.customer.delete('juniper-bakery');
    expect([customer.deleted, card?.last4]).toEqual([true, '4242']);
    for (const retrieveDeleted of [
      () => sdk.customer.retrieve('juniper-bakery'),
      () => sdk.subscription.retrieve('juniper-growth'),
      () => sdk.portalSession.retrieve(session.id),
      () => sdk.hostedPage.retrieve(page.id),
      () => sdk.customer.delete('juniper-bakery'),
    ]) {
      expect((await rejection(retrieveDeleted())).api_error_code).toBe('resource_not_found');
    }
    expect(store.invoices.forCustomer('juniper-bakery')).toEqual([]);
    expect(store.paymentSources.forCustomer('juniper-bakery')).toEqual([]);
    const portal = await fetch(`${emulator.url}/portal/v2/home`, { headers: { cookie } });
    expect(portal.status).toBe(401);
    expect(others()).toEqual(before);
    const [event] = store.events.list();
    expect(event?.type).toBe('customer_deleted');
    expect(event?.content.customer?.deleted).toBeTrue();
    expect(event?.content.subscriptions?.map(({ id }) => id)).toEqual(['juniper-growth']);
    emulator.clock.advance(40 * 86_400);
    expect((await sdk.customer.list({ limit: 100 })).list).toHaveSize(6);
  });
});
