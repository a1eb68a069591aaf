import type { Page } from '@playwright/test';
import { AccountPage } from './support/account-page.js';
import { expect, test } from './support/stack.js';

test('the server renders a page with the directive, without warnings', async ({ urls, stack }) => {
  const before = stack.running.demo.output();
  const answer = await fetch(urls.demo);
  expect(answer.status).toBe(200);
  const html = await answer.text();
  const button = /<button[^>]*chargebeeportal[^>]*>\s*Manage billing\s*<\/button>/i.exec(html);
  expect(button?.[0]).toContain('aria-haspopup="dialog"');
  expect(html).toContain('Sign in as Juniper Bakery');
  expect(html).not.toContain('v2/chargebee.js"');
  expect(stack.running.demo.output()).toBe(before);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the page is readable', async ({ page, urls }) => {
    await page.goto(urls.demo);
    await expect(page.getByRole('heading', { name: 'Billing', exact: true })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Manage billing' })).toBeVisible();
  });
});

/** Delays the app's script until the returned function is called. */
async function delayApp(page: Page): Promise<() => void> {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/main-[^/]*\.js$/, async (route) => {
    await released;
    await route.continue();
  });
  return () => release();
}

test('the browser hydrates the server’s elements, without warnings', async ({ page, urls }) => {
  const messages: string[] = [];
  page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => messages.push(String(error)));

  // Mark the server's button before the app starts, to recognize it later.
  const release = await delayApp(page);
  await page.goto(urls.demo, { waitUntil: 'commit' });
  const button = page.getByRole('button', { name: 'Manage billing' });
  await button.evaluate((element) => Object.assign(element, { fromServer: true }));
  release();

  const account = new AccountPage(page, urls);
  await page.waitForFunction(() => !document.querySelector('[ngh]'));
  expect(await button.evaluate((element) => 'fromServer' in element)).toBe(true);
  await account.signIn('Juniper Bakery');
  await account.manageBilling.click();
  await account.expectPortalOf('Juniper Bakery');
  expect(messages).toEqual([]);
});

for (const name of ['Manage billing', 'Billing history']) {
  test(`a click on "${name}" before the app has started is replayed`, async ({ page, urls }) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    const release = await delayApp(page);
    await page.goto(urls.demo, { waitUntil: 'commit' });
    const account = new AccountPage(page, urls);
    await account.button(name).click();
    release();
    // Nobody is signed in, so the error shows that the click was handled.
    await expect(account.alert).toContainText('Sign in');
    expect(errors.filter((text) => text.includes('preventDefault'))).toEqual([]);
  });
}
