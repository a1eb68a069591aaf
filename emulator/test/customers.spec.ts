import { call, closeEmulatorsAfterEach, emulatorForSpec, rejection, sdkFor } from './support.js';
import type { ApiError } from './support.js';

describe('customers', () => {
  closeEmulatorsAfterEach();

  it('are made with an id of their own or a given one', async () => {
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

  it('have an id only once', async () => {
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

  it('are changed attribute by attribute, and an empty one is removed', async () => {
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

  it('have billing details that are changed by themselves', async () => {
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
    ['an e-mail address that is none', 'email=nobody', 'email'],
    ['a state of collection that there is not', 'auto_collection=maybe', 'auto_collection'],
    ['a number that is none', 'net_term_days=soon', 'net_term_days'],
    ['a truth that is none', 'allow_direct_debit=perhaps', 'allow_direct_debit'],
    ['a name that is too long', `first_name=${'x'.repeat(151)}`, 'first_name'],
    ['a currency that is none', 'preferred_currency_code=12$', 'preferred_currency_code'],
    ['an id that no path can tell', 'id=..', 'id'],
    ['an unknown attribute', 'colour=red', 'colour'],
    ['a custom field that is too long', `cf_note=${'x'.repeat(251)}`, 'cf_note'],
    ['a custom field that is no text', 'cf_note[a]=b', 'cf_note'],
    [
      'a country that is not of two letters',
      'billing_address[country]=Germany',
      'billing_address[country]',
    ],
  ];
  for (const [what, form, param] of wrong) {
    it(`refuse ${what}`, async () => {
      const answer = await call(await emulatorForSpec(), 'POST', '/customers', form);
      const error = (await answer.json()) as ApiError;
      expect(answer.status).toBe(400);
      expect([error.api_error_code, error.param]).toEqual(['param_wrong_value', param]);
    });
  }

  it('do not show what only the emulator keeps of them', async () => {
    const { customer } = await sdkFor(await emulatorForSpec()).customer.retrieve('juniper-bakery');
    expect('shipping_address' in customer).toBe(false);
  });

  it('are refused as JSON', async () => {
    const answer = await call(await emulatorForSpec(), 'POST', '/customers', '{}', {
      'content-type': 'application/json',
    });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as ApiError).message).toContain('x-www-form-urlencoded');
  });

  it('are refused when the body is too large to be one', async () => {
    const answer = await call(await emulatorForSpec(), 'POST', '/customers', 'x'.repeat(2_000_000));
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as ApiError).api_error_code).toBe('invalid_request');
  });

  it('are refused beyond what the emulator holds, and nothing is lost', async () => {
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
});
