// Runs the commands of "Your app in five minutes" in the README, and uses the resulting app in Chromium. Requires
// `npm run build`. The commands are changed in three ways: without the first line, which installs and builds this
// repository; with free ports; and with a fixed version of Angular's CLI (see `newestCli`).
import { expect } from '@playwright/test';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { newestCli } from './app.mjs';
import { withPage } from './browser.mjs';
import { environmentOutsideRepository } from '../../scripts/lib/environment.mjs';
import { freePort } from '../../scripts/lib/ports.mjs';
import { root } from '../../scripts/lib/programs.mjs';

const INSTALL_AND_BUILD = 'npm ci && npm run build\n';

/** Timeouts for the app to be served, and for the programs to exit after SIGTERM, in milliseconds. */
const SERVE_TIMEOUT_MS = 10 * 60_000;
const STOP_TIMEOUT_MS = 10_000;

/** Returns the README's commands with the changes listed above. */
async function readCommands(ports) {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, block] =
    /^## Your app in five minutes\n[\s\S]*?^```sh\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  if (!block?.startsWith(INSTALL_AND_BUILD)) {
    throw new Error(`README.md has no block for a new app that begins with ${INSTALL_AND_BUILD}`);
  }
  const cli = '@angular/cli@21 ';
  if (!block.includes(cli)) throw new Error(`The block does not use ${cli}`);
  return withPorts(block.slice(INSTALL_AND_BUILD.length), ports).replace(
    cli,
    `@angular/cli@${await newestCli(21, tmpdir())} `,
  );
}

function withPorts(text, ports) {
  return text.replaceAll(/\b(4000|4010|4200)\b/g, (port) => ports[port]);
}

/** Copies the folders that the commands pack, as in a clone of the repository after its build. */
function createClone(folder) {
  const clone = join(folder, 'clone');
  mkdirSync(clone);
  for (const path of ['dist/ngx-chargebee-portal', 'server', 'emulator']) {
    cpSync(join(root, path), join(clone, path), {
      recursive: true,
      filter: (source) => !['node_modules', 'test', 'coverage'].includes(basename(source)),
    });
  }
  return clone;
}

/** Runs the commands in a shell with its own process group. */
function runCommands(commands, cwd, ports) {
  const env = {
    ...environmentOutsideRepository(),
    PORT: String(ports[4010]), // of the emulator; it is not in the commands, because 4010 is the default
    EMULATOR_DEMO_ORIGINS: `http://localhost:${ports[4200]}`,
  };
  const shell = spawn('bash', ['-e', '-c', commands], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output = (output + text).slice(-6_000)));
  }
  let hasEnded = false;
  const ended = new Promise((resolve) => shell.once('close', resolve)).then(
    () => (hasEnded = true),
  );
  const signal = (name) => {
    try {
      process.kill(-shell.pid, name);
    } catch {
      // The group has already exited.
    }
  };
  return {
    output: () => output,
    hasEnded: () => hasEnded,
    async stop() {
      signal('SIGTERM');
      const killTimer = setTimeout(() => signal('SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(killTimer);
    },
  };
}

async function waitUntilServed(url, running) {
  const deadline = Date.now() + SERVE_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (running.hasEnded()) throw new Error(`The commands ended:\n${running.output()}`);
    const response = await fetch(url).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`The commands do not serve ${url}:\n${running.output()}`);
}

/** Records the URLs that the page and its iframes send a bearer token to, in the returned list. */
function recordTokenReceivers(page) {
  const urls = [];
  page.on('request', (request) => {
    if (request.headers().authorization?.startsWith('Bearer ')) urls.push(request.url());
  });
  return urls;
}

async function openPortal(page) {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Manage billing' }).click();
  const portal = page.getByRole('dialog').locator('iframe').contentFrame();
  await expect(portal.getByText('Juniper Bakery').first()).toBeVisible({ timeout: 60_000 });
}

