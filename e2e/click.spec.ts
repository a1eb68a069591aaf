import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { AccountPage } from './support/account-page.js';
import { phone } from './support/phone.js';
import { PortalPage } from './support/portal-page.js';
import { scriptHangs, scriptUnavailable } from './support/controls.js';
import { expect, onOtherSite, test } from './support/stack.js';
import { closeAsUser, windowOpenedBy } from './support/window.js';
import { waitForChargebeeJs } from './support/wait-for-chargebee-js.js';

// Within the user activation of a click, the library must open the portal or show what to do. Between the click and the
// window, these tests evaluate nothing in the page: in Chromium that would renew the user activation.

/** Makes `window.open` fail, as in a web view that cannot open windows. */
async function blockWindows(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.open = () => null;
  });
}

test('the script’s host accepts the connection but does not respond: the click opens a window', async ({
  page,
  urls,
  controls,
}) => {
  await controls.fault(scriptHangs);
  const account = new AccountPage(page, urls);
  await account.showAs('Juniper Bakery');
  const portal = await windowOpenedBy(page, () => account.manageBilling.click());
  await expect(portal.getByText('Hello, Juniper Bakery')).toBeVisible();
});

test('the script’s host does not respond: every click opens a window', async ({
  page,
  urls,
  controls,
}) => {
  await controls.fault(scriptHangs);
  const account = new AccountPage(page, urls);
  await account.showAs('Juniper Bakery');
  for (let click = 0; click < 2; click++) {
    const portal = await windowOpenedBy(page, () => account.manageBilling.click());
    await expect(portal.getByText('Hello, Juniper Bakery')).toBeVisible();
    await closeAsUser(portal);
    await account.expectReady();
  }
});

