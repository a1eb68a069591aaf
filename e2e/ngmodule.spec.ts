import type { Page } from '@playwright/test';
import { AccountPage, watchMutations } from './support/account-page.js';
import { phone } from './support/phone.js';
import { expect, test } from './support/stack.js';

test('portal events are shown immediately in an app with zone.js', async ({ page, urls }) => {
  const account = new AccountPage(page, urls);
  const mutations = watchMutations(page, urls, 'createPortalSession');
  await account.showAs('Juniper Bakery', urls.demoNgModule);
  await account.manageBilling.click();
  await account.expectPortalOf('Juniper Bakery');
  await expect(page.locator('[aria-label="Portal events"]')).toContainText('loaded');
  await account.close();
  await expect(account.event('close')).toBeAttached();
  await expect(account.manageBilling).toBeFocused();
  expect(mutations).toHaveLength(1);
});

test('an error is shown immediately in an app with zone.js', async ({ page, urls }) => {
  const account = new AccountPage(page, urls);
  await account.showAs('New Customer', urls.demoNgModule);
  await account.manageBilling.click();
  await expect(account.alert).toContainText('could not be opened');
  await account.expectReady();
});

test('the next user of the tab sees their own portal', async ({ page, urls }) => {
  const account = new AccountPage(page, urls);
  await account.showAs('Harbor Cycles', urls.demoNgModule);
  await account.manageBilling.click();
  await account.expectPortalOf('Harbor Cycles');
  await account.close();
  await account.signOut();
  await account.signIn('Juniper Bakery');
  await account.manageBilling.click();
  await account.expectPortalOf('Juniper Bakery');
  await expect(account.portal.getByText('Harbor Cycles')).toHaveCount(0);
});

test('an app with zone.js is stable again once the portal has been opened and closed', async ({
  page,
  urls,
}) => {
  const account = new AccountPage(page, urls);
  await account.showAs('Juniper Bakery', urls.demoNgModule);
  await account.manageBilling.hover();
  await account.manageBilling.click();
  await account.expectPortalOf('Juniper Bakery');
  await account.close();
  const isStable = () => {
    const { getAllAngularTestabilities } = window as unknown as {
      getAllAngularTestabilities: () => { isStable: () => boolean }[];
    };
    return getAllAngularTestabilities().every((each) => each.isStable());
  };
  await expect.poll(() => page.evaluate(isStable), { timeout: 3_000 }).toBe(true);
});

/** Adds options of the portal to the app's config.json. */
async function configurePortal(page: Page, portal: object): Promise<void> {
  await page.route('**/config.json', async (route) => {
    const response = await route.fetch();
    const config = (await response.json()) as object;
    await route.fulfill({ response, json: { ...config, portal } });
  });
}

test('enableRedirectMode navigates to the portal in the same tab, and the button works after returning', async ({
  page,
  urls,
}) => {
  await configurePortal(page, { enableRedirectMode: true });
  const account = new AccountPage(page, urls);
  await account.showAs('Juniper Bakery', urls.demoNgModule);
  await account.manageBilling.click();
  await page.waitForURL(`${urls.emulator}/portal/v2/**`);
  await expect(page.getByText('Juniper Bakery').first()).toBeVisible();
  expect(page.context().pages()).toHaveLength(1);

  await page.goto(urls.demoNgModule);
  await account.signIn('Juniper Bakery');
  await account.expectReady();
  await account.manageBilling.click();
  await page.waitForURL(`${urls.emulator}/portal/v2/**`);
});

test.describe('on a phone', () => {
  test.use(phone);

  test('iframeOnly opens the portal in the page, not in a window', async ({ page, urls }) => {
    await configurePortal(page, { iframeOnly: true });
    const account = new AccountPage(page, urls);
    await account.showAs('Juniper Bakery', urls.demoNgModule);
    await account.manageBilling.tap();
    await account.expectPortalOf('Juniper Bakery');
    expect(page.context().pages()).toHaveLength(1);
  });
});
