import { freePort } from '../../scripts/lib/ports.mjs';
import { startProgram } from '../../scripts/lib/programs.mjs';
import type { Page } from '@playwright/test';
import { expect, test, type Urls } from './stack.js';

/** Runs the example while a test looks at it. */
async function whileRunning(
  { accessUrl, server, emulator }: Urls,
  look: (url: string) => Promise<void>,
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
    await look(accessUrl);
  } finally {
    await stop();
  }
}

test('a form opens the portal by its access URL', async ({ page, urls }) => {
  await whileRunning(urls, async (url) => {
    await page.goto(url);
    const opened = page.waitForEvent('popup');
    await page.getByRole('button', { name: 'Manage billing' }).click();
    const portal = await opened;
    await expect(portal.getByText('Juniper Bakery').first()).toBeVisible();
    expect(portal.url()).toContain(`${urls.emulator}/portal/v2/`);
    expect(await portal.evaluate(() => window.opener as unknown)).toBeNull();
    await portal.getByRole('button', { name: 'Log out' }).click();
    await portal.waitForURL(`${url}/**`);
  });
});

test('in two tabs, the login of the second replaces that of the first', async ({ page, urls }) => {
  let first = page;
  const opens = async (url: string, user: string): Promise<Page> => {
    await page.goto(url);
    const opened = page.waitForEvent('popup');
    await page.getByRole('button', { name: 'Manage billing' }).click();
    const portal = await opened;
    await expect(portal.getByText(`Hello, ${user}`)).toBeVisible();
    return portal;
  };
  await whileRunning(urls, async (url) => {
    first = await opens(url, 'Juniper Bakery');
  });
  await whileRunning(urls, async (url) => void (await opens(url, 'Harbor Cycles')), {
    USER_ID: 'harbor',
  });
  await first.getByRole('link', { name: 'Payment methods' }).first().click();
  await expect(first.getByText('Harbor Cycles').first()).toBeVisible();
});

test('what is wrong is shown in its tab', async ({ page, urls }) => {
  const opensWith = async (url: string, text: string) => {
    await page.goto(url);
    const opened = page.waitForEvent('popup');
    await page.getByRole('button', { name: 'Manage billing' }).click();
    await expect((await opened).getByText(text)).toBeVisible();
  };
  await whileRunning(urls, (url) => opensWith(url, 'The portal could not be opened.'), {
    USER_ID: 'newcomer',
  });
  await whileRunning(urls, (url) => opensWith(url, 'Billing is not available.'), {
    PORTAL_SERVER_URL: `http://localhost:${await freePort()}`,
  });
});

test('the example takes no session for another site’s page', async ({ urls }) => {
  await whileRunning(urls, async (url) => {
    expect((await fetch(`${url}/billing`, { method: 'POST' })).status).toBe(403);
  });
});
