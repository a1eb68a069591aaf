import type { SeenRequest } from '../src/recorder/index.js';
import { call, closeEmulatorsAfterEach, emulatorForSpec } from './support.js';
import type { ApiError } from './support.js';

const HEADER = 'x-chargebee-emulator-ignored-parameters';

describe('an ignored Chargebee parameter', () => {
  closeEmulatorsAfterEach();

  const calls: [method: string, path: string, parameters: string, ignored: string][] = [
    ['POST', '/customers', 'id=a&entity_code=x&first_name=Ada', 'entity_code'],
    ['POST', '/customers', 'id=a&card[gateway]=stripe', 'card[gateway]'],
    // Parameters of any JSON, which the SDK's schemas describe as objects without members.
    [
      'POST',
      '/payment_sources/create_card',
      'customer_id=juniper-bakery&card[number]=4242424242424242&card[expiry_month]=12&card[expiry_year]=2090&card[additional_information]={}',
      'card[additional_information]',
    ],
    ['GET', '/subscriptions', 'cancel_reason[is]=not_paid&limit=1', 'cancel_reason[is]'],
    [
      'POST',
      '/subscriptions/juniper-growth/update_for_items',
      'prorate=false&invoice_immediately=true&subscription_items[item_price_id][0]=scale-USD-monthly&subscription_items[unit_price][0]=5',
      'subscription_items[unit_price][0], prorate, invoice_immediately',
    ],
    [
      'POST',
      '/subscriptions/juniper-growth/cancel_for_items',
      'credit_option_for_current_term_charges=prorate',
      'credit_option_for_current_term_charges',
    ],
  ];
  for (const [method, path, parameters, ignored] of calls) {
    const send = async (options: { strict?: boolean } = {}) => {
      const emulator = await emulatorForSpec(options);
      const answer = await (method === 'POST'
        ? call(emulator, method, path, parameters)
        : call(emulator, method, `${path}?${parameters}`));
      return { emulator, answer, body: (await answer.json()) as ApiError };
    };

    it(`is named in a header and in the log: ${ignored}`, async () => {
      const { emulator, answer, body } = await send();
      expect([answer.status, answer.headers.get(HEADER)]).toEqual([200, ignored]);
      expect(body.message).toBeUndefined();
      const log = (await (
        await fetch(`${emulator.url}/_emulator/requests`)
      ).json()) as SeenRequest[];
      expect(log[0]?.ignored?.join(', ')).toBe(ignored);
    });

    it(`is rejected in strict mode: ${ignored}`, async () => {
      const { answer, body } = await send({ strict: true });
      expect([answer.status, body.api_error_code]).toEqual([400, 'param_wrong_value']);
      expect(ignored.split(', ')).toContain(body.param ?? '');
      expect(body.message).toContain('strict mode');
    });
  }

  it('does not hide errors of other parameters', async () => {
    const emulator = await emulatorForSpec();
    const customers = emulator.store.customers.list().length;
    const paramOf = async (form: string) =>
      ((await (await call(emulator, 'POST', '/customers', form)).json()) as ApiError).param;
    expect(await paramOf('entity_code=x&email=nowhere')).toBe('email');
    expect(await paramOf('entity_code=x&colour=red')).toBe('colour');
    expect(await paramOf('card[colour]=red')).toBe('card[colour]');
    expect(emulator.store.customers.list().length).toBe(customers);
  });

  it('adds no header when nothing is ignored', async () => {
    const answer = await call(await emulatorForSpec(), 'POST', '/customers', 'first_name=Ada');
    expect(answer.headers.get(HEADER)).toBeNull();
  });
});
