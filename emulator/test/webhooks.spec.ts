import type { Emulator, StartOptions } from '../src/index.js';
import {
  closeEmulatorsAfterEach,
  emulatorForSpec,
  postJson,
  RESETS,
  sdkFor,
  waitForDelivery,
} from './support.js';
import { closeReceiversAfterEach, Receiver } from './webhook-receiver.js';

/** 2, 6 and 30 minutes, 1 and 5 hours, 1 and 2 days, as in Chargebee's documentation. */
const PAUSES = [120, 360, 1800, 3600, 18_000, 86_400, 172_800];

describe('webhooks', () => {
  closeReceiversAfterEach();
  closeEmulatorsAfterEach();

  let receiver: Receiver;
  beforeEach(async () => (receiver = await Receiver.start()));

  const start = (options: StartOptions = {}): Promise<Emulator> =>
    emulatorForSpec({ webhooks: [receiver.url], ...options });

  const cancel = (emulator: Emulator) =>
    sdkFor(emulator, { enableValidation: false }).subscription.cancelForItems('juniper-growth');

  it('receive each event as JSON, as the API lists it', async () => {
    const emulator = await start();
    const { subscription } = await cancel(emulator);
    await waitForDelivery(emulator, 'subscription_cancelled');

    expect(receiver.requests).toHaveSize(1);
    const [request] = receiver.requests;
    expect(request?.method).toBe('POST');
    expect(request?.headers['content-type']).toBe('application/json');
    expect(request?.headers.authorization).toBeUndefined();
    expect(request?.event).toEqual(
      jasmine.objectContaining({
        id: jasmine.stringMatching(/^ev_/),
        object: 'event',
        api_version: 'v2',
        event_type: 'subscription_cancelled',
        source: 'api',
        user: 'full_access_key_v1',
        webhook_status: 'scheduled',
        webhooks: [
          {
            id: jasmine.stringMatching(/^whv2_/),
            webhook_status: 'scheduled',
            object: 'webhook',
          },
        ],
      }),
    );
    expect(request?.event.content.subscription).toEqual({ ...subscription });
    const { event } = await sdkFor(emulator, { enableValidation: false }).event.retrieve(
      request?.event.id ?? '',
    );
    expect(event.webhook_status).toBe('succeeded');
    expect(event.webhooks?.map(({ webhook_status }) => webhook_status)).toEqual(['succeeded']);
    expect(event.content as object).toEqual(request?.event.content ?? {});
  });

  it('receive the user name and password of their URL', async () => {
    const withPassword = receiver.url.replace('http://', 'http://ada:s%40cret@');
    const emulator = await start({ webhooks: [withPassword] });
    await cancel(emulator);
    await emulator.webhooks.flush();
    const expected = `Basic ${Buffer.from('ada:s@cret').toString('base64')}`;
    expect(receiver.requests.map(({ headers }) => headers.authorization)).toEqual([expected]);
    expect(receiver.requests[0]?.url).toBe('/hooks');
  });

  it('receive no events for a seed or for portal sessions', async () => {
    const emulator = await start();
    await postJson(emulator, '/_emulator/seed', {
      customers: [
        {
          id: 'tea-house',
          cards: [{ number: '4242424242424242', expiry_month: 1, expiry_year: 2090 }],
          subscriptions: [{ item_price_id: 'growth-USD-monthly' }],
        },
      ],
    });
    await sdkFor(emulator, { enableValidation: false }).portalSession.create({
      customer: { id: 'tea-house' },
    });
    await emulator.webhooks.flush();
    expect(receiver.types()).toEqual([]);
  });

  describe('that fail', () => {
    it('are retried with Chargebee’s number and delays', async () => {
      receiver.answerWith(500, 'no');
      const emulator = await start();
      await cancel(emulator);
      await emulator.webhooks.flush();
      for (const [made, pause] of PAUSES.entries()) {
        const [delivery] = emulator.webhooks.list();
        expect(delivery?.status).toBe('re_scheduled');
        expect(receiver.requests).toHaveSize(made + 1);
        const wait = (delivery?.next_attempt_at ?? 0) - emulator.clock.nowMs();
        expect(Math.round(wait / 1000)).toBe(pause);
        emulator.clock.advance(pause + 1);
        await emulator.webhooks.flush();
      }
      const of = emulator.webhooks.list({ event_type: 'subscription_cancelled' })[0];
      expect(of?.status).toBe('failed');
      expect(of?.attempts).toHaveSize(8);
      expect(of?.attempts[0]).toEqual(jasmine.objectContaining({ status: 500, body: 'no' }));
      emulator.clock.advance(100 * 86_400);
      await emulator.webhooks.flush();
      const ids = receiver.requests.map(({ event }) => event.id);
      expect(ids.filter((id) => id === of?.event_id)).toHaveSize(8);
      const { event } = await sdkFor(emulator, { enableValidation: false }).event.retrieve(
        of?.event_id ?? '',
      );
      expect(event.webhook_status).toBe('failed');
      expect(event.webhook_failure_reason).toBe('HTTP 500');
    });

    it('are retried with configured delays, without moving the clock', async () => {
      receiver.answerWith(503);
      const emulator = await start({ webhookRetryDelays: [0, 1] });
      await cancel(emulator);
      await waitForDelivery(emulator, { status: 'failed' });
      expect(receiver.requests).toHaveSize(3);
    });

    it('do not wait for days when the clock is moved back', async () => {
      receiver.answerWith(500);
      const emulator = await start({ webhookRetryDelays: [1] });
      emulator.clock.advance(10 * 86_400);
      await emulator.webhooks.flush();
      receiver.requests.length = 0;
      await cancel(emulator);
      await emulator.webhooks.flush();
      emulator.clock.reset();
      receiver.answerWith(200);
      await waitForDelivery(emulator, 'subscription_cancelled');
      const sent = receiver.types().filter((type) => type === 'subscription_cancelled');
      expect(sent).toHaveSize(2);
    });

    it('do not delay later events', async () => {
      receiver.answer = ({ event }, response) =>
        response.writeHead(event.event_type === 'subscription_cancelled' ? 500 : 200).end();
      const emulator = await start();
      await cancel(emulator);
      await sdkFor(emulator, { enableValidation: false }).subscription.reactivate('juniper-growth');
      await waitForDelivery(emulator, 'subscription_reactivated');
      expect(emulator.webhooks.list({ event_type: 'subscription_cancelled' })[0]?.status).toBe(
        're_scheduled',
      );
    });

    it('include redirects, which are not followed', async () => {
      const other = await Receiver.start();
      receiver.answer = (_request, response) =>
        response.writeHead(307, { location: other.url }).end();
      const emulator = await start({ webhookRetryDelays: [] });
      await cancel(emulator);
      const { failure_reason } = await waitForDelivery(emulator, { status: 'failed' });
      expect(failure_reason).toBe('HTTP 307');
      expect(other.requests).toEqual([]);
    });

    it('include timeouts', async () => {
      receiver.answer = () => undefined;
      const emulator = await start({ webhookTimeout: 50, webhookRetryDelays: [] });
      await cancel(emulator);
      const { failure_reason } = await waitForDelivery(emulator, { status: 'failed' });
      expect(failure_reason).toBe('no answer within 50 ms');
    });

    it('include responses that never end', async () => {
      receiver.answer = (_request, response) => {
        response.writeHead(200);
        response.write('some');
      };
      // Leave enough time for the request to arrive on a busy machine.
      const emulator = await start({ webhookTimeout: 3_000, webhookRetryDelays: [] });
      await cancel(emulator);
      await waitForDelivery(emulator, { status: 'failed' });
      expect(receiver.requests).toHaveSize(1);
    });

    it('include responses that switch protocols', async () => {
      receiver.answer = (_request, { socket }) =>
        socket?.end(
          'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
        );
      const emulator = await start({ webhookRetryDelays: [] });
      await cancel(emulator);
      const { failure_reason } = await waitForDelivery(emulator, { status: 'failed' });
      expect(failure_reason).toBe('HTTP 101');
    });

    it('include refused connections', async () => {
      const gone = await Receiver.start();
      const url = gone.url;
      await gone.close();
      const emulator = await start({ webhooks: [url], webhookRetryDelays: [] });
      await cancel(emulator);
      const { failure_reason } = await waitForDelivery(emulator, { status: 'failed' });
      expect(failure_reason).toContain('ECONNREFUSED');
    });

    it('can be sent again', async () => {
      receiver.answerWith(500);
      const emulator = await start({ webhookRetryDelays: [] });
      await cancel(emulator);
      const { id, event_id } = await waitForDelivery(emulator, { status: 'failed' });
      receiver.answerWith(200);
      const path = `/_emulator/webhooks/deliveries/${id}/resend`;
      expect((await postJson(emulator, path)).status).toBe(202);
      const again = await waitForDelivery(emulator, 'subscription_cancelled');
      expect(again.id).toBe(id);
      expect(receiver.requests.map(({ event }) => event.id)).toEqual([event_id, event_id]);
      const { event } = await sdkFor(emulator, { enableValidation: false }).event.retrieve(
        event_id,
      );
      expect(event.webhook_status).toBe('succeeded');
      expect(event.webhook_failure_reason).toBeUndefined();
    });
  });

  for (const status of [200, 500]) {
    it(`are resent after an attempt in flight whose response is ${status}`, async () => {
      const arrived = new Promise<() => void>((resolve) => {
        receiver.answer = (_request, response) =>
          resolve(() => void response.writeHead(status).end());
      });
      const emulator = await start();
      await cancel(emulator);
      const answer = await arrived;
      receiver.answerWith(200);
      const [delivery] = emulator.webhooks.list();
      emulator.webhooks.resend(delivery?.id ?? '');
      answer();
      await emulator.webhooks.flush();
      expect(receiver.requests).toHaveSize(2);
      expect(emulator.webhooks.list()[0]?.status).toBe('succeeded');
    });
  }

  it('read a bounded part of a response', async () => {
    receiver.answer = (_request, response) => {
      // This exceeds the connection's buffers, so the write ends only when the other side closes the connection or reads on.
      response.writeHead(200);
      response.end('x'.repeat(20 * 1024 * 1024));
    };
    const emulator = await start();
    await cancel(emulator);
    const { attempts } = await waitForDelivery(emulator, 'subscription_cancelled');
    expect(attempts[0]?.body).toBe('x'.repeat(500));
  });

  it('are queued efficiently when many events are emitted together', async () => {
    const emulator = await start();
    receiver.answer = () => undefined;
    const read = spyOn(emulator.store.tables.webhook_deliveries, 'get').and.callThrough();
    emulator.clock.advance(5 * 365 * 86_400);
    await new Promise((resolve) => setImmediate(resolve));
    const { length } = emulator.webhooks.list();
    expect(length).toBeGreaterThan(200);
    expect(read.calls.count()).toBeLessThan(length * 20);
  });

  it('do not read all queued deliveries, regardless of their number', async () => {
    const emulator = await start();
    emulator.clock.advance(5 * 365 * 86_400);
    await new Promise((resolve) => setImmediate(resolve));
    const { length } = emulator.webhooks.list();
    const read = spyOn(emulator.store.tables.webhook_deliveries, 'get').and.callThrough();
    // A long timeout: the test counts reads, not time.
    await emulator.webhooks.flush({ timeout: 120_000 });
    expect(emulator.webhooks.list({ status: 'succeeded' })).toHaveSize(length);
    expect(length).toBeGreaterThan(200);
    expect(read.calls.count()).toBeLessThan(length * 20);
  }, 130_000);

  it('are not retried when their event has been evicted', async () => {
    const emulator = await start();
    emulator.store.subscriptions.cancel('juniper-growth');
    for (const { id } of emulator.store.events.list()) emulator.store.tables.events.delete(id);
    await emulator.webhooks.flush();
    const [delivery] = emulator.webhooks.list({ event_type: 'subscription_cancelled' });
    expect(delivery).toEqual(
      jasmine.objectContaining({
        status: 'failed',
        retries: 0,
        attempts: [],
        failure_reason: 'The event is not kept any more.',
      }),
    );
    expect(delivery?.next_attempt_at).toBeUndefined();
  });

  it('receive a customer’s events in order', async () => {
    receiver.answer = (_request, response) => setTimeout(() => response.end(), 5);
    const emulator = await start();
    const sdk = sdkFor(emulator);
    for (const id of ['juniper-bakery', 'harbor-cycles']) {
      for (let i = 0; i < 10; i++) await sdk.customer.update(id, { phone: String(i) });
    }
    await emulator.webhooks.flush();
    for (const id of ['juniper-bakery', 'harbor-cycles']) {
      const customers = receiver.requests
        .map(({ event }) => event.content.customer)
        .filter((customer) => customer?.id === id);
      expect(customers.map((customer) => customer?.phone)).toEqual([...'0123456789']);
      const versions = customers.map((customer) => Number(customer?.resource_version));
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    }
  });

  it('can be five, each of which receives the event types it selects', async () => {
    const emulator = await start();
    const added = await postJson(emulator, '/_emulator/webhooks', {
      url: `${receiver.url}?key=t0psecret`,
      username: 'ada',
      password: 'hidden-pw',
      events: ['subscription_reactivated'],
    });
    expect(added.status).toBe(201);
    const view = (await added.json()) as Record<string, unknown> & { id: string };
    expect<Record<string, unknown>>(view).toEqual({
      id: jasmine.stringMatching(/^whv2_/),
      url: `${receiver.url}?key=***`,
      basic_auth: true,
      configured: false,
      events: ['subscription_reactivated'],
    });
    await cancel(emulator);
    await sdkFor(emulator, { enableValidation: false }).subscription.reactivate('juniper-growth');
    await emulator.webhooks.flush();
    const keyed = receiver.requests.filter(({ url }) => url.includes('key=t0psecret'));
    expect(keyed.map(({ event }) => event.event_type)).toEqual(['subscription_reactivated']);

    const { list } = await sdkFor(emulator, { enableValidation: false }).event.list({
      event_type: { is: 'subscription_cancelled' },
    });
    expect(list[0]?.event.webhooks?.map(({ webhook_status }) => webhook_status)).toEqual([
      'succeeded',
      'skipped',
    ]);
    for (let i = 3; i <= 5; i++) emulator.webhooks.add(receiver.url);
    const sixth = await postJson(emulator, '/_emulator/webhooks', { url: receiver.url });
    expect(sixth.status).toBe(400);
    const remove = () =>
      fetch(`${emulator.url}/_emulator/webhooks/${view.id}`, { method: 'DELETE' });
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 404]);
    expect(emulator.webhooks.endpoints()).toHaveSize(4);
  });

  it('never show their passwords and keys', async () => {
    const secrets = ['hidden-pw', 't0psecret', Buffer.from('ada:hidden-pw').toString('base64')];
    receiver.answer = ({ headers, url }, response) =>
      response.writeHead(500).end(`${headers.authorization} ${url} hidden-pw`);
    const url = receiver.url.replace('http://', 'http://ada:hidden-pw@');
    const emulator = await start({ webhooks: [`${url}?key=t0psecret`], webhookRetryDelays: [] });
    await cancel(emulator);
    await waitForDelivery(emulator, { status: 'failed' });
    expect(receiver.requests[0]?.headers.authorization).toContain(secrets[2] ?? '');
    const paths = ['', '/webhooks', '/webhooks/deliveries', '/events', '/requests', '/overview'];
    for (const path of paths) {
      const text = await (await fetch(`${emulator.url}/_emulator${path}`)).text();
      for (const secret of secrets) expect(text).withContext(path).not.toContain(secret);
    }
    const { list } = await sdkFor(emulator, { enableValidation: false }).event.list();
    for (const secret of secrets) expect(JSON.stringify(list)).not.toContain(secret);
  });

  for (const input of [
    { url: 'file:///etc/passwd' },
    { url: 'no url' },
    { url: 'http://localhost:1/', events: [] },
    { url: 'http://localhost:1/', events: ['subscription_canceled'] },
    { url: 'http://localhost:1/', username: 'a:b' },
    { url: 'http://a%3Ab@localhost:1/' },
    { url: 'http://localhost:1/', secret: 'x' },
    {},
  ]) {
    it(`are rejected when they are ${JSON.stringify(input)}`, async () => {
      const emulator = await start();
      expect((await postJson(emulator, '/_emulator/webhooks', input)).status).toBe(400);
      expect(emulator.webhooks.endpoints()).toHaveSize(1);
    });
  }

  it('cannot be configured twice, since only one of them would be called', async () => {
    const url = `${receiver.url}?key=t0psecret`;
    const webhooks = ['customer_changed', 'customer_created'].map((type) => ({
      url,
      events: [type],
    }));
    await expectAsync(start({ webhooks })).toBeRejectedWithError(
      `Two webhooks have the URL ${receiver.url}?key=*** and the same user name. ` +
        'Configure one, with the events of both.',
    );
  });

  it('cannot be added by a page of another origin', async () => {
    const emulator = await start();
    const headers = { origin: 'https://evil.example' };
    const body = { url: receiver.url };
    const answer = await postJson(emulator, '/_emulator/webhooks', body, headers);
    expect(answer.status).toBe(403);
    expect(emulator.webhooks.endpoints()).toHaveSize(1);
  });

  for (const [how, reset] of Object.entries(RESETS)) {
    it(`are reset ${how}: added ones and queued deliveries are removed`, async () => {
      receiver.answerWith(500);
      const emulator = await start();
      emulator.webhooks.add(receiver.url);
      await cancel(emulator);
      await emulator.webhooks.flush();
      await reset(emulator);
      receiver.requests.length = 0;
      emulator.clock.advance(86_400);
      await emulator.webhooks.flush();
      expect(receiver.types()).not.toContain('subscription_cancelled');
      expect(emulator.webhooks.endpoints()).toHaveSize(1);
    });
  }

  it('receive an event from before they were added when it is resent', async () => {
    const emulator = await start({ webhooks: [] });
    await cancel(emulator);
    const [event] = emulator.store.events.list();
    expect(event?.webhook_status).toBe('not_configured');
    expect(() => emulator.webhooks.resend(event?.id ?? '')).toThrowError(/cannot|not one/);
    emulator.webhooks.add(receiver.url);
    emulator.webhooks.resend(event?.id ?? '');
    await waitForDelivery(emulator, 'subscription_cancelled');
    expect(receiver.types()).toEqual(['subscription_cancelled']);
    expect(() => emulator.webhooks.resend('nothing')).toThrowError(/no delivery and no event/);
  });

  it('are listed once in an event that they have skipped and received later', async () => {
    const emulator = await start({ webhooks: [] });
    emulator.webhooks.add({ url: receiver.url, events: ['subscription_reactivated'] });
    await cancel(emulator);
    const skipped = emulator.store.events.list()[0];
    expect(skipped?.webhooks.map(({ webhook_status }) => webhook_status)).toEqual(['skipped']);
    emulator.webhooks.resend(skipped?.id ?? '');
    await waitForDelivery(emulator, 'subscription_cancelled');
    const received = emulator.store.events.list()[0];
    expect(received?.webhooks.map(({ webhook_status }) => webhook_status)).toEqual(['succeeded']);
  });

  it('list the existing deliveries when waiting times out', async () => {
    const emulator = await start();
    await cancel(emulator);
    await emulator.webhooks.flush();
    await expectAsync(
      emulator.webhooks.waitFor('customer_created', { timeout: 20 }),
    ).toBeRejectedWithError(/customer_created.*subscription_cancelled succeeded/);
  });

  it('say why a delivery failed when waiting times out', async () => {
    receiver.answerWith(500);
    const emulator = await start({ webhookRetryDelays: [] });
    await cancel(emulator);
    await emulator.webhooks.flush();
    await expectAsync(
      emulator.webhooks.waitFor('subscription_cancelled', { timeout: 20 }),
    ).toBeRejectedWithError(/subscription_cancelled failed \(HTTP 500\)/);
  });

  it('stop with the emulator, even with deliveries in flight', async () => {
    const arrived = new Promise<void>((resolve) => {
      receiver.answer = () => resolve();
    });
    const emulator = await start();
    await cancel(emulator);
    await arrived;
    await expectAsync(emulator.webhooks.flush({ timeout: 50 })).toBeRejectedWithError(/in flight/);
    await emulator.close();
    expect(receiver.requests).toHaveSize(1);
  });

  describe('with faults', () => {
    it('receive events late', async () => {
      const emulator = await start();
      emulator.faults.add({ route: 'webhooks:subscription_cancelled', latency: 60_000 });
      await cancel(emulator);
      await sdkFor(emulator, { enableValidation: false }).subscription.reactivate('juniper-growth');
      await emulator.webhooks.flush();
      expect(receiver.types()).not.toContain('subscription_cancelled');
      emulator.clock.advance(61);
      await emulator.webhooks.flush();
      expect(receiver.types().at(-1)).toBe('subscription_cancelled');
    });

    it('receive events twice', async () => {
      const emulator = await start();
      emulator.faults.add({ route: 'webhooks', delivery: 'twice', count: 1 });
      await cancel(emulator);
      await emulator.webhooks.flush();
      expect(receiver.types()).toEqual(['subscription_cancelled', 'subscription_cancelled']);
      expect(new Set(receiver.requests.map(({ event }) => event.id)).size).toBe(1);
      expect(emulator.faults.list()).toEqual([]);
    });

    it('receive events out of order', async () => {
      const emulator = await start();
      const update = (phone: string) =>
        sdkFor(emulator, { enableValidation: false }).customer.update('juniper-bakery', { phone });
      emulator.faults.add({ route: 'webhooks', delivery: 'out_of_order', count: 1 });
      await update('1');
      await update('2');
      await update('3');
      await emulator.webhooks.flush();
      const phones = receiver.requests.map(({ event }) => event.content.customer?.phone);
      expect(phones.slice().sort()).toEqual(['1', '2', '3']);
      expect(phones.indexOf('1')).toBeGreaterThan(phones.indexOf('2'));
    });

    it('receive a held event even if no later one follows', async () => {
      const emulator = await start();
      emulator.faults.add({ route: 'webhooks', delivery: 'out_of_order' });
      await cancel(emulator);
      await emulator.webhooks.flush();
      expect(receiver.types()).toEqual(['subscription_cancelled']);
    });

    it('receive a dropped event only when it is resent', async () => {
      const emulator = await start();
      emulator.faults.add({ route: 'webhooks', delivery: 'never', count: 1 });
      await cancel(emulator);
      await emulator.webhooks.flush();
      emulator.clock.advance(10);
      await emulator.webhooks.flush();
      expect(receiver.types()).toEqual([]);
      const [delivery] = emulator.webhooks.list();
      expect(delivery?.status).toBe('failed');
      emulator.webhooks.resend(delivery?.id ?? '');
      await emulator.webhooks.flush();
      expect(receiver.types()).toEqual(['subscription_cancelled']);
    });

    it('are affected only by webhook faults, which do not affect requests', async () => {
      const emulator = await start();
      emulator.faults.add({ route: '*', status: 500, count: 1 });
      emulator.store.customers.update('juniper-bakery', { phone: '1' });
      emulator.faults.add({ route: 'webhooks', latency: 1 });
      await emulator.webhooks.flush();
      expect(emulator.faults.list().map(({ struck }) => struck)).toEqual([0, 0]);
      await expectAsync(
        sdkFor(emulator, { enableValidation: false }).customer.list(),
      ).toBeRejected();
      expect(emulator.faults.list().map(({ struck }) => struck)).toEqual([0]);
    });

    for (const fault of [
      { route: 'webhooks', status: 500 },
      { route: 'webhooks', latency: 1, status: 500 },
      { route: 'webhooks', latency: 1, method: 'POST' },
      { route: 'webhooks' },
      { route: 'webhooks:subscription_canceled', delivery: 'never' },
      { route: 'webhooks:', delivery: 'never' },
      { route: 'api', delivery: 'twice' },
      { route: 'api', latency: 1, delivery: 'never' },
    ]) {
      it(`reject the fault ${JSON.stringify(fault)}`, async () => {
        const emulator = await start();
        expect((await postJson(emulator, '/_emulator/faults', fault)).status).toBe(400);
      });
    }
  });
});
