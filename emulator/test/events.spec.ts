import { EVENT_CONTENT } from '../src/store/event-types.js';
import type { ChargebeeEventType, ContentName } from '../src/store/event-types.js';
import { EVENT_SOURCE, EVENT_TYPE, WEBHOOK_STATUS } from '../src/api/enumerations.js';
import type { Emulator } from '../src/index.js';
import { loadSdkTypes } from './sdk-types.js';
import type { SdkTypes } from './sdk-types.js';
import { call, closeEmulatorsAfterEach, emulatorForSpec, rejection, sdkFor } from './support.js';
import { closeReceiversAfterEach, Receiver } from './webhook-receiver.js';

const DAY = 86_400;
const TYPES = Object.keys(EVENT_CONTENT) as ChargebeeEventType[];

/** Returns the name of the SDK's type for an event's content. */
const contentType = (type: string): string =>
  `${type.replace(/(^|_)(.)/g, (_all, _line, letter: string) => letter.toUpperCase())}Content`;

/** Resources that an event contains only if they exist. */
const OPTIONAL = ['card', 'invoice', 'credit_note', 'unbilled_charge', 'advance_invoice_schedule'];

/** Triggers every event that the emulator emits. */
async function triggerAllEvents(emulator: Emulator): Promise<void> {
  const sdk = sdkFor(emulator, { enableValidation: false });
  const { store, clock } = emulator;
  const now = new Date(clock.nowMs());
  await sdk.customer.create({ id: 'new-one', email: 'new@one.example' });
  await sdk.customer.update('new-one', { phone: '1' });
  store.customers.updateShippingAddress('juniper-bakery', { line1: 'Somewhere else' });
  const addCard = async (expiry_month: number, expiry_year: number) => {
    const card = { number: '4242424242424242', expiry_month, expiry_year, cvv: '100' };
    const answer = await sdk.paymentSource.createCard({ customer_id: 'new-one', card });
    return answer.payment_source.id;
  };
  const first = await addCard(1, 2090);
  await sdk.paymentSource.updateCard(first, { card: { expiry_month: 2 } });
  await sdk.paymentSource.delete(await addCard(1, 2090));
  await sdk.paymentSource.deleteLocal(await addCard(1, 2090));
  // The card expires in two months.
  const later = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 2, 1));
  await addCard(later.getUTCMonth() + 1, later.getUTCFullYear());
  const { id } = store.subscriptions.create('new-one', { item_price_id: 'growth-USD-monthly' });
  const change = (item_price_id: string, end_of_term = false) =>
    sdk.subscription.updateForItems(id, { subscription_items: [{ item_price_id }], end_of_term });
  await change('scale-USD-monthly');
  await change('starter-USD-monthly', true);
  await sdk.subscription.removeScheduledChanges(id);
  await sdk.subscription.pause(id, { pause_option: 'end_of_term' });
  await sdk.subscription.removeScheduledPause(id);
  await sdk.subscription.pause(id, { pause_option: 'immediately' });
  await sdk.subscription.resume(id, {
    resume_option: 'specific_date',
    resume_date: clock.now() + 5 * DAY,
  });
  await sdk.subscription.removeScheduledResumption(id);
  await sdk.subscription.resume(id, { resume_option: 'immediately' });
  await sdk.subscription.cancelForItems(id, { end_of_term: true });
  await sdk.subscription.removeScheduledCancellation(id);
  await sdk.subscription.cancelForItems(id);
  await sdk.subscription.reactivate(id);
  // The last invoice is unpaid, so a cheaper plan reduces it.
  store.paymentSources.addCard('quarry-stone', {
    number: '4242424242424242',
    expiry_month: 1,
    expiry_year: 2090,
  });
  store.subscriptions.changePlan('quarry-starter', { item_price_id: 'starter-USD-yearly' });
  for (let month = 0; month < 4; month++) clock.advance(31 * DAY);
  await sdk.customer.delete('new-one');
}

