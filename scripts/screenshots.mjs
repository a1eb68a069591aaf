// Takes the screenshots of README.md and of the documentation: `node scripts/screenshots.mjs`.
import { chromium } from 'playwright-core';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { demoPrograms, freeDemoPorts } from './lib/demo-programs.mjs';
import { root, startProgram } from './lib/programs.mjs';
import { buildStale } from './lib/build-targets.mjs';
import { findOrInstallChrome } from './lib/tools.mjs';

const folder = join(root, 'docs/images');
const wide = { width: 1360, height: 860 };
const phone = {
  viewport: { width: 390, height: 780 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
  // chargebee.js recognizes phones by the user agent, and opens a window on them.
  userAgent:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
};

mkdirSync(folder, { recursive: true });
await buildStale(['emulator', 'server', 'ngx-chargebee-portal', 'demo']);

const programs = demoPrograms(await freeDemoPorts());
// An empty database, so that no data of earlier runs is in the pictures.
programs.merchant.env.DATA_FOLDER = 'memory://';

const running = [];
const browser = await chromium.launch({
  executablePath: await findOrInstallChrome(),
  args: ['--no-sandbox', '--disable-background-networking'],
});

/** Opens the demo's account page, signed in as Juniper Bakery. */
async function accountPage(options) {
  const page = await (await browser.newContext({ locale: 'en-GB', ...options })).newPage();
  await page.goto(programs.demo.url);
  await page.getByRole('button', { name: 'Sign in as Juniper Bakery' }).click();
  await page.getByText('Renews on').waitFor();
  await page.mouse.move(0, 0);
  return page;
}

/** Opens the portal in its modal, and waits until it has loaded. */
async function openPortal(page) {
  await page.getByRole('button', { name: 'Manage billing' }).click();
  const portal = page.getByRole('dialog').locator('iframe').contentFrame();
  await portal.getByText('INV-').first().waitFor();
  await page.mouse.move(0, 0);
}

/** Opens the portal on a phone. Returns its window. */
async function openPortalOnPhone(page) {
  const [window] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('button', { name: 'Manage billing' }).tap(),
  ]);
  await window.getByText('INV-').first().waitFor({ state: 'attached' });
  return window;
}

/** Creates a portal session with Chargebee's API. Returns its access URL. */
async function createAccessUrl() {
  const answer = await fetch(`${programs.emulator.url}/api/v2/portal_sessions`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('test_emulator_key:')}` },
    body: new URLSearchParams({ 'customer[id]': 'juniper-bakery' }),
  });
  return (await answer.json()).portal_session.access_url;
}

async function take(page, name) {
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  console.log(`docs/images/${name}.png`);
}

try {
  for (const program of Object.values(programs)) {
    await startProgram(program, { onSpawn: (started) => running.push(started) });
  }
  for (const [colorScheme, suffix] of [
    ['light', ''],
    ['dark', '-dark'],
  ]) {
    const page = await accountPage({ viewport: wide, colorScheme });
    await take(page, `account${suffix}`);
    await openPortal(page);
    await take(page, `portal-open${suffix}`);
    await page.context().close();

    const small = await accountPage({ ...phone, colorScheme });
    if (colorScheme === 'light') await take(small, 'account-phone');
    await take(await openPortalOnPhone(small), `portal-phone${suffix}`);
    await small.context().close();
  }
  const portal = await (await browser.newContext({ locale: 'en-GB', viewport: wide })).newPage();
  await portal.goto(await createAccessUrl());
  await portal.getByText('INV-').first().waitFor();
  await take(portal, 'emulator-portal');
  await portal.goto(programs.emulator.url);
  await portal.getByText('juniper-bakery').first().waitFor();
  await take(portal, 'emulator-dashboard');
} finally {
  await browser.close();
  await Promise.all(running.map((program) => program.stop()));
}
