import { expect, test } from '@playwright/test';
import { freePort } from '../scripts/lib/ports.mjs';
import { endScriptsAfterEach, npm } from './support/npm-script.js';

endScriptsAfterEach();

test('npm run emulator starts the emulator, configured by its environment', async ({ request }) => {
  const port = await freePort();
  const emulator = npm(['run', 'emulator'], { PORT: String(port) });
  await expect.poll(emulator.output).toContain(`http://localhost:${port}`);
  const keys = await request.get(`http://localhost:${port}/idp/.well-known/jwks.json`);
  expect(((await keys.json()) as { keys: unknown[] }).keys).not.toHaveLength(0);
  emulator.interrupt();
  await emulator.exited;
});

test('npm run server starts the server, configured by its environment', async ({ request }) => {
  const port = await freePort();
  const server = npm(['run', 'server'], {
    HOST: '127.0.0.1',
    PORT: String(port),
    CHARGEBEE_SITE: 'acme-test',
    CHARGEBEE_API_KEY: 'test_key',
    AUTH_JWT_SECRET: 'a secret of thirty-two characters or more',
  });
  await expect.poll(server.output).toContain('listening');
  expect((await request.get(`http://localhost:${port}/healthz`)).ok()).toBe(true);
  server.interrupt();
  await server.exited;
  // The server gets two signals: from the terminal and from npm. The second one must not interrupt the drain.
  expect(server.output()).toContain('"msg":"closed"');
});

test('npm run server without its variables names each missing one and exits', async () => {
  const server = npm(['run', 'server'], {
    CHARGEBEE_SITE: '',
    CHARGEBEE_API_KEY: '',
    AUTH_JWKS_URL: '',
  });
  expect(await server.exited).not.toBe(0);
  expect(server.output()).toContain('CHARGEBEE_SITE');
  expect(server.output()).toContain('CHARGEBEE_API_KEY');
  expect(server.output()).toContain('AUTH_JWKS_URL');
});

test('npm run bench measures each figure against its rival', async () => {
  test.setTimeout(600_000);
  // `--quick`, because this only tests that the benchmarks run. The suite `package` covers `size`, with the same code.
  const bench = npm(['run', 'bench', '--', '--quick', 'footprint', 'click', 'server'], {});
  expect(await bench.exited, bench.output()).toBe(0);
  for (const contender of [
    'chargebee-portal-server, GraphQL',
    'Express, SDK with its defaults',
    'bare http, undici pool, no SDK',
    'ngx-chargebee-portal, 500 ms of intent',
    'the script-tag recipe',
  ]) {
    expect(bench.output()).toContain(contender);
  }
});
