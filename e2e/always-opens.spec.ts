import type { Page } from '@playwright/test';
import { AccountPage, watchMutations } from './support/account-page.js';
import { phone } from './support/phone.js';
import { scriptUnavailable } from './support/controls.js';
import { expect, test, type Urls } from './support/stack.js';
import { closeAsUser, windowOpenedBy } from './support/window.js';
import { waitForChargebeeJs } from './support/wait-for-chargebee-js.js';

// Chromium allows a page to open a window for about five seconds after a click or tap (user activation).

async function expectPortalIn(popup: Page, customer: string): Promise<void> {
  await expect(popup.getByText(customer).first()).toBeVisible();
}

/**
 * Makes the page report its next alert. Returns a function that waits for the alert's text. Polling the page with an
 * expectation would renew its user activation in Chromium, so the popup blocker would not block the window.
 */
async function reportNextAlert(page: Page): Promise<() => Promise<string>> {
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

/** Clicks the button from a script, after the user activation of earlier clicks has expired, so that its window is blocked. */
async function clickWithoutActivation(page: Page): Promise<void> {
  await page.waitForTimeout(6_000);
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', {
    expression: "document.querySelector('[chargebeeportal]').click()",
    userGesture: false,
  });
  await session.detach();
}

/** Makes the page's requests for portal sessions fail. Returns a function that restores them. */
async function takeBackendDown(page: Page, urls: Urls): Promise<() => Promise<void>> {
  await page.route(urls.graphql, (route) =>
    route.request().postData()?.includes('createPortalSession')
      ? route.abort('connectionrefused')
      : route.continue(),
  );
  return () => page.unroute(urls.graphql);
}

test.describe('on a desktop', () => {
  for (const [what, fault] of [
    ['loads after the user activation has expired', { route: 'chargebee.js', latency: 8_000 }],
    ['fails to load three seconds after each request', { ...scriptUnavailable, latency: 3_000 }],
  ] as const) {
    test(`opens in a window, within the user activation, when the script ${what}`, async ({
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

  test('opens in a window by its access URL when the script is unavailable', async ({
    page,
    urls,
    controls,
  }) => {
    const account = new AccountPage(page, urls);
    await controls.fault(scriptUnavailable);
    await account.showAs('Juniper Bakery');
    const popup = await windowOpenedBy(page, () => account.manageBilling.click());
    await expectPortalIn(popup, 'Juniper Bakery');
    expect(popup.url().startsWith(`${urls.emulator}/portal/`)).toBe(true);

    await closeAsUser(popup);
    await expect(account.event('close')).toBeAttached();
    await account.expectReady();
  });

  test('asks for another click when the window is blocked, which opens the portal with the same session', async ({
    page,
    urls,
    controls,
  }) => {
    const account = new AccountPage(page, urls);
    const mutations = watchMutations(page, urls, 'createPortalSession');
    await controls.fault(scriptUnavailable);
    const alert = await reportNextAlert(page);
    await account.showAs('Juniper Bakery');
    await clickWithoutActivation(page);
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
    // The server's circuit breaker is open for some seconds after repeated failures.
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

  test('opens in chargebee.js’s window when the script is loaded', async ({ page, urls }) => {
    const account = new AccountPage(page, urls);
    await account.showAs('Juniper Bakery');
    await waitForChargebeeJs(page);
    const popup = await windowOpenedBy(page, () => account.manageBilling.tap());
    await expectPortalIn(popup, 'Juniper Bakery');
    await expect(account.event('loaded')).toBeAttached();
    await closeAsUser(popup);
    await expect(account.event('close')).toBeAttached();
  });

  for (const [what, fault] of [
    ['the script takes longer than five seconds', { route: 'chargebee.js', latency: 6_000 }],
    ['the script is unavailable', scriptUnavailable],
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

  test('asks for another tap when chargebee.js’s window is blocked, which opens the portal with the same session', async ({
    page,
    urls,
  }) => {
    const account = new AccountPage(page, urls);
    const mutations = watchMutations(page, urls, 'createPortalSession');
    const alert = await reportNextAlert(page);
    await account.showAs('Juniper Bakery');
    await waitForChargebeeJs(page);
    await clickWithoutActivation(page);
    expect(await alert()).toContain('Press the button once more');
    await account.expectReady();
    await expect.poll(() => mutations).toHaveLength(1);

    const popup = await windowOpenedBy(page, () => account.manageBilling.tap());
    await expectPortalIn(popup, 'Juniper Bakery');
    expect(mutations).toHaveLength(1);
  });

  test('closes the window and shows an error when the backend is down, and opens once it is back', async ({
    page,
    urls,
  }) => {
    const account = new AccountPage(page, urls);
    const bringBackendUp = await takeBackendDown(page, urls);
    await account.showAs('Juniper Bakery');
    await waitForChargebeeJs(page);
    await windowOpenedBy(page, () => account.manageBilling.tap());
    await expect.poll(() => page.context().pages()).toHaveLength(1);
    await expect(account.alert).toContainText('did not answer');
    await account.expectReady();

    await bringBackendUp();
    const second = await windowOpenedBy(page, () => account.manageBilling.tap());
    await expectPortalIn(second, 'Juniper Bakery');
  });
});