test('the page’s own script tag failed before the library was loaded: the click opens the modal', async ({
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
  // The app loads its configuration first, so delaying that makes it start after the failure.
  await page.route('**/config.json', async (route) => {
    await failed;
    await route.continue();
  });
  const portal = new PortalPage(page);
  await portal.showAs('Juniper Bakery', urls.portalPage);
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
  const opened = await windowOpenedBy(page, () => portal.first.manageBilling.click());
  await expect(opened.getByText('Hello, Juniper Bakery')).toBeVisible();
});

test('redirect mode: after going back to the page in the back/forward cache, the portal is closed and can be opened again', async ({
  page,
  urls,
}) => {
  const portal = new PortalPage(page);
  await portal.showAs('Juniper Bakery', urls.portalPage, { redirect: '' });
  // A property of `window` shows that the page was restored, not reloaded.
  await page.evaluate(() => Object.assign(window, { isSamePage: true }));
  await portal.first.manageBilling.click();
  await expect(page.getByText('Hello, Juniper Bakery')).toBeVisible();
  // A restored page fires no `load` event.
  await page.goBack({ waitUntil: 'commit' });
  await expect(portal.first.event('close')).toHaveCount(1);
  await expect(portal.first.status).toHaveText('idle');
  expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
  await portal.first.manageBilling.click();
  await expect(page.getByText('Hello, Juniper Bakery')).toBeVisible();
});

test.describe('in a web view without windows', () => {
  test.use({ ...phone, needsDemo: false });

  test('chargebee.js’s window is blocked twice: the third tap opens the modal', async ({
    page,
    urls,
  }) => {
    await blockWindows(page);
    const portal = new PortalPage(page);
    await portal.showAs('Juniper Bakery', urls.portalPage);
    await waitForChargebeeJs(page);
    for (let tap = 0; tap < 2; tap++) await tapAndExpect(portal, 'POPUP_BLOCKED');
    await portal.first.manageBilling.tap();
    await portal.expectPortalOf('Juniper Bakery');
  });

  test('the library’s window is blocked too: the third tap reports that the script is unavailable, and the modal opens once it loads', async ({
    page,
    urls,
    controls,
  }) => {
    await controls.fault(scriptUnavailable);
    await blockWindows(page);
    const portal = new PortalPage(page);
    await portal.showAs('Juniper Bakery', urls.portalPage);
    for (let tap = 0; tap < 2; tap++) await tapAndExpect(portal, 'POPUP_BLOCKED');
    await tapAndExpect(portal, 'SCRIPT_UNAVAILABLE');
    // The error is shown after the last attempt to load the script, so the next tap loads it again.
    await controls.clearFaults();
    await portal.first.manageBilling.tap();
    await portal.expectPortalOf('Juniper Bakery');
  });
});

test.describe('on a phone', () => {
  test.use({ ...phone, needsDemo: false });

  for (const [whose, fault] of [
    ['of chargebee.js', undefined],
    ['opened by its access URL', scriptUnavailable],
  ] as const) {
    test(`the page leaves for a sign-in page while the window ${whose} waits for a session: the window is closed`, async ({
      page,
      urls,
      controls,
    }) => {
      if (fault) await controls.fault(fault);
      // As with an interceptor that never answers, because it navigates to the sign-in page instead.
      await page.route(urls.graphql, () => undefined);
      const portal = new PortalPage(page);
      await portal.showAs('Juniper Bakery', urls.portalPage);
      if (!fault) await waitForChargebeeJs(page);
      const opened = await windowOpenedBy(page, () => portal.first.manageBilling.tap());
      await expect(opened.getByText(/Opening (the|your) billing portal/)).toBeVisible();
      const closed = opened.waitForEvent('close');
      await page.goto(urls.emulator);
      await closed;
    });
  }

  test('the page leaves while the window shows the portal: it stays open, unless the app has logged out before', async ({
    page,
    urls,
  }) => {
    const portal = new PortalPage(page);
    for (const logsOut of [false, true]) {
      await portal.showAs('Juniper Bakery', urls.portalPage);
      await waitForChargebeeJs(page);
      const opened = await windowOpenedBy(page, () => portal.first.manageBilling.tap());
      await expect(opened.getByText('Hello, Juniper Bakery')).toBeVisible();
      if (logsOut) await portal.first.section.getByText('Log out of billing').tap();
      await page.goto(urls.emulator);
      if (logsOut) {
        await expect.poll(() => opened.isClosed()).toBe(true);
      } else {
        await expect(opened.getByText('Hello, Juniper Bakery')).toBeVisible();
        await opened.close();
      }
    }
  });

  test('a tap right after the window was closed opens it again, in every phase of loading', async ({
    page,
    urls,
    controls,
  }) => {
    const portal = new PortalPage(page);
    await portal.showAs('Juniper Bakery', urls.portalPage);
    await waitForChargebeeJs(page);
    // By coordinates: `locator.tap()` waits until the page has drawn frames, which is long after the window was closed.
    const { x, y } = (await portal.first.manageBilling.boundingBox())!;
    const tapOnce = () => page.touchscreen.tap(x + 10, y + 10).then(() => true);
    const tap = () =>
      windowOpenedBy(page, async () => {
        const tapped = tapOnce();
        tapped.catch(() => undefined); // Rejected at the end of the test if it is never acknowledged.
        // On a busy machine Chromium may lose a tap while a window closes. It does not acknowledge such a tap.
        const isAcknowledged = await Promise.race([tapped, sleep(30_000, false)]);
        if (!isAcknowledged) await tapOnce();
      });
    for (const latency of [0, 2_000, 2_000]) {
      if (latency) await controls.fault({ route: 'authenticate', latency });
      await closeAsUser(await tap());
      await closeAsUser(await tap());
    }
    await expect((await tap()).getByText('Hello, Juniper Bakery')).toBeVisible();
  });
});

async function tapAndExpect(portal: PortalPage, code: string): Promise<void> {
  await portal.first.manageBilling.tap();
  await expect(portal.first.alert).toHaveText(code);
  await expect(portal.first.status).toHaveText('idle');
}
