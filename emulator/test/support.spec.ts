import { readFile } from 'node:fs/promises';
import type { Emulator } from '../src/index.js';
import { CHARGEBEE_CALLS } from '../src/support/chargebee-api.js';
import { supportMarkdown } from '../src/support/markdown.js';
import { readSupport } from '../src/support/support.js';
import { sdkOperations, sdkParameters } from './sdk-operations.js';
import { makeCall, probe } from './probe-parameters.js';
import { registeredOperations } from './registered-operations.js';
import { call, closeEmulatorsAfterEach, emulatorForSpec } from './support.js';

/** Hundreds of calls are slow on a busy machine. */
const TIMEOUT = 120_000;

describe('the support page', () => {
  closeEmulatorsAfterEach();

  let emulator: Emulator;
  beforeEach(async () => (emulator = await emulatorForSpec()));

  const { groups } = readSupport();
  const calls = groups.flatMap((group) => group.calls);

  it('lists every call of Chargebee’s SDK', async () => {
    const known = new Set((await sdkOperations()).map((operation) => operation.call));
    expect([...CHARGEBEE_CALLS].sort()).toEqual([...known].sort());
  });

  it('lists as emulated exactly the registered calls', async () => {
    const claimed = calls.filter(({ emulated }) => emulated).map((one) => one.call);
    expect(claimed.sort()).toEqual((await registeredOperations()).sort());
  });

  it(
    'is right about which calls are emulated',
    async () => {
      for (const { call: name, emulated } of calls) {
        const answer = await makeCall(emulator, name);
        const header = answer.headers.get('x-chargebee-emulator-not-emulated');
        const body = (await answer.json()) as { api_error_code?: string };
        expect({
          status: answer.status === 501,
          header,
          code: body.api_error_code === 'not_emulated',
        })
          .withContext(name)
          .toEqual({
            status: !emulated,
            header: emulated ? null : name,
            code: !emulated,
          });
      }
    },
    TIMEOUT,
  );

  it(
    'is right about which of Chargebee’s parameters are supported',
    async () => {
      const strict = await emulatorForSpec({ strict: true });
      for (const operation of await sdkOperations()) {
        const claimed = calls.find((one) => one.call === operation.call && one.emulated);
        if (!claimed) continue;
        const found = await probe(strict, operation.call, await sdkParameters(operation));
        expect(found)
          .withContext(operation.call)
          .toEqual({ supported: [...claimed.supported], ignored: [...claimed.ignored] });
      }
    },
    TIMEOUT,
  );

  it('is at /support, and in the documentation', async () => {
    const html = await (await fetch(`${emulator.url}/support`)).text();
    for (const { call: name } of calls) expect(html).toContain(name);
    const words = (text: string) => text.replaceAll(/[-\s|]+/g, ' ').trim();
    const docs = await readFile(new URL('../docs/support.md', import.meta.url), 'utf8');
    expect(words(docs)).toBe(words(supportMarkdown()));
  });

  it('does not affect the responses to unknown paths and wrong methods', async () => {
    expect((await call(emulator, 'GET', '/nothing')).status).toBe(404);
    expect((await call(emulator, 'PUT', '/customers')).status).toBe(405);
  });
});
