import type { Page } from '@playwright/test';
import { AccountPage, watchMutations } from './account-page.js';
import { phone } from './phone.js';
import { expect, test, type Urls } from './support/stack.js';

/** Clicks, and returns the window that opens. */
async function windowOpenedBy(page: Page, click: () => Promise<void>): Promise<Page> {
  const opened = page.waitForEvent('popup');
  await click();
  return opened;
}

async function expectPortalIn(popup: Page, customer: string): Promise<void> {
  await expect(popup.getByText(customer).first()).toBeVisible();
}

/**
 * The text of the next alert, reported by the page itself. Asking the page for it, as an expectation does, counts as a
 * user's gesture in Chromium, and would allow the window that is to be blocked.
 */
async function nextAlert(page: Page): Promise<() => Promise<string>> {
  let report: (text: string) => void = () => undefined;
  const alert = new Promise<string>((resolve) => (report = resolve));
  await page.exposeFunction('reportAlert', report);
  await page.addInitScript(() => {
    const { reportAlert } = window as unknown as { reportAlert: (text: string | null) => void };
    new MutationObserver(() => {
      const alert = document.querySelector('[role=alert]');
      if (alert) reportAlert(alert.textContent);
    }).observe(document, { childList: true, subtree: true });
  });
  return () => alert;
}

/** Clicks the button from code, which the browser does not count as a user gesture. */
async function pressWithoutGesture(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', {
    expression: "document.querySelector('[chargebeeportal]').click()",
    userGesture: false,
  });
  await session.detach();
}

/** Makes the page's requests for portal sessions fail. Returns a function that ends that. */
async function takeBackendDown(page: Page, urls: Urls): Promise<() => Promise<void>> {
  await page.route(urls.server, (route) =>
    route.request().postData()?.includes('createPortalSession')
      ? route.abort('connectionrefused')
      : route.continue(),
  );
  return () => page.unroute(urls.server);
}

const scriptBlocked = { route: 'chargebee.js', status: 503 };

test.describe('on a desktop', () => {
  for (const [what, fault] of [
    ['takes longer than a click counts', { route: 'chargebee.js', latency: 8_000 }],
    ['fails again and again, each time late', { ...scriptBlocked, latency: 3_000 }],
  ] as const) {
    test(`opens in a window while the click still counts when the script ${what}`, async ({
      page,
      urls,
      controls,
    }) => {
      const account = new AccountPage(page, urls);
      const mutations = watchMutations(page, urls, 'createPortalSession');
      await controls.fault(fault);
      await account.showAs('Juniper Bakery');
      const popup = await windowOpenedBy(page, () => account.manageBilling.click());
      await expectPortalIn(popup, 'Juniper Bakery');
      expect(mutations).toHaveLength(1);
    });
  }

  test('opens in a modal when the session takes longer than five seconds', async ({
    page,
    urls,
    controls,
  }) => {
    const account = new AccountPage(page, urls);
    await controls.fault({ route: '/api/v2/portal_sessions', latency: 6_000, count: 1 });
    await account.showAs('Juniper Bakery');
    await account.manageBilling.click();
    await account.expectPortalOf('Juniper Bakery');
  });

  test('opens in a window by its access URL when the script is blocked', async ({
    page,
    urls,
    controls,
  }) => {
    const account = new AccountPage(page, urls);
    await controls.fault(scriptBlocked);
    await account.showAs('Juniper Bakery');
    const popup = await windowOpenedBy(page, () => account.manageBilling.click());
    await expectPortalIn(popup, 'Juniper Bakery');
    expect(popup.url().startsWith(`${urls.emulator}/portal/`)).toBe(true);

    await popup.close();
    await expect(account.event('close')).toBeAttached();
    await account.expectReady();
  });

  test('says so when the window is blocked, and opens at the next click with the session that was kept', async ({
    page,
    urls,
    controls,
  }) => {
    const account = new AccountPage(page, urls);
    const mutations = watchMutations(page, urls, 'createPortalSession');
    await controls.fault(scriptBlocked);
    const alert = await nextAlert(page);
    await account.showAs('Juniper Bakery');
    // Outside any gesture, as after a wait that was too long.
    await page.waitForTimeout(6_000);
    await pressWithoutGesture(page);
    expect(await alert()).toContain('Press the button once more');
    await account.expectReady();
    await expect.poll(() => mutations).toHaveLength(1);

    const popup = await windowOpenedBy(page, () => account.manageBilling.click());
    await expectPortalIn(popup, 'Juniper Bakery');
    await expect(account.alert).toHaveCount(0);
    expect(mutations).toHaveLength(1);
  });

  test('shows an error when the backend is down, and opens once it is back', async ({
    page,
    urls,
  }) => {
    const account = new AccountPage(page, urls);
    const bringBackendUp = await takeBackendDown(page, urls);
    await account.showAs('Juniper Bakery');
    await account.manageBilling.click();
    await expect(account.alert).toContainText('did not answer');
    await account.expectReady();

    await bringBackendUp();
    await account.manageBilling.click();
    await account.expectPortalOf('Juniper Bakery');
    await expect(account.alert).toHaveCount(0);
  });

  test('shows an error when Chargebee is down, and opens once it is back', async ({
    page,
    urls,
    controls,
  }) => {
    const account = new AccountPage(page, urls);
    await controls.fault({ route: 'api', status: 503, body: 'html' });
    await account.showAs('Juniper Bakery');
    await account.manageBilling.click();
    await expect(account.alert).toContainText('cannot be reached');
    await account.expectReady();

    await controls.clearFaults();
    // The backend leaves a Chargebee that keeps failing alone for a while, and then tries it again.
    await expect(async () => {
      await account.manageBilling.click();
      await expect(account.dialog).toBeVisible({ timeout: 3_000 });
      await expect(account.portal.getByText('Juniper Bakery').first()).toBeVisible({
        timeout: 3_000,
      });
    }).toPass({ timeout: 45_000 });
  });
});

