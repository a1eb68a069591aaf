import { expect, test } from '@playwright/test';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { freePort, portIsFree } from '../scripts/lib/programs.mjs';
import { endScriptsAfterEach, npm } from './support/npm-script.js';
import type { RunningScript } from './support/npm-script.js';

endScriptsAfterEach();

/** `npm start`, on ports of its own. */
function start(ports: { emulator: number; server: number; demo: number }): RunningScript {
  return npm(['start'], {
    EMULATOR_PORT: String(ports.emulator),
    SERVER_PORT: String(ports.server),
    DEMO_PORT: String(ports.demo),
  });
}

test('npm start brings up all three, a line each, says where to click, and Ctrl-C leaves nothing behind', async ({
  page,
}) => {
  test.setTimeout(240_000); // It builds what is older than its sources.
  const ports = { emulator: await freePort(), server: await freePort(), demo: await freePort() };
  const started = start(ports);
  const ended = started.exited.then(() => 'ended');
  const ready = expect
    .poll(started.output, { timeout: 200_000 })
    .toContain('click "Manage billing"');
  expect(await Promise.race([ready.then(() => 'ready'), ended]), started.output()).toBe('ready');
  expect(started.output()).toContain(`emulator ready at http://localhost:${ports.emulator}\n`);
  expect(started.output()).toContain(
    `server   ready at http://localhost:${ports.server}/graphql\n`,
  );
  expect(started.output()).toContain(`demo     ready at http://localhost:${ports.demo}\n`);

  await page.goto(`http://localhost:${ports.demo}`);
  await page.getByRole('button', { name: 'Sign in as Juniper Bakery' }).click();
  await page.getByRole('button', { name: 'Manage billing' }).click();
  const portal = page.getByRole('dialog').locator('iframe').contentFrame();
  await expect(portal.getByText('Juniper Bakery').first()).toBeVisible();

  started.interrupt();
  await started.exited;
  for (const port of Object.values(ports)) expect(await portIsFree(port)).toBe(true);
});

test('npm start says in one line which port is in use and what wanted it', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const started = start({ emulator: await freePort(), server: port, demo: await freePort() });
  expect(await started.exited).toBe(1);
  expect(started.output().trim()).toBe(
    `Port ${port} is in use, and the server wants it. Stop what uses it, or set SERVER_PORT to another.`,
  );
  other.close();
});
