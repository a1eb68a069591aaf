import { expect, test } from '@playwright/test';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { freeDemoPorts } from '../scripts/lib/demo-programs.mjs';
import { portIsFree } from '../scripts/lib/ports.mjs';
import { endScriptsAfterEach, npm } from './support/npm-script.js';
import type { RunningScript } from './support/npm-script.js';

type Ports = Awaited<ReturnType<typeof freeDemoPorts>>;

endScriptsAfterEach();

/** Runs `npm start` with the given ports. */
function start(ports: Ports, args: string[] = []): RunningScript {
  return npm(['start', ...(args.length ? ['--', ...args] : [])], {
    EMULATOR_PORT: String(ports.emulator),
    SERVER_PORT: String(ports.server),
    MERCHANT_PORT: String(ports.merchant),
    DEMO_PORT: String(ports.demo),
  });
}

/** Waits until all programs are ready. Fails, with their output, if `npm start` exits. */
async function waitUntilReady({ output, exited }: RunningScript): Promise<void> {
  const ready = expect.poll(output, { timeout: 480_000 }).toContain('click "Manage billing"');
  const outcome = await Promise.race([
    ready.then(() => 'ready'),
    exited.then((code) => `ended with code ${code}`),
  ]);
  expect(outcome, output()).toBe('ready');
}

/** Presses Ctrl-C and expects all ports to be free afterwards. The exit code is not checked, because npm exits by the signal too. */
async function interrupt(started: RunningScript, ports: Ports): Promise<void> {
  started.interrupt();
  await started.exited;
  expect(started.output()).not.toContain('was killed');
  for (const [name, port] of Object.entries(ports)) {
    expect(await portIsFree(port), `the port of the ${name} is free`).toBe(true);
  }
}

test.describe('npm start', () => {
  // `npm start` builds what is out of date, which takes minutes on a machine under load.
  test.describe.configure({ timeout: 600_000 });

  test('starts all four programs and prints their URLs; Ctrl-C stops them all', async ({
    page,
  }) => {
    const ports = await freeDemoPorts();
    const started = start(ports);
    await waitUntilReady(started);
    const lines = started.output().split('\n');
    expect(lines).toContain(`emulator ready at http://localhost:${ports.emulator}`);
    expect(lines).toContain(`server   ready at http://localhost:${ports.server}/graphql`);
    expect(lines).toContain(`merchant ready at http://localhost:${ports.merchant}/graphql`);
    expect(lines).toContain(`demo     ready at http://localhost:${ports.demo}`);
    expect(started.output()).toContain('Ctrl-C ends everything.');

    await page.goto(`http://localhost:${ports.demo}`);
    await page.getByRole('button', { name: 'Sign in as Juniper Bakery' }).click();
    // The button moves until the account is shown.
    await expect(page.getByText('Renews on')).toBeVisible();
    await page.getByRole('button', { name: 'Manage billing' }).click();
    const portal = page.getByRole('dialog').locator('iframe').contentFrame();
    await expect(portal.getByText('Juniper Bakery').first()).toBeVisible();

    await interrupt(started, ports);
  });

  test('keeps the other programs running when one exits, and restarts it when its name is typed', async ({
    request,
  }) => {
    const ports = await freeDemoPorts();
    const urls = {
      emulator: `http://localhost:${ports.emulator}/idp/.well-known/jwks.json`,
      server: `http://localhost:${ports.server}/readyz`,
      merchant: `http://localhost:${ports.merchant}/healthz`,
      demo: `http://localhost:${ports.demo}`,
    };
    const started = start(ports);
    await waitUntilReady(started);

    process.kill(started.childPid('server/dist/main.js'), 'SIGKILL');
    await expect.poll(started.output).toContain('The server ended by itself');
    expect(started.output()).toContain('type "server" to start it again');
    expect(await portIsFree(ports.server)).toBe(true);
    for (const url of [urls.emulator, urls.merchant, urls.demo]) {
      expect((await request.get(url)).ok(), url).toBe(true);
    }

    const timesReady = () => started.output().match(/^server +ready at /gm)?.length;
    expect(timesReady()).toBe(1);
    started.type('server');
    await expect.poll(timesReady).toBe(2);
    expect((await request.get(urls.server)).ok()).toBe(true);

    started.type('sever');
    await expect
      .poll(started.output)
      .toContain('Type one of: emulator, server, merchant, demo; or "stop" and one of them.');

    await interrupt(started, ports);
  });

  test('-- --embedded runs the portal inside the merchant’s API, without the server', async ({
    page,
  }) => {
    const ports = await freeDemoPorts();
    const started = start(ports, ['--embedded']);
    await waitUntilReady(started);
    const ready = [...started.output().matchAll(/^(\w+) +ready at /gm)].map(([, name]) => name);
    expect(ready).toEqual(['emulator', 'merchant', 'demo']);
    expect(await portIsFree(ports.server)).toBe(true);

    await page.goto(`http://localhost:${ports.demo}`);
    await page.getByRole('button', { name: 'Sign in as Juniper Bakery' }).click();
    const session = page.waitForRequest(
      (sent) =>
        sent.method() === 'POST' && (sent.postData()?.includes('createPortalSession') ?? false),
    );
    // The button moves until the account is shown.
    await expect(page.getByText('Renews on')).toBeVisible();
    await page.getByRole('button', { name: 'Manage billing' }).click();
    expect((await session).url()).toBe(`http://localhost:${ports.merchant}/graphql`);
    const portal = page.getByRole('dialog').locator('iframe').contentFrame();
    await expect(portal.getByText('Juniper Bakery').first()).toBeVisible();

    await interrupt(started, ports);
  });

  test('exits with one line that names a port in use and the program that needs it', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const started = start({ ...(await freeDemoPorts()), server: port });
    expect(await started.exited).toBe(1);
    expect(started.output().trim()).toBe(
      `Port ${port} is in use, and the server wants it. Stop what uses it, or set SERVER_PORT to another.`,
    );
    other.close();
  });

  test('rejects an unknown option', async () => {
    const started = start(await freeDemoPorts(), ['--embeded']);
    expect(await started.exited).toBe(1);
    expect(started.output().trim()).toBe('There is no option --embeded. There is: --embedded.');
  });
});
