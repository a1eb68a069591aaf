import { expect, test } from '@playwright/test';
import { spawn } from 'node:child_process';
import { freePort, root } from '../scripts/lib/programs.mjs';

/** A program started by its npm script, in a process group of its own. */
function run(script: string, env: Record<string, string>) {
  const child = spawn('npm', ['run', '--silent', script], {
    cwd: root,
    detached: true,
    env: { ...process.env, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => (output += text.toString()));
  }
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    output: () => output,
    exited,
    interrupt: () => process.kill(-(child.pid ?? 0), 'SIGINT'),
  };
}

test('npm run emulator starts the emulator, configured by its environment', async ({ request }) => {
  const port = await freePort();
  const emulator = run('emulator', { PORT: String(port) });
  await expect.poll(emulator.output).toContain(`http://localhost:${port}`);
  const keys = await request.get(`http://localhost:${port}/idp/.well-known/jwks.json`);
  expect(((await keys.json()) as { keys: unknown[] }).keys).not.toHaveLength(0);
  emulator.interrupt();
  await emulator.exited;
});

test('npm run server starts the server, configured by its environment', async ({ request }) => {
  const port = await freePort();
  const server = run('server', {
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
});

test('npm run server without its settings names every fault and ends', async () => {
  const server = run('server', {
    CHARGEBEE_SITE: '',
    CHARGEBEE_API_KEY: '',
    AUTH_JWKS_URL: '',
  });
  expect(await server.exited).not.toBe(0);
  expect(server.output()).toContain('CHARGEBEE_SITE');
  expect(server.output()).toContain('CHARGEBEE_API_KEY');
  expect(server.output()).toContain('AUTH_JWKS_URL');
});
