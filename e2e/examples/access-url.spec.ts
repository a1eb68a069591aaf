import { freePort } from '../../scripts/lib/ports.mjs';
import { startProgram } from '../../scripts/lib/programs.mjs';
import type { Page } from '@playwright/test';
import { windowOpenedBy } from '../support/window.js';
import { expect, test, type Urls } from './stack.js';

/** Starts the example, calls `use` with its URL, and stops it. */
async function withExample(
  { accessUrl, server, emulator }: Urls,
  use: (url: string) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  const { port } = new URL(accessUrl);
  const { stop } = await startProgram({
    name: 'access-url',
    port: Number(port),
    url: accessUrl,
    readyUrl: accessUrl,
    args: ['examples/access-url/server.mjs'],
    env: {
      PORT: port,
      PORTAL_SERVER_URL: server,
      SIGN_IN_URL: `${emulator}/idp/token`,
      ...env,
    },
  });
  try {
    await use(accessUrl);
  } finally {
    await stop();
  }
}

/** Loads the example's page and clicks its button. Returns the window that opens. */
async function openPortal(page: Page, url: string): Promise<Page> {
  await page.goto(url);
  return windowOpenedBy(page, () => page.getByRole('button', { name: 'Manage billing' }).click());
}

test('a form opens the portal by its access URL', async ({ page, urls }) => {
  await withExample(urls, async (url) => {
    const portal = await openPortal(page, url);
    await expect(portal.getByText('Juniper Bakery').first()).toBeVisible();
    expect(portal.url()).toContain(`${urls.emulator}/portal/v2/`);
    expect(await portal.evaluate(() => window.opener as unknown)).toBeNull();
    await portal.getByRole('button', { name: 'Log out' }).click();
    await portal.waitForURL(`${url}/**`);
  });
});

test('in two tabs, the login of the second replaces that of the first', async ({ page, urls }) => {
  let first = page;
  await withExample(urls, async (url) => {
    first = await openPortal(page, url);
    await expect(first.getByText('Hello, Juniper Bakery')).toBeVisible();
  });
  const expectHarbor = async (url: string) => {
    const second = await openPortal(page, url);
    await expect(second.getByText('Hello, Harbor Cycles')).toBeVisible();
  };
  await withExample(urls, expectHarbor, { USER_ID: 'harbor' });
  await first.getByRole('link', { name: 'Payment methods' }).first().click();
  await expect(first.getByText('Harbor Cycles').first()).toBeVisible();
});

test('errors are shown in the new tab', async ({ page, urls }) => {
  const expectError = async (url: string, text: string) => {
    await expect((await openPortal(page, url)).getByText(text)).toBeVisible();
  };
  await withExample(urls, (url) => expectError(url, 'The portal could not be opened.'), {
    USER_ID: 'newcomer',
  });
  await withExample(urls, (url) => expectError(url, 'Billing is not available.'), {
    PORTAL_SERVER_URL: `http://localhost:${await freePort()}`,
  });
});

test('a POST that does not come from the example’s own page is rejected', async ({ urls }) => {
  await withExample(urls, async (url) => {
    expect((await fetch(`${url}/billing`, { method: 'POST' })).status).toBe(403);
  });
});
