import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '../src/index.js';
import { endProgramsAfterEach, runProgram } from './program.js';
import {
  call,
  closeEmulatorsAfterEach,
  emulatorForSpec,
  postJson,
  sdkFor,
  waitForDelivery,
} from './support.js';
import { closeReceiversAfterEach, Receiver } from './webhook-receiver.js';

/** Starting a program takes seconds on a busy machine. */
const TIMEOUT = 60_000;

describe('webhooks with a data file', () => {
  let folder: string;
  let dataFile: string;
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await Receiver.start();
    folder = await mkdtemp(join(tmpdir(), 'chargebee-emulator-'));
    dataFile = join(folder, 'data.json');
  });
  // Hooks run in reverse order: the folder is removed when nothing writes to it any more.
  afterEach(() => rm(folder, { recursive: true }));
  closeReceiversAfterEach();
  closeEmulatorsAfterEach();
  endProgramsAfterEach();

  it('keep events, added webhooks and queued deliveries', async () => {
    receiver.answerWith(500);
    const webhooks = [receiver.url.replace('http://', 'http://ada:pw@')];
    const first = await startEmulator({ port: 0, dataFile, webhooks });
    first.webhooks.add({ url: `${receiver.url}/added`, username: 'bob', password: 'other' });
    await sdkFor(first, { enableValidation: false }).subscription.cancelForItems('juniper-growth');
    await first.webhooks.flush();
    const { list } = await sdkFor(first, { enableValidation: false }).event.list();
    const deliveries = first.webhooks.list();
    await first.close();

    receiver.requests.length = 0;
    receiver.answerWith(200);
    const second = await emulatorForSpec({ dataFile, webhooks });
    expect((await sdkFor(second).event.list()).list).toEqual(list);
    expect(second.webhooks.list()).toEqual(deliveries);
    second.clock.advance(121);
    await second.webhooks.flush();
    const received = receiver.requests.filter(({ event }) => event.id === list[0]?.event.id);
    expect(received.map(({ url }) => url).sort()).toEqual(['/hooks', '/hooks/added']);
    expect(received.map(({ headers }) => headers.authorization).sort()).toEqual(
      ['ada:pw', 'bob:other'].map((pair) => `Basic ${Buffer.from(pair).toString('base64')}`).sort(),
    );
  });

  it('drop queued deliveries to a webhook that no longer exists', async () => {
    receiver.answerWith(500);
    const first = await startEmulator({ port: 0, dataFile, webhooks: [receiver.url] });
    await sdkFor(first, { enableValidation: false }).subscription.cancelForItems('juniper-growth');
    await first.webhooks.flush();
    await first.close();
    const second = await emulatorForSpec({ dataFile, webhooks: [] });
    second.clock.advance(121);
    await second.webhooks.flush();
    const [delivery] = second.webhooks.list({ event_type: 'subscription_cancelled' });
    expect([delivery?.status, delivery?.url]).toEqual(['failed', '(removed)']);
  });

  it('are sent, and calls processed, during continuous changes', async () => {
    const emulator = await emulatorForSpec({ dataFile, webhooks: [receiver.url] });
    // In each turn of the event loop, so that the file is never up to date. Changes the table itself: thousands of events would evict
    // the one that this test waits for.
    let writer: NodeJS.Immediate | undefined;
    let changes = 0;
    const write = () => {
      changes += 1;
      emulator.store.tables.customers.update('quarry-stone', { company: `Quarry ${changes}` });
      writer = setImmediate(write);
    };
    write();
    try {
      await call(emulator, 'POST', '/customers/juniper-bakery', 'company=Oven');
      await waitForDelivery(emulator, {
        event_type: 'customer_changed',
        customer_id: 'juniper-bakery',
      });
    } finally {
      clearImmediate(writer);
    }
    expect(receiver.types()).toContain('customer_changed');
  });

  it(
    'deliver confirmed changes at least once after the emulator was killed',
    async () => {
      receiver.answer = () => undefined;
      const env = { EMULATOR_WEBHOOK_URLS: receiver.url };
      const program = runProgram(['--port', '0', '--data', dataFile], env);
      const url = await program.ready;
      const ids = Array.from({ length: 10 }, (_, i) => `kept-${i}`);
      await Promise.all(ids.map((id) => call({ url }, 'POST', '/customers', `id=${id}`)));
      program.process.kill('SIGKILL');
      await program.ended;

      receiver.requests.length = 0;
      receiver.answerWith(200);
      const { webhooks } = await emulatorForSpec({ dataFile, webhooks: [receiver.url] });
      await webhooks.flush();
      // The last requests of the killed program may arrive only now.
      const customers = new Set(receiver.requests.map(({ event }) => event.content.customer?.id));
      expect([...customers].sort()).toEqual(ids.sort());
    },
    TIMEOUT,
  );

  it(
    'do not keep the process alive',
    async () => {
      receiver.answer = () => undefined;
      const program = runProgram(['--port', '0'], { EMULATOR_WEBHOOK_URLS: receiver.url });
      const url = await program.ready;
      await call({ url }, 'POST', '/customers', 'id=one');
      await postJson({ url }, '/_emulator/clock', { advance: 1 });
      program.process.kill('SIGTERM');
      expect((await program.ended).code).toBe(0);
    },
    TIMEOUT,
  );
});
