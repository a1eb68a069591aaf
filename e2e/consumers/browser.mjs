// A person's click on the button of a built app, in Chromium.
import { chromium, expect } from '@playwright/test';

/**
 * Passes an empty page of a new browser to a function, with the errors that its console has shown so far.
 * @template T
 * @param {(page: import('@playwright/test').Page, errors: readonly string[]) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withPage(use) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROME_BIN ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
  });
  try {
    const page = await browser.newPage();
    const errors = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(String(error)));
    return await use(page, errors);
  } finally {
    await browser.close();
  }
}

/**
 * Clicks "Manage billing" and waits for the portal of Juniper Bakery. Rejects when it does not open, or when the
 * page's console shows an error.
 */
export async function openPortal(url, { urls }) {
  const token = await tokenOf('juniper', urls.emulator);
  await withPage(async (page, errors) => {
    // The sign-in of a fresh app is its developer's to make; here the token is added on the way.
    await page.route(urls.server, (route) =>
      route.continue({
        headers: { ...route.request().headers(), authorization: `Bearer ${token}` },
      }),
    );
    await page.goto(url);
    await page.getByRole('button', { name: 'Manage billing' }).click();
    const portal = page.getByRole('dialog').locator('iframe').contentFrame();
    await expect(portal.getByText('Juniper Bakery').first()).toBeVisible({ timeout: 30_000 });
    if (errors.length) throw new Error(`The page’s console shows: ${errors.join('\n')}`);
  });
}

async function tokenOf(user, emulatorUrl) {
  const answer = await fetch(`${emulatorUrl}/idp/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user }),
  });
  const { access_token } = await answer.json();
  return access_token;
}
