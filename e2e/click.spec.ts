import type { Page } from '@playwright/test';
import { AccountPage } from './account-page.js';
import { phone } from './phone.js';
import { PortalPage } from './portal-page.js';
import { expect, onOtherSite, test } from './support/stack.js';

// While its click still counts, the library has opened something or has said what to do. Nothing is evaluated in the page
// between a click and its window: to Chromium that is a new gesture.

/** Makes the page one of a web view that opens no windows. */
async function withoutWindows(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.open = () => null;
  });
}

test('the script’s host accepts connections and says nothing: the click opens a window', async ({
  page,
  urls,
  controls,
}) => {
  await controls.fault({ route: 'chargebee.js', latency: 60_000 });
  const account = new AccountPage(page, urls);
  await account.showAs('Juniper Bakery');
  const opened = page.waitForEvent('popup');
  await account.manageBilling.click();
  await expect((await opened).getByText('Hello, Juniper Bakery')).toBeVisible();
});

test('after that each click opens a window at once', async ({ page, urls, controls }) => {
  await controls.fault({ route: 'chargebee.js', latency: 60_000 });
  const account = new AccountPage(page, urls);
  await account.showAs('Juniper Bakery');
  for (let click = 0; click < 2; click++) {
    const opened = page.waitForEvent('popup');
    await account.manageBilling.click();
    const portal = await opened;
    await expect(portal.getByText('Hello, Juniper Bakery')).toBeVisible();
    await portal.close();
    await account.expectReady();
  }
});

test('the page’s own script tag failed before the library looked: the click opens the modal', async ({
  page,
  urls,
}) => {
  const script = `${urls.emulator}/v2/chargebee.js`;
  await page.route(script, (route) => route.abort(), { times: 1 });
  const failed = page.waitForEvent('requestfailed', (request) => request.url() === script);
  await page.addInitScript((src) => {
    new MutationObserver((_, observer) => {
      if (!document.head) return;
      observer.disconnect();
      const element = document.createElement('script');
      element.src = src;
      document.head.append(element);
    }).observe(document, { childList: true, subtree: true });
  }, script);
  // The app waits for its configuration, and so comes after the failure.
  await page.route('**/config.json', async (route) => {
    await failed;
    await route.continue();
  });
  const portal = new PortalPage(page);
  await portal.show(urls.portalPage);
  await portal.signIn('Juniper Bakery');
  await portal.open(portal.first, 'Juniper Bakery');
  expect(page.context().pages()).toHaveLength(1);
});

test('the page’s policy refuses the portal within an iframe: the second click opens a window', async ({
  page,
  urls,
}) => {
  const site = onOtherSite(urls.portalPage);
  await page.route(`${site}/?`, async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), 'content-security-policy': "frame-src 'none'" };
    await route.fulfill({ response, headers });
  });
  const portal = new PortalPage(page);
  await portal.show(site);
  await portal.signIn('Juniper Bakery');
  await portal.first.manageBilling.click();
  await expect(portal.dialog.locator('iframe')).toBeVisible();
  await page.waitForTimeout(3_500); // The person looks at it that long before they close it.
  await portal.close();
  await expect(portal.first.status).toHaveText('idle');
  const opened = page.waitForEvent('popup');
  await portal.first.manageBilling.click();
  await expect((await opened).getByText('Hello, Juniper Bakery')).toBeVisible();
});

test('redirect mode: coming back by the browser’s cache, the portal is closed and opens again', async ({
  page,
  urls,
}) => {
  const portal = new PortalPage(page);
  await portal.show(urls.portalPage, { redirect: '' });
  await portal.signIn('Juniper Bakery');
  // What the page holds in memory tells that it is the same one, not a reload.
  await page.evaluate(() => Object.assign(window, { sameAsBefore: true }));
  await portal.first.manageBilling.click();
  await expect(page.getByText('Hello, Juniper Bakery')).toBeVisible();
  // A page that is shown again does not load again.
  await page.goBack({ waitUntil: 'commit' });
  await expect(portal.first.event('close')).toHaveCount(1);
  await expect(portal.first.status).toHaveText('idle');
  expect(await page.evaluate(() => 'sameAsBefore' in window)).toBe(true);
  await portal.first.manageBilling.click();
  await expect(page.getByText('Hello, Juniper Bakery')).toBeVisible();
});

test.describe('in a web view without windows', () => {
  test.use({ ...phone, needsDemo: false });

  test('chargebee.js’s window is blocked twice: the next tap opens the modal', async ({
    page,
    urls,
  }) => {
    await withoutWindows(page);
    const portal = new PortalPage(page);
    await portal.show(urls.portalPage);
    await portal.signIn('Juniper Bakery');
    await page.waitForFunction(() => 'Chargebee' in window);
    for (let tap = 0; tap < 2; tap++) await tapAndExpect(portal, 'POPUP_BLOCKED');
    await portal.first.manageBilling.tap();
    await portal.expectPortalOf('Juniper Bakery');
  });

  test('the library’s window is blocked too: a tap says that the script is needed, and opens the modal once it is there', async ({
    page,
    urls,
    controls,
  }) => {
    await controls.fault({ route: 'chargebee.js', status: 503 });
    await withoutWindows(page);
    const portal = new PortalPage(page);
    await portal.show(urls.portalPage);
    await portal.signIn('Juniper Bakery');
    for (let tap = 0; tap < 2; tap++) await tapAndExpect(portal, 'POPUP_BLOCKED');
    await tapAndExpect(portal, 'SCRIPT_UNAVAILABLE');
    // That tap has ended with its attempts to load the script, so the next one begins anew.
    await controls.clearFaults();
    await portal.first.manageBilling.tap();
    await portal.expectPortalOf('Juniper Bakery');
  });
});

test.describe('on a phone', () => {
  test.use({ ...phone, needsDemo: false });

  test('a tap right after the window was closed opens it again, however far the portal had come', async ({
    page,
    urls,
    controls,
  }) => {
    const portal = new PortalPage(page);
    await portal.show(urls.portalPage);
    await portal.signIn('Juniper Bakery');
    await page.waitForFunction(() => 'Chargebee' in window);
    const tap = async () => {
      const opened = page.waitForEvent('popup');
      await portal.first.manageBilling.tap();
      return opened;
    };
    for (const latency of [0, 2_000, 2_000]) {
      if (latency) await controls.fault({ route: 'authenticate', latency });
      await (await tap()).close();
      await (await tap()).close();
    }
    await expect((await tap()).getByText('Hello, Juniper Bakery')).toBeVisible();
  });
});

async function tapAndExpect(portal: PortalPage, code: string): Promise<void> {
  await portal.first.manageBilling.tap();
  await expect(portal.first.alert).toHaveText(code);
  await expect(portal.first.status).toHaveText('idle');
}