describe('events', () => {
  closeReceiversAfterEach();
  closeEmulatorsAfterEach();

  let types: SdkTypes;
  beforeAll(() => {
    types = loadSdkTypes(['Event', ...TYPES.map(contentType)]);
  }, 120_000);

  it('are emitted for every change, and match the SDK’s types', async () => {
    const receiver = await Receiver.start();
    const emulator = await emulatorForSpec({ webhooks: [receiver.url] });
    await triggerAllEvents(emulator);
    await emulator.webhooks.flush({ timeout: 30_000 });
    const events = receiver.requests.map(({ event }) => event);
    expect([...new Set(events.map(({ event_type }) => event_type))].sort()).toEqual(
      TYPES.slice().sort(),
    );
    const found = events.flatMap((event) => {
      const { content, ...envelope } = event;
      const names: readonly ContentName[] = EVENT_CONTENT[event.event_type as ChargebeeEventType];
      const missing = names
        .map((name) => (name === 'subscriptions' ? 'subscription' : name))
        .filter((name) => !(name in content) && !OPTIONAL.includes(name));
      return [
        ...types.errorsOf('Event', envelope, ['content']),
        ...types.errorsOf(contentType(event.event_type), content, OPTIONAL),
        ...missing.map((name) => `${event.event_type} has no ${name}`),
      ];
    });
    expect([...new Set(found)]).toEqual([]);
  }, 60_000);

  it('are reported when they do not match the SDK’s types', () => {
    const faults = types.errorsOf('CustomerCreatedContent', {
      customer: { id: 1, auto_collection: 'maybe', colour: 'red' },
    });
    for (const fault of [
      'CustomerCreatedContent.customer.id is no string',
      'CustomerCreatedContent.customer.colour is not known',
      'CustomerCreatedContent.customer.created_at is missing',
      'CustomerCreatedContent.card is missing',
    ]) {
      expect(faults).toContain(fault);
    }
    expect(faults.join()).toContain('auto_collection is "maybe"');
  });

  it('contain the resources as they were after the change and in the API’s response', async () => {
    const emulator = await emulatorForSpec();
    const sdk = sdkFor(emulator, { enableValidation: false });
    const { subscription } = await sdk.subscription.cancelForItems('juniper-growth');
    await sdk.subscription.reactivate('juniper-growth');
    const { list } = await sdk.event.list({ event_type: { is: 'subscription_cancelled' } });
    expect(list[0]?.event.content.subscription as object).toEqual(subscription);
    const { invoice, subscription: after } =
      emulator.store.events.list().find(({ type }) => type === 'subscription_reactivated')
        ?.content ?? {};
    expect(invoice).toEqual(emulator.store.invoices.forSubscription('juniper-growth')[0]);
    expect(after).toEqual(emulator.store.subscriptions.retrieve('juniper-growth'));
  });

  it('contain the source and the user of a change', async () => {
    const emulator = await emulatorForSpec();
    const { store } = emulator;
    await sdkFor(emulator).customer.update('juniper-bakery', { phone: '1' });
    const portal = await browserAt(
      emulator,
      store.portalSessions.create({ customer_id: 'juniper-bakery' }).access_url,
    );
    await portal('/portal/v2/subscriptions/juniper-growth/pause', { when: 'end_of_term' });
    const page = store.hostedPages.managePaymentSources({ customer_id: 'juniper-bakery' });
    await (
      await browserAt(emulator, page.url)
    )(`/pages/v3/${page.id}/payment-methods/add`, {
      number: '4242424242424242',
      expiry_month: '1',
      expiry_year: '2090',
      cvv: '100',
    });
    emulator.clock.advance(400 * DAY);
    store.customers.update('atlas-freight', { phone: '1' });
    const seen = store.events.list().map(({ type, source, user }) => [type, source, user]);
    const user = 'billing@juniper-bakery.example';
    expect(seen).toContain(['customer_changed', 'api', 'full_access_key_v1']);
    expect(seen).toContain(['subscription_pause_scheduled', 'portal', user]);
    expect(seen).toContain(['payment_source_added', 'hosted_page', user]);
    expect(seen).toContain(['subscription_paused', 'scheduled_job', undefined]);
    expect(seen[0]).toEqual(['customer_changed', 'admin_console', undefined]);
  });

  it('are listed with Chargebee’s filters, latest first', async () => {
    const emulator = await emulatorForSpec();
    const sdk = sdkFor(emulator, { enableValidation: false });
    const start = emulator.clock.now();
    await sdk.subscription.cancelForItems('juniper-growth');
    emulator.clock.advance(60);
    await sdk.subscription.reactivate('juniper-growth');
    emulator.store.portalSessions.create({ customer_id: 'juniper-bakery' });
    const list = async (input: Parameters<typeof sdk.event.list>[0]) =>
      (await sdk.event.list(input)).list.map(({ event }) => event.event_type as string);
    const all = await list({});
    expect(all.at(-1)).toBe('subscription_cancelled');
    expect(all).toHaveSize(4);
    expect(await list({ 'sort_by[asc]': 'occurred_at' })).toEqual(all.slice().reverse());
    expect(
      await list({ event_type: { in: ['subscription_cancelled', 'customer_created'] } }),
    ).toEqual(['subscription_cancelled']);
    expect(await list({ source: { is: 'scheduled_job' } })).toEqual([]);
    expect(await list({ source: { is_not: 'scheduled_job' } })).toEqual(all);
    expect(await list({ webhook_status: { is: 'not_configured' } })).toEqual(all);
    expect(await list({ occurred_at: { before: start + 30 } })).toEqual(['subscription_cancelled']);
    const form = `/events?start_time=${start + 30}&limit=2`;
    const page = (await (await call(emulator, 'GET', form)).json()) as {
      list: { event: { id: string } }[];
      next_offset: string;
    };
    expect(page.list).toHaveSize(2);
    const rest = await sdk.event.list({ start_time: start + 30, offset: page.next_offset });
    expect(rest.list).toHaveSize(1);
    expect(rest.next_offset).toBeUndefined();
    const id = page.list[0]?.event.id ?? '';
    expect(await list({ id: { is: id } })).toEqual([all[0] ?? '']);
    expect((await rejection(sdk.event.retrieve('nothing'))).api_error_code).toBe(
      'resource_not_found',
    );
    const logged = emulator.store.events.list()[0];
    expect(logged?.type).toBe('portal_session_created');
    await expectAsync(sdk.event.retrieve(logged?.id ?? '')).toBeRejected();
  });

  it('can be filtered by all of Chargebee’s event types', async () => {
    const { ListEventBodySchema } = (await import(
      new URL('../../node_modules/chargebee/esm/schema/event.schema.js', import.meta.url).href
    )) as { ListEventBodySchema: { shape: Record<string, Unwrapped> } };
    const valuesOf = (name: string) =>
      ListEventBodySchema.shape[name]?.unwrap().shape.is?.unwrap().options.slice().sort();
    expect(valuesOf('event_type')).toEqual(EVENT_TYPE.slice().sort());
    expect(valuesOf('source')).toEqual(EVENT_SOURCE.slice().sort());
    expect(valuesOf('webhook_status')).toEqual(WEBHOOK_STATUS.slice().sort());
  });

  it('have a new resource version for every change, even within a millisecond', async () => {
    const { store, clock } = await emulatorForSpec();
    const versions = Array.from({ length: 50 }, (_, i) => {
      if (i === 25) clock.advance(-3600);
      return store.customers.update('juniper-bakery', { phone: String(i) }).resource_version ?? 0;
    });
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  });

  it('contain the transaction of a payment, even of a failed one', async () => {
    const emulator = await emulatorForSpec();
    emulator.clock.advance(35 * DAY);
    const { list } = await sdkFor(emulator).event.list({ event_type: { is: 'payment_failed' } });
    const content = list.find(({ event }) => event.content.customer.id === 'quarry-stone')?.event
      .content;
    expect(content?.transaction.status).toBe('failure');
    expect(content?.invoice.status).toBe('not_paid');
    expect(content?.transaction.linked_invoices?.[0]?.invoice_id).toBe(content?.invoice.id ?? '');
    expect(content?.invoice.linked_payments?.[0]?.txn_id).toBe(content?.transaction.id ?? '');
  });
});

interface Unwrapped {
  unwrap(): { shape: Record<string, { unwrap(): { options: string[] } }> };
}

/** Opens a page as a browser does. Returns a function that submits its forms. */
async function browserAt({ url }: Emulator, start: string) {
  const opened = await fetch(start, { redirect: 'manual' });
  const cookie = opened.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  return async (path: string, fields: Record<string, string>) => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams(fields),
      headers: { origin: url, cookie },
    });
    if (answer.status !== 303) throw new Error(`${path} answered ${answer.status}`);
  };
}
