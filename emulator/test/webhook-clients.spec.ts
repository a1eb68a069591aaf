import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basicAuthValidator } from 'chargebee';
import type { Emulator } from '../src/index.js';
import { closeEmulatorsAfterEach, emulatorForSpec, sdkFor, waitForDelivery } from './support.js';

const servers = new Set<Server>();

/** Starts a webhook server with Basic authentication. Returns its URL. */
async function serve(
  handle: (request: IncomingMessage, body: string, response: ServerResponse) => unknown,
): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => void handle(request, body, response));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.add(server);
  return `http://ada:pw@localhost:${(server.address() as AddressInfo).port}/chargebee`;
}

async function closeServers(): Promise<void> {
  await Promise.all(
    [...servers].map(async (server) => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    }),
  );
  servers.clear();
}

const DAY = 86_400;
const UNREACHABLE = { url: 'http://localhost:1' };

describe('the webhook handler of Chargebee’s SDK', () => {
  afterEach(closeServers);
  closeEmulatorsAfterEach();

  async function start(password = 'pw') {
    const seen: string[] = [];
    const errors: string[] = [];
    const emulators: Emulator[] = [];
    // Switch validation off: loading its schemas takes longer than a spec's timeout on a busy machine.
    const sdk = () => sdkFor(emulators[0] ?? UNREACHABLE, { enableValidation: false });
    const handler = sdkFor(UNREACHABLE).webhooks.createHandler<IncomingMessage, ServerResponse>({
      requestValidator: basicAuthValidator((user, given) => user === 'ada' && given === password),
    });
    handler.on('subscription_cancelled', ({ event, response }) => {
      seen.push(`${event.content.subscription.id} ${event.content.subscription.status}`);
      response?.writeHead(200).end();
    });
    handler.on('unhandled_event', ({ event, response }) => {
      seen.push(String(event.event_type));
      response?.writeHead(200).end();
    });
    handler.on('error', (error, { response }) => {
      errors.push(error.name);
      response?.writeHead(401).end();
    });
    const url = await serve((request, body, response) =>
      handler.handle({ body, headers: request.headers, request, response }),
    );
    const emulator = await emulatorForSpec({ webhooks: [url], webhookRetryDelays: [] });
    emulators.push(emulator);
    return { emulator, sdk, seen, errors };
  }

  it('accepts what the emulator sends', async () => {
    const { emulator, sdk, seen, errors } = await start();
    await sdk().subscription.cancelForItems('juniper-growth');
    await sdk().customer.update('juniper-bakery', { phone: '1' });
    await emulator.webhooks.flush();
    expect(seen).toEqual(['juniper-growth cancelled', 'customer_changed']);
    expect(errors).toEqual([]);
    const { list } = await sdk().event.list({ webhook_status: { is: 'succeeded' } });
    expect(list).toHaveSize(2);
    const { event } = await sdk().event.retrieve(list[1]?.event.id ?? '');
    expect(event.event_type).toBe('subscription_cancelled');
  });

  it('rejects it when the password is wrong', async () => {
    const { emulator, sdk, seen, errors } = await start('another');
    await sdk().subscription.cancelForItems('juniper-growth');
    await waitForDelivery(emulator, { status: 'failed' });
    expect(seen).toEqual([]);
    expect(errors).toEqual(['WebhookAuthenticationError']);
  });
});

/**
 * A receiver as Chargebee's documentation describes it: it checks the credentials, and ignores events with a known id and resources
 * whose `resource_version` is not newer than the stored one.
 */
class DocumentedReceiver {
  readonly #seen = new Set<string>();
  readonly subscriptions = new Map<string, { resource_version: number; status: string }>();
  duplicates = 0;
  outdated = 0;

  receive(authorization: string | undefined, body: string): number {
    if (authorization !== `Basic ${Buffer.from('ada:pw').toString('base64')}`) return 401;
    const event = JSON.parse(body) as {
      id: string;
      api_version: string;
      content: { subscription?: { id: string; resource_version: number; status: string } };
    };
    if (event.api_version !== 'v2') return 400;
    if (this.#seen.has(event.id)) {
      this.duplicates += 1;
      return 200;
    }
    this.#seen.add(event.id);
    const { subscription } = event.content;
    if (!subscription) return 200;
    const known = this.subscriptions.get(subscription.id);
    if (known && known.resource_version > subscription.resource_version) this.outdated += 1;
    else this.subscriptions.set(subscription.id, subscription);
    return 200;
  }
}

describe('a receiver written from Chargebee’s documentation', () => {
  afterEach(closeServers);
  closeEmulatorsAfterEach();

  it('ends with the API’s state, in whatever order the events arrive', async () => {
    const receiver = new DocumentedReceiver();
    let failures = 3;
    const url = await serve(({ headers }, body, response) => {
      failures -= 1;
      const status = failures >= 0 ? 500 : receiver.receive(headers.authorization, body);
      response.writeHead(status).end();
    });
    const emulator = await emulatorForSpec({ webhooks: [url] });
    const { subscriptions } = emulator.store;
    emulator.faults.add({ route: 'webhooks', delivery: 'twice', count: 3 });
    emulator.faults.add({ route: 'webhooks:subscription_*', delivery: 'out_of_order', count: 3 });
    emulator.faults.add({ route: 'webhooks', latency: 60_000, count: 2 });
    for (const id of ['juniper-growth', 'delta-growth', 'quarry-starter']) {
      subscriptions.cancel(id, { option: 'end_of_term' });
      subscriptions.removeScheduledCancellation(id);
      subscriptions.pause(id);
      subscriptions.resume(id);
      subscriptions.cancel(id);
    }
    await emulator.webhooks.flush();
    emulator.clock.advance(DAY);
    await emulator.webhooks.flush();
    expect(receiver.duplicates).toBeGreaterThan(0);
    expect(receiver.outdated).toBeGreaterThan(0);
    for (const [id, { status, resource_version }] of receiver.subscriptions) {
      const known = subscriptions.retrieve(id);
      expect({ status, resource_version })
        .withContext(id)
        .toEqual({
          status: known.status,
          resource_version: known.resource_version ?? 0,
        });
    }
    expect(receiver.subscriptions.size).toBeGreaterThanOrEqual(3);
  });
});
