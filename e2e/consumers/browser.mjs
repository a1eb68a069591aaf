// Opens the portal in a built app, in Chromium.
import { chromium, expect } from '@playwright/test';

/**
 * Runs a function with a page in a new browser, and with the list of the page's console errors so far.
 * @template T
 * @param {(page: import('@playwright/test').Page, errors: readonly string[]) => Promise<T>} run
 * @returns {Promise<T>}
 */
export async function withPage(run) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROME_BIN ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
  });
  try {
    const page = await browser.newPage();
    const errors = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(String(error)));
    return await run(page, errors);
  } finally {
    await browser.close();
  }
}

/**
 * Clicks "Manage billing" and waits for the portal of Juniper Bakery. Rejects if it does not open or the console has errors.
 */
export async function openPortal(url, { urls }) {
  const token = await fetchToken('juniper', urls.emulator);
  await withPage(async (page, errors) => {
    // A fresh app has no sign-in, so add a token to its requests.
    await page.route(urls.server, (route) =>
      route.continue({
        headers: { ...route.request().headers(), authorization: `Bearer ${token}` },
      }),
    );
    await page.goto(url);
    await page.getByRole('button', { name: 'Manage billing' }).click();
    const portal = page.getByRole('dialog').locator('iframe').contentFrame();
    await expect(portal.getByText('Juniper Bakery').first()).toBeVisible({ timeout: 30_000 });
    if (errors.length) throw new Error(`The console of the page shows: ${errors.join('\n')}`);
  });
}

async function fetchToken(user, emulatorUrl) {
  const response = await fetch(`${emulatorUrl}/idp/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user }),
  });
  const { access_token } = await response.json();
  return access_token;
}
