import type Chargebee from 'chargebee';
import type { Emulator } from '../src/index.js';
import { call, closeEmulatorsAfterEach, emulatorForSpec, rejection, sdkFor } from './support.js';
import type { ApiError } from './support.js';

describe('payment sources', () => {
  closeEmulatorsAfterEach();

  let emulator: Emulator;
  let sdk: Chargebee;
  beforeEach(async () => {
    emulator = await emulatorForSpec();
    sdk = sdkFor(emulator);
  });

  const year = new Date().getUTCFullYear() + 2;
  const visa = { number: '4111 1111 1111 1111', expiry_month: 4, expiry_year: year, cvv: '123' };
  const customer = async (id: string) => (await sdk.customer.retrieve(id)).customer;

  it('are added as cards, and the first one becomes primary', async () => {
    const added = await sdk.paymentSource.createCard({ customer_id: 'atlas-freight', card: visa });
    expect(added.payment_source.card).toEqual(
      jasmine.objectContaining({ last4: '1111', iin: '411111', brand: 'visa', expiry_year: year }),
    );
    expect(added.payment_source.status).toBe('valid');
    expect(added.customer.primary_payment_source_id).toBe(added.payment_source.id);
    expect(added.customer.card_status).toBe('valid');
    const second = await sdk.paymentSource.createCard({
      customer_id: 'atlas-freight',
      card: { ...visa, number: '5555555555554444' },
    });
    expect(second.customer.primary_payment_source_id).toBe(added.payment_source.id);
  });

  it('show the primary one as the payment method of the customer', async () => {
    expect((await customer('atlas-freight')).payment_method).toBeUndefined();
    const { payment_source } = await sdk.paymentSource.createCard({
      customer_id: 'atlas-freight',
      card: visa,
    });
    const { type, reference_id, gateway, gateway_account_id, status } = payment_source;
    expect((await customer('atlas-freight')).payment_method as object).toEqual({
      object: 'payment_method',
      type,
      reference_id,
      gateway,
      gateway_account_id,
      status,
    });
    await sdk.paymentSource.delete(payment_source.id);
    expect((await customer('atlas-freight')).payment_method).toBeUndefined();
  });

  it('keep only the last digits of a card', async () => {
    const { payment_source } = await sdk.paymentSource.createCard({
      customer_id: 'atlas-freight',
      card: visa,
    });
    expect(JSON.stringify(emulator.store.snapshot())).not.toContain('4111111111111111');
    expect(payment_source.card?.masked_number).toBe('************1111');
    expect(JSON.stringify(emulator.requests.list())).not.toContain('4111 1111');
  });

  it('have one role at a time, and the backup replaces a removed primary one', async () => {
    const add = () =>
      emulator.store.paymentSources.addCard('harbor-cycles', {
        number: '4242424242424242',
        expiry_month: 1,
        expiry_year: 2090,
      }).id;
    const [first, second] = [add(), add()];
    const roles = async (payment_source_id: string, role: 'primary' | 'backup' | 'none') => {
      const assigned = { payment_source_id, role };
      const { customer } = await sdk.customer.assignPaymentRole('harbor-cycles', assigned);
      return [customer.primary_payment_source_id, customer.backup_payment_source_id];
    };
    const [primary] = await roles(first, 'backup');
    expect(await roles(first, 'backup')).toEqual([primary, first]);
    expect(await roles(first, 'primary')).toEqual([first, undefined]);
    expect(await roles(second, 'backup')).toEqual([first, second]);
    expect(await roles(first, 'none')).toEqual([undefined, second]);
    expect((await sdk.customer.retrieve('harbor-cycles')).customer.card_status).toBe('no_card');
    await roles(primary ?? '', 'primary');
    await roles(first, 'backup');
    await sdk.paymentSource.delete(primary ?? '');
    const { customer } = await sdk.customer.retrieve('harbor-cycles');
    expect(customer.primary_payment_source_id).toBe(first);
    expect(customer.backup_payment_source_id).toBeUndefined();
  });

  it('become primary on request', async () => {
    const added = await sdk.paymentSource.createCard({
      customer_id: 'juniper-bakery',
      replace_primary_payment_source: true,
      card: visa,
    });
    expect(added.customer.primary_payment_source_id).toBe(added.payment_source.id);
    const [, older] = emulator.store.paymentSources.forCustomer('juniper-bakery');
    const back = await sdk.customer.assignPaymentRole('juniper-bakery', {
      payment_source_id: older?.id ?? '',
      role: 'primary',
    });
    expect(back.customer.primary_payment_source_id).toBe(older?.id ?? '');
    expect(back.payment_source.id).toBe(older?.id ?? '');
  });

  it('are never assigned to another customer', async () => {
    const [foreign] = emulator.store.paymentSources.forCustomer('harbor-cycles');
    const error = await rejection(
      sdk.customer.assignPaymentRole('juniper-bakery', {
        payment_source_id: foreign?.id ?? '',
        role: 'primary',
      }),
    );
    expect(error.api_error_code).toBe('invalid_state_for_request');
  });

  it('can be updated except for their number', async () => {
    const [card] = emulator.store.paymentSources.forCustomer('juniper-bakery');
    const changed = await sdk.paymentSource.updateCard(card?.id ?? '', {
      card: { expiry_month: 12, first_name: 'Accounts', billing_zip: '97210' },
    });
    expect(changed.payment_source.card).toEqual(
      jasmine.objectContaining({ last4: '4242', expiry_month: 12, billing_zip: '97210' }),
    );
    expect((await sdk.paymentSource.updateCard(card?.id ?? '')).payment_source.card).toEqual(
      changed.payment_source.card,
    );
    const answer = await call(
      emulator,
      'POST',
      `/payment_sources/${card?.id}/update_card`,
      'card[number]=5555555555554444',
    );
    expect([answer.status, ((await answer.json()) as ApiError).param]).toEqual([
      400,
      'card[number]',
    ]);
  });

  it('are replaced as primary by the next one when they are removed', async () => {
    const primary = (await customer('harbor-cycles')).primary_payment_source_id ?? '';
    const [spare] = emulator.store.paymentSources
      .forCustomer('harbor-cycles')
      .filter(({ id }) => id !== primary);
    emulator.store.subscriptions.choosePaymentSource('harbor-starter', primary);
    const removed = await sdk.paymentSource.delete(primary);
    expect(removed.payment_source.deleted).toBe(true);
    expect(removed.customer.primary_payment_source_id).toBe(spare?.id ?? '');
    expect(
      emulator.store.subscriptions.retrieve('harbor-starter').payment_source_id,
    ).toBeUndefined();
    await sdk.paymentSource.deleteLocal(spare?.id ?? '');
    expect((await customer('harbor-cycles')).card_status).toBe('no_card');
    expect((await rejection(sdk.paymentSource.retrieve(primary))).api_error_code).toBe(
      'resource_not_found',
    );
  });

  it('expire over time', async () => {
    const now = new Date();
    const { payment_source } = await sdk.paymentSource.createCard({
      customer_id: 'atlas-freight',
      card: { ...visa, expiry_month: now.getUTCMonth() + 1, expiry_year: now.getUTCFullYear() },
    });
    expect(payment_source.status).toBe('expiring');
    emulator.clock.advance(40 * 86_400);
    const later = (await sdk.paymentSource.retrieve(payment_source.id)).payment_source;
    expect(later.status).toBe('expired');
    expect((await customer('atlas-freight')).card_status).toBe('expired');
  });

  const rejected: [string, form: string, code: string, param?: string][] = [
    [
      'the declined test number',
      'card[number]=4000000000000002&card[expiry_month]=1&card[expiry_year]=2090',
      'payment_method_verification_failed',
    ],
    [
      'a number that is not a test number',
      'card[number]=4539578763621486&card[expiry_month]=1&card[expiry_year]=2090',
      'param_wrong_value',
      'card[number]',
    ],
    ['no card', '', 'param_wrong_value', 'card[number]'],
    [
      'no number',
      'card[expiry_month]=1&card[expiry_year]=2090',
      'param_wrong_value',
      'card[number]',
    ],
    [
      'an invalid month',
      'card[number]=4111111111111111&card[expiry_month]=13&card[expiry_year]=2090',
      'param_wrong_value',
      'card[expiry_month]',
    ],
    [
      'a month that is not a number',
      'card[number]=4111111111111111&card[expiry_month]=May&card[expiry_year]=2090',
      'param_wrong_value',
      'card[expiry_month]',
    ],
    [
      'a card that has expired',
      'card[number]=4111111111111111&card[expiry_month]=1&card[expiry_year]=2020',
      'param_wrong_value',
      'card[expiry_year]',
    ],
    [
      'a year that is too far ahead',
      'card[number]=4111111111111111&card[expiry_month]=1&card[expiry_year]=99999',
      'param_wrong_value',
      'card[expiry_year]',
    ],
  ];
  for (const [what, form, code, param] of rejected) {
    it(`are rejected for ${what}, and none is added`, async () => {
      const answer = await call(
        emulator,
        'POST',
        '/payment_sources/create_card',
        `customer_id=atlas-freight&${form}`,
      );
      const error = (await answer.json()) as ApiError;
      expect([answer.status, error.api_error_code, error.param]).toEqual([400, code, param]);
      expect(emulator.store.paymentSources.forCustomer('atlas-freight')).toEqual([]);
    });
  }

  it('are rejected for an unknown customer', async () => {
    const error = await rejection(
      sdk.paymentSource.createCard({ customer_id: 'nobody', card: visa }),
    );
    expect([error.api_error_code, error.param]).toEqual(['resource_not_found', 'customer_id']);
  });

  it('are listed by the subscription that they pay for', async () => {
    const { store } = emulator;
    const listed = async (subscription_id: string) =>
      (await sdk.paymentSource.list({ subscription_id })).list.map(
        ({ payment_source }) => payment_source.id,
      );
    const primary = store.paymentSources.primaryOf('harbor-cycles')?.id ?? '';
    const others = store.paymentSources.forCustomer('harbor-cycles');
    const other = others.find(({ id }) => id !== primary)?.id ?? '';
    expect(await listed('harbor-starter')).toEqual([primary]);
    store.subscriptions.choosePaymentSource('harbor-starter', other);
    expect(await listed('harbor-starter')).toEqual([other]);
    expect(await listed('atlas-trial')).toEqual([]);
    expect(await listed('none')).toEqual([]);
  });
});