test.describe('on a phone', () => {
  test.use(phone);

  test('opens in a window of chargebee.js when the script is ready', async ({ page, urls }) => {
    const account = new AccountPage(page, urls);
    await account.showAs('Juniper Bakery');
    await page.waitForFunction(() => 'Chargebee' in window);
    const popup = await windowOpenedBy(page, () => account.manageBilling.tap());
    await expectPortalIn(popup, 'Juniper Bakery');
    await expect(account.event('loaded')).toBeAttached();
    await popup.close();
    await expect(account.event('close')).toBeAttached();
  });

  for (const [what, fault] of [
    ['the script takes longer than five seconds', { route: 'chargebee.js', latency: 6_000 }],
    ['the script is blocked', scriptBlocked],
    [
      'the session takes longer than five seconds',
      { route: '/api/v2/portal_sessions', latency: 6_000, count: 1 },
    ],
  ] as const) {
    test(`opens in a window when ${what}`, async ({ page, urls, controls }) => {
      const account = new AccountPage(page, urls);
      await controls.fault(fault);
      await account.showAs('Juniper Bakery');
      const popup = await windowOpenedBy(page, () => account.manageBilling.tap());
      await expectPortalIn(popup, 'Juniper Bakery');
      expect(page.url()).toBe(`${urls.demo}/`);
    });
  }

  test('says so when chargebee.js’s window is blocked, and opens at the next tap with the session that was kept', async ({
    page,
    urls,
  }) => {
    const account = new AccountPage(page, urls);
    const mutations = watchMutations(page, urls, 'createPortalSession');
    const alert = await nextAlert(page);
    await account.showAs('Juniper Bakery');
    await page.waitForFunction(() => 'Chargebee' in window);
    // Outside any gesture, as after a wait that was too long.
    await page.waitForTimeout(6_000);
    await pressWithoutGesture(page);
    expect(await alert()).toContain('Press the button once more');
    await account.expectReady();
    await expect.poll(() => mutations).toHaveLength(1);

    const popup = await windowOpenedBy(page, () => account.manageBilling.tap());
    await expectPortalIn(popup, 'Juniper Bakery');
    expect(mutations).toHaveLength(1);
  });

  test('closes the window again and shows an error when the backend is down, and opens once it is back', async ({
    page,
    urls,
  }) => {
    const account = new AccountPage(page, urls);
    const bringBackendUp = await takeBackendDown(page, urls);
    await account.showAs('Juniper Bakery');
    await page.waitForFunction(() => 'Chargebee' in window);
    await windowOpenedBy(page, () => account.manageBilling.tap());
    await expect.poll(() => page.context().pages()).toHaveLength(1);
    await expect(account.alert).toContainText('did not answer');
    await account.expectReady();

    await bringBackendUp();
    const second = await windowOpenedBy(page, () => account.manageBilling.tap());
    await expectPortalIn(second, 'Juniper Bakery');
  });
});
