// Takes the screenshots that the README shows: `node scripts/screenshots.mjs`.
import { chromium } from 'playwright-core';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { demoPrograms, freePort, root, startProgram } from './lib/programs.mjs';
import { buildStale } from './lib/rooms.mjs';
import { findOrInstallChrome } from './lib/tools.mjs';

const folder = join(root, 'docs/images');
mkdirSync(folder, { recursive: true });
await buildStale(['emulator', 'server', 'ngx-chargebee-portal', 'demo']);

const programs = demoPrograms({
  emulator: await freePort(),
  server: await freePort(),
  demo: await freePort(),
});
const running = [];
const browser = await chromium.launch({
  executablePath: findOrInstallChrome(),
  args: ['--no-sandbox', '--disable-background-networking'],
});

/** The demo with Juniper Bakery signed in, in a browser of this kind. */
async function accountPage(options) {
  const page = await (await browser.newContext({ locale: 'en-GB', ...options })).newPage();
  await page.goto(programs.demo.url);
  await page.getByRole('button', { name: 'Sign in as Juniper Bakery' }).click();
  await page.getByRole('button', { name: 'Manage billing' }).waitFor();
  return page;
}

async function openPortal(page) {
  await page.getByRole('button', { name: 'Manage billing' }).click();
  const portal = page.getByRole('dialog').locator('iframe').contentFrame();
  await portal.getByText('Growth').first().waitFor();
  await portal.getByText('INV-').first().waitFor();
}

try {
  for (const program of Object.values(programs)) {
    await startProgram(program, { onSpawn: (started) => running.push(started) });
  }
  const wide = await accountPage({ viewport: { width: 1280, height: 840 } });
  await openPortal(wide);
  await wide.mouse.move(0, 0);
  await wide.screenshot({ path: join(folder, 'portal-open.png'), animations: 'disabled' });

  const dark = await accountPage({ viewport: { width: 1280, height: 840 }, colorScheme: 'dark' });
  await dark.screenshot({ path: join(folder, 'account-dark.png'), animations: 'disabled' });

  const phone = await accountPage({ viewport: { width: 390, height: 780 }, deviceScaleFactor: 2 });
  await phone.screenshot({ path: join(folder, 'account-phone.png'), animations: 'disabled' });
} finally {
  await browser.close();
  await Promise.all(running.map((program) => program.stop()));
}
