import { createRequire } from 'node:module';
import type Chargebee from 'chargebee';
import type { Emulator } from '../src/index.js';
import { closeEmulatorsAfterEach, emulatorForSpec, rejection } from './support.js';

/** The part of the SDK's second generation that is used here; its own types conflict with the third's. */
interface OlderSdk {
  configure(config: Record<string, unknown>): void;
  portal_session: {
    create(params: object): Call<{ portal_session: { id: string; status: string } }>;
    retrieve(id: string): Call<{ portal_session: { id: string } }>;
    logout(id: string): Call<{ portal_session: { status: string } }>;
  };
  customer: {
    list(params: object): Call<{ list: { customer: { id: string } }[] }>;
    update(id: string, params: object): Call<{ customer: { phone?: string } }>;
  };
  hosted_page: {
    manage_payment_sources(params: object): Call<{ hosted_page: { type: string } }>;
  };
  subscription: {
    pause(id: string, params: object): Call<{ subscription: { status: string } }>;
  };
}

interface Call<T> {
  setIdempotencyKey(key: string): Call<T>;
  request(): Promise<T & { isIdempotencyReplayed?: boolean }>;
}

const require = createRequire(import.meta.url);
/** Configured for the whole process, unlike the third generation. */
const olderSdk = require('chargebee-v2') as OlderSdk;
/** The first version of the third generation. The part used here has the same types as the current version. */
const FirstOfThird = require('chargebee-v3-first') as typeof Chargebee;

describe('the second generation of the SDK', () => {
  closeEmulatorsAfterEach();

  beforeEach(async () => {
    const { url } = await emulatorForSpec();
    olderSdk.configure({
      site: 'localhost',
      hostSuffix: '',
      protocol: 'http',
      port: Number(new URL(url).port),
      api_key: 'test_emulator_key',
    });
  });

  it('creates, retrieves and ends portal sessions', async () => {
    const { portal_session } = await olderSdk.portal_session
      .create({ customer: { id: 'juniper-bakery' }, redirect_url: 'http://localhost:4200/' })
      .request();
    expect(portal_session.status).toBe('created');
    const again = await olderSdk.portal_session.retrieve(portal_session.id).request();
    expect(again.portal_session.id).toBe(portal_session.id);
    const ended = await olderSdk.portal_session.logout(portal_session.id).request();
    expect(ended.portal_session.status).toBe('logged_out');
  });

  it('filters customers', async () => {
    const { list } = await olderSdk.customer
      .list({ 'email[is]': 'accounts@harbor-cycles.example', limit: 1 })
      .request();
    expect(list.map(({ customer }) => customer.id)).toEqual(['harbor-cycles']);
  });

  it('updates a customer, creates a hosted page and pauses a subscription', async () => {
    const { customer } = await olderSdk.customer
      .update('harbor-cycles', { phone: '+1 206' })
      .request();
    expect(customer.phone).toBe('+1 206');
    const page = await olderSdk.hosted_page
      .manage_payment_sources({ customer: { id: 'harbor-cycles' } })
      .request();
    expect(page.hosted_page.type).toBe('manage_payment_sources');
    const { subscription } = await olderSdk.subscription
      .pause('juniper-growth', { pause_option: 'immediately' })
      .request();
    expect(subscription.status).toBe('paused');
  });

  it('receives errors in its own format', async () => {
    const create = olderSdk.portal_session.create({ customer: { id: 'nobody' } });
    expect(await rejection(create.request())).toEqual(
      jasmine.objectContaining({
        http_status_code: 404,
        api_error_code: 'resource_not_found',
        type: 'invalid_request',
      }),
    );
  });

  it('receives the same response for the same idempotency key', async () => {
    const create = () =>
      olderSdk.portal_session
        .create({ customer: { id: 'juniper-bakery' } })
        .setIdempotencyKey('click-1')
        .request();
    const first = await create();
    const second = await create();
    expect(second.portal_session).toEqual(first.portal_session);
    expect(second.isIdempotencyReplayed).toBeTruthy();
  });
});

describe('the first version of the SDK’s third generation', () => {
  closeEmulatorsAfterEach();

  let emulator: Emulator;
  let sdk: Chargebee;
  beforeEach(async () => {
    emulator = await emulatorForSpec();
    const config = {
      site: 'localhost',
      hostSuffix: '',
      protocol: 'http',
      port: Number(new URL(emulator.url).port),
      apiKey: 'test_emulator_key',
    } as ConstructorParameters<typeof Chargebee>[0];
    sdk = new FirstOfThird(config);
  });

  it('creates, retrieves, activates and ends portal sessions', async () => {
    const { portal_session } = await sdk.portalSession.create({
      customer: { id: 'juniper-bakery' },
      redirect_url: 'http://localhost:4200/',
    });
    expect(portal_session.status).toBe('created');
    const again = await sdk.portalSession.retrieve(portal_session.id);
    expect(again.portal_session).toEqual(portal_session);
    const ended = await sdk.portalSession.logout(portal_session.id);
    expect(ended.portal_session.status).toBe('logged_out');
    const { id, token } = emulator.store.portalSessions.create({
      customer_id: 'juniper-bakery',
      status: 'not_yet_activated',
    });
    const activated = await sdk.portalSession.activate(id, { token });
    expect(activated.portal_session.status).toBe('activated');
  });

  it('filters customers and pages through lists', async () => {
    const { list } = await sdk.customer.list({ email: { is: 'accounts@harbor-cycles.example' } });
    expect(list.map(({ customer }) => customer.id)).toEqual(['harbor-cycles']);
    const first = await sdk.customer.list({ limit: 4 });
    const second = await sdk.customer.list({ limit: 4, offset: first.next_offset ?? '' });
    expect([first.list.length, second.list.length]).toEqual([4, 3]);
  });

  it('updates a customer, creates a hosted page and pauses a subscription', async () => {
    const { customer } = await sdk.customer.update('harbor-cycles', { phone: '+1 206' });
    expect(customer.phone).toBe('+1 206');
    const { hosted_page } = await sdk.hostedPage.managePaymentSources({
      customer: { id: 'harbor-cycles' },
    });
    expect(hosted_page.type).toBe('manage_payment_sources');
    const { subscription } = await sdk.subscription.pause('juniper-growth', {
      pause_option: 'immediately',
    });
    expect(subscription.status).toBe('paused');
  });

  it('receives errors in the current format', async () => {
    expect(await rejection(sdk.portalSession.create({ customer: { id: 'nobody' } }))).toEqual(
      jasmine.objectContaining({
        http_status_code: 404,
        api_error_code: 'resource_not_found',
        type: 'invalid_request',
        param: 'customer[id]',
      }),
    );
  });

  it('receives the same response for the same idempotency key', async () => {
    const create = () =>
      sdk.portalSession.create(
        { customer: { id: 'juniper-bakery' } },
        { 'chargebee-idempotency-key': 'click-1' },
      );
    const first = await create();
    const second = await create();
    expect(second.portal_session).toEqual(first.portal_session);
    expect(String(second.isIdempotencyReplayed)).toBe('true');
  });
});
