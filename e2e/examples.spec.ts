import type { Page } from '@playwright/test';
import { startProgram } from '../scripts/lib/programs.mjs';
import { expect, test, type Urls } from './support/stack.js';

/** Runs an example against the stack while a test looks at it. */
async function whileRunning(
  name: string,
  urls: Urls,
  look: (url: string) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  const url = urls.example;
  const { port } = new URL(url);
  const { stop } = await startProgram({
    ...{ name, port: Number(port), url, readyUrl: url, args: [`examples/${name}/server.mjs`] },
    env: {
      PORT: port,
      PORTAL_SERVER_URL: new URL(urls.server).origin,
      CHARGEBEE_URL: urls.emulator,
      IDENTITY_URL: `${urls.emulator}/idp`,
      REDIRECT_URL: url,
      ...env,
    },
  });
  try {
    await look(url);
  } finally {
    await stop();
  }
}

/** The example's page, with its button pressed. */
async function manageBilling(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('button', { name: 'Manage billing' }).click();
}

test('chargebee.js opens the portal with a session of the JSON endpoint', async ({
  page,
  urls,
}) => {
  await whileRunning('script-tag', urls, async (url) => {
    await manageBilling(page, url);
    const portal = page.getByRole('dialog').locator('iframe').contentFrame();
    await expect(portal.getByText('Juniper Bakery').first()).toBeVisible();
  });
});

test('what is wrong with a session is shown, and nothing is left waiting', async ({
  page,
  urls,
}) => {
  const newcomer = { USER_ID: 'newcomer' };
  await whileRunning(
    'script-tag',
    urls,
    async (url) => {
      await manageBilling(page, url);
      await expect(page.getByRole('alert')).not.toBeEmpty();
      await expect(page.getByRole('dialog')).toHaveCount(0);
    },
    newcomer,
  );
  await whileRunning(
    'access-url',
    urls,
    async (url) => {
      const opened = page.waitForEvent('popup');
      await manageBilling(page, url);
      await expect((await opened).getByText('The portal could not be opened.')).toBeVisible();
    },
    newcomer,
  );
});

test('a form opens the portal by its access URL', async ({ page, urls }) => {
  await whileRunning('access-url', urls, async (url) => {
    const opened = page.waitForEvent('popup');
    await manageBilling(page, url);
    const portal = await opened;
    await expect(portal.getByText('Juniper Bakery').first()).toBeVisible();
    expect(portal.url()).toContain(`${urls.emulator}/portal/v2/`);
    expect(await portal.evaluate(() => window.opener as unknown)).toBeNull();
    await portal.getByRole('button', { name: 'Log out' }).click();
    await portal.waitForURL(`${url}/**`);
  });
});

test('an example takes no session for another site’s page', async ({ urls }) => {
  for (const [name, path] of [
    ['script-tag', '/portal-session'],
    ['access-url', '/billing'],
  ] as const) {
    await whileRunning(name, urls, async (url) => {
      expect((await fetch(`${url}${path}`, { method: 'POST' })).status).toBe(403);
    });
  }
});