/** Changes the app to expose its HttpClient as `http`, so that the test can send requests through its interceptors. */
function exposeHttpClient(app) {
  const file = join(app, 'src/main.ts');
  const before = readFileSync(file, 'utf8');
  const after = `import { HttpClient } from '@angular/common/http';\n${before.replace(
    'bootstrapApplication(App, appConfig)',
    '$&.then(({ injector }) => void Object.assign(globalThis, { http: injector.get(HttpClient) }))',
  )}`;
  if (!after.includes('globalThis')) throw new Error(`${file} does not start the app:\n${before}`);
  writeFileSync(file, after);
}

/** Sends requests by HttpClient to the portal server and to other servers, and expects only the portal server to get the token. */
async function expectTokenOnlyAtPortalServer(page, app, ports, tokenReceivers) {
  const portalServer = `http://localhost:${ports[4000]}/graphql`;
  const others = [
    `http://localhost:${ports[4200]}/api/orders`,
    `http://localhost:${ports[4010]}/idp/users`,
    `http://localhost.example.test:${ports[4000]}/graphql`,
    'https://api.example.test/graphql',
    `https://api.example.test/?next=${portalServer}`,
  ];
  exposeHttpClient(app);
  await page.waitForFunction(() => 'http' in globalThis, undefined, { timeout: 120_000 });
  const requested = [];
  for (const url of [portalServer, ...others]) {
    await page.route(url, (route) => {
      requested.push(url);
      return route.fulfill({
        json: {},
        headers: {
          'access-control-allow-origin': '*',
          'access-control-allow-headers': '*, authorization',
        },
      });
    });
  }
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('button', { name: 'Manage billing' })).toBeVisible();
  tokenReceivers.length = 0;
  for (const url of [portalServer, ...others]) {
    await page.evaluate(
      (to) => new Promise((done) => globalThis.http.get(to).subscribe({ next: done, error: done })),
      url,
    );
  }
  expect(new Set(requested)).toEqual(new Set([portalServer, ...others]));
  expect(tokenReceivers).toEqual([portalServer]);
}

function useApp(url, app, ports) {
  return withPage(async (page, errors) => {
    const tokenReceivers = recordTokenReceivers(page);
    await page.goto(url);
    await openPortal(page);
    const openedAt = Date.now();
    expect(errors).toEqual([]);
    expect(tokenReceivers.length).toBeGreaterThan(0);
    expect(new Set(tokenReceivers)).toEqual(new Set([`http://localhost:${ports[4000]}/graphql`]));
    await expectTokenOnlyAtPortalServer(page, app, ports, tokenReceivers);
    return openedAt;
  });
}

const folder = mkdtempSync(join(tmpdir(), 'five-minutes-'));
let running;
let failed = 0;
try {
  const [server, emulator, devServer] = await Promise.all([freePort(), freePort(), freePort()]);
  const ports = { 4000: server, 4010: emulator, 4200: devServer };
  const url = `http://localhost:${devServer}/`;
  const commands = await readCommands(ports);
  const clone = createClone(folder);
  const startedAt = Date.now();
  const seconds = (until = Date.now()) => Math.round((until - startedAt) / 1000);
  running = runCommands(commands, clone, ports);
  await waitUntilServed(url, running);
  console.log(`The app is served after ${seconds()} s`);
  const openedAt = await useApp(url, join(folder, 'my-app'), ports);
  console.log(`The portal is open after ${seconds(openedAt)} s, without npm ci and the build`);
} catch (error) {
  failed = 1;
  console.error(`FAILED ${error.stack}\n${running?.output() ?? ''}`);
} finally {
  await running?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
if (process.env.SUITE_RESULTS) {
  writeFileSync(
    process.env.SUITE_RESULTS,
    JSON.stringify({ passed: failed ? 0 : 1, failed, skipped: [] }),
  );
}
process.exitCode = failed;
