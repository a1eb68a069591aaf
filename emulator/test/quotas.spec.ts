import {
  call,
  closeEmulatorsAfterEach,
  emulatorForSpec,
  rejection,
  RESETS,
  sdkFor,
} from './support.js';

describe('quotas', () => {
  closeEmulatorsAfterEach();

  it('are off unless they are set', async () => {
    const emulator = await emulatorForSpec();
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => call(emulator, 'GET', '/customers/juniper-bakery')),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });

  it('per minute reject requests with 429 and Retry-After', async () => {
    const emulator = await emulatorForSpec({ requestsPerMinute: 3 });
    const list = () => call(emulator, 'GET', '/customers');
    await list();
    emulator.clock.advance(40);
    await list();
    await list();
    const refused = await list();
    expect(refused.status).toBe(429);
    expect(await refused.json()).toEqual(
      jasmine.objectContaining({
        api_error_code: 'api_request_limit_exceeded',
        type: 'operation_failed',
      }),
    );
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(20);
    emulator.clock.advance(wait);
    expect((await list()).status).toBe(200);
    expect((await list()).status).toBe(429);
  });

  it('per minute are understood by the SDK', async () => {
    const sdk = sdkFor(await emulatorForSpec({ requestsPerMinute: 1 }));
    await sdk.customer.list();
    expect((await rejection(sdk.customer.list())).api_error_code).toBe(
      'api_request_limit_exceeded',
    );
  });

  it('survive a clock that is moved back', async () => {
    const emulator = await emulatorForSpec({ requestsPerMinute: 1 });
    await call(emulator, 'GET', '/customers');
    emulator.clock.advance(-3600);
    expect((await call(emulator, 'GET', '/customers')).status).toBe(200);
  });

  it('of concurrent calls count POST and GET separately', async () => {
    const emulator = await emulatorForSpec({ maxConcurrency: 2 });
    // Accepted calls stay pending in the fault until they are aborted.
    const held = new AbortController();
    emulator.faults.add({ route: '/api/v2/customers/*', latency: 60_000 });
    const hold = () =>
      fetch(`${emulator.url}/api/v2/customers/juniper-bakery`, {
        headers: { authorization: `Basic ${btoa('test_emulator_key:')}` },
        signal: held.signal,
      }).catch(() => undefined);
    const holding = [hold(), hold()];
    await eventually(async () => (await call(emulator, 'GET', '/customers')).status === 429);
    expect(
      (await call(emulator, 'POST', '/portal_sessions', 'customer[id]=juniper-bakery')).status,
    ).toBe(200);
    held.abort();
    await Promise.all(holding);
    await eventually(async () => (await call(emulator, 'GET', '/customers')).status === 200);
  });

  for (const [how, reset] of Object.entries(RESETS)) {
    it(`start again after a reset ${how}`, async () => {
      const emulator = await emulatorForSpec({ requestsPerMinute: 1 });
      await call(emulator, 'GET', '/customers');
      expect((await call(emulator, 'GET', '/customers')).status).toBe(429);
      await reset(emulator);
      expect((await call(emulator, 'GET', '/customers')).status).toBe(200);
    });
  }
});

/** Polls until the condition holds. After the spec's timeout, the requests fail since its emulator is closed. */
async function eventually(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}
