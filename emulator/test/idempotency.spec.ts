import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTask } from 'node:timers/promises';
import { IdempotencyStore } from '../src/api/idempotency.js';
import { startEmulator } from '../src/index.js';
import type { Emulator } from '../src/index.js';
import {
  call,
  closeEmulatorsAfterEach,
  emulatorForSpec,
  postJson,
  RESETS,
  sdkFor,
} from './support.js';
import type { ApiError } from './support.js';

describe('an idempotency key', () => {
  closeEmulatorsAfterEach();

  const create = (
    emulator: Emulator,
    key: string,
    form = 'customer[id]=juniper-bakery',
    path = '/portal_sessions',
  ) => call(emulator, 'POST', path, form, { 'chargebee-idempotency-key': key });
  const replayed = (answer: Response) => answer.headers.get('chargebee-idempotency-replayed');

  it('replays the first response, with a header that says so', async () => {
    const emulator = await emulatorForSpec();
    const first = await create(emulator, 'a');
    const second = await create(emulator, 'a');
    expect([replayed(first), replayed(second)]).toEqual([null, 'true']);
    expect(await second.text()).toBe(await first.text());
    expect(emulator.store.portalSessions.list().length).toBe(1);
  });

  it('is supported by the SDK', async () => {
    const sdk = sdkFor(await emulatorForSpec());
    const create = () =>
      sdk.portalSession.create(
        { customer: { id: 'juniper-bakery' } },
        { 'chargebee-idempotency-key': 'sdk' },
      );
    const first = await create();
    const second = await create();
    expect(second.portal_session).toEqual(first.portal_session);
    expect(String(second.isIdempotencyReplayed)).toBe('true');
  });

  it('ignores the order of parameters', async () => {
    const emulator = await emulatorForSpec();
    await create(emulator, 'a', 'customer[id]=juniper-bakery&redirect_url=http://localhost/');
    const second = await create(
      emulator,
      'a',
      'redirect_url=http://localhost/&customer[id]=juniper-bakery',
    );
    expect(replayed(second)).toBe('true');
  });

  const others: [string, form: string, path?: string][] = [
    ['other parameters', 'customer[id]=harbor-cycles'],
    ['another call', 'customer[id]=juniper-bakery', '/hosted_pages/manage_payment_sources'],
  ];
  for (const [what, form, path] of others) {
    it(`is rejected for ${what}`, async () => {
      const emulator = await emulatorForSpec();
      await create(emulator, 'a');
      const answer = await create(emulator, 'a', form, path);
      expect(answer.status).toBe(400);
      expect(((await answer.json()) as ApiError).api_error_code).toBe('invalid_request');
      // The rejection has not replaced the first response.
      expect(replayed(await create(emulator, 'a'))).toBe('true');
    });
  }

  it('is valid for 30 minutes', async () => {
    const emulator = await emulatorForSpec();
    await create(emulator, 'a');
    emulator.clock.advance(30 * 60 - 5);
    expect(replayed(await create(emulator, 'a'))).toBe('true');
    emulator.clock.advance(5);
    expect(replayed(await create(emulator, 'a', 'customer[id]=harbor-cycles'))).toBeNull();
    expect(emulator.store.portalSessions.list().length).toBe(2);
  });

  it('is at most 100 characters long', async () => {
    const emulator = await emulatorForSpec();
    expect((await create(emulator, 'x'.repeat(100))).status).toBe(200);
    const long = await create(emulator, 'x'.repeat(101));
    expect([long.status, ((await long.json()) as ApiError).param]).toEqual([
      400,
      'chargebee-idempotency-key',
    ]);
  });

  it('replays a permanent error, and allows a retry after a temporary one', async () => {
    const emulator = await emulatorForSpec();
    const refused = await create(emulator, 'a', 'customer[id]=');
    const again = await create(emulator, 'a', 'customer[id]=');
    expect([refused.status, again.status, replayed(again)]).toEqual([400, 400, 'true']);
    await postJson(emulator, '/_emulator/faults', { route: 'api', status: 503, count: 1 });
    expect((await create(emulator, 'b')).status).toBe(503);
    const next = await create(emulator, 'b');
    expect([next.status, replayed(next)]).toEqual([200, null]);
  });

  it('replays the response when the connection was lost', async () => {
    const emulator = await emulatorForSpec();
    emulator.faults.add({ route: 'api', reset: true, processed: true, count: 1 });
    await expectAsync(create(emulator, 'a')).toBeRejected();
    const answer = await create(emulator, 'a');
    expect(replayed(answer)).toBe('true');
    expect(emulator.store.portalSessions.list().length).toBe(1);
  });

  it('replays the complete response when it was truncated', async () => {
    const emulator = await emulatorForSpec();
    emulator.faults.add({ route: 'api', body: 'cut', processed: true, count: 1 });
    await expectAsync(create(emulator, 'a').then((answer) => answer.json())).toBeRejected();
    const answer = await create(emulator, 'a');
    expect(answer.status).toBe(200);
    expect(((await answer.json()) as { portal_session: object }).portal_session).toBeDefined();
  });

  it('is ignored for GET requests and when it is empty', async () => {
    const emulator = await emulatorForSpec();
    const headers = { 'chargebee-idempotency-key': 'a' };
    await call(emulator, 'GET', '/customers', undefined, headers);
    expect(replayed(await call(emulator, 'GET', '/customers', undefined, headers))).toBeNull();
    await create(emulator, '');
    expect(replayed(await create(emulator, ''))).toBeNull();
  });

  for (const [how, reset] of Object.entries(RESETS)) {
    it(`is forgotten by a reset ${how}`, async () => {
      const emulator = await emulatorForSpec();
      await create(emulator, 'a');
      await reset(emulator);
      expect(replayed(await create(emulator, 'a'))).toBeNull();
    });
  }

  it('is ignored for unknown paths', async () => {
    const emulator = await emulatorForSpec();
    await create(emulator, 'a', '', '/nothing');
    expect(replayed(await create(emulator, 'a', '', '/nothing'))).toBeNull();
    expect((await create(emulator, 'a')).status).toBe(200);
  });

  describe('of concurrent calls', () => {
    let folder: string;
    beforeEach(async () => {
      folder = join(await mkdtemp(join(tmpdir(), 'idempotency-')), 'data');
      await mkdir(folder);
    });
    afterEach(() => rm(join(folder, '..'), { recursive: true }));

    const sendTenTimes = (emulator: Emulator) =>
      Promise.all(Array.from({ length: 10 }, () => create(emulator, 'a')));

    it('processes one call, and sends its response to all', async () => {
      // The data file makes the calls take long enough to overlap.
      const emulator = await emulatorForSpec({ dataFile: join(folder, 'data.json') });
      const answers = await sendTenTimes(emulator);
      expect(answers.filter((answer) => replayed(answer) === 'true').length).toBe(9);
      expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
      expect(emulator.store.portalSessions.list().length).toBe(1);
    });

    it('does not delay calls with other keys', async () => {
      const { clock } = await emulatorForSpec();
      const calls = new IdempotencyStore(clock);
      await calls.begin('a', 'create');
      const begun: string[] = [];
      void calls.begin('a', 'create').then(() => begun.push('a'));
      void calls.begin('b', 'create').then(() => begun.push('b'));
      await nextTask();
      // The first call with the key `a` is not settled.
      expect(begun).toEqual(['b']);
    });

    it('rejects a different call', async () => {
      const emulator = await emulatorForSpec({ dataFile: join(folder, 'data.json') });
      const [first, other] = await Promise.all([
        create(emulator, 'a'),
        create(emulator, 'a', 'customer[id]=harbor-cycles'),
      ]);
      expect([first.status, other.status].sort()).toEqual([200, 400]);
    });

    it('allows a retry when the first call fails', async () => {
      const errors = spyOn(console, 'error');
      const emulator = await startEmulator({ port: 0, dataFile: join(folder, 'data.json') });
      await rm(folder, { recursive: true });
      const answers = await sendTenTimes(emulator);
      expect(answers.map(({ status }) => status)).toEqual(Array<number>(10).fill(500));
      expect(errors).toHaveBeenCalledTimes(10);
      await mkdir(folder);
      const next = await create(emulator, 'a');
      expect([next.status, replayed(next)]).toEqual([200, null]);
      await emulator.close();
    });
  });
});
