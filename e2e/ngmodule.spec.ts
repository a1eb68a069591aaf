import type { Page } from '@playwright/test';
import { AccountPage, watchMutations } from './account-page.js';
import { phone } from './phone.js';
import { expect, test } from './support/stack.js';

test('events of the portal show at once in an app with zone.js', async ({ page, urls }) => {
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

test('a failure shows at once in an app with zone.js', async ({ page, urls }) => {
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

/** Has the app configured otherwise than the stack does. */
async function configure(page: Page, portal: object): Promise<void> {
  await page.route('**/config.json', async (route) => {
    const response = await route.fetch();
    const config = (await response.json()) as object;
    await route.fulfill({ response, json: { ...config, portal } });
  });
}

test('leaves the page for the portal where the app wants it, and is ready again on coming back', async ({
  page,
  urls,
}) => {
  await configure(page, { enableRedirectMode: true });
  const account = new AccountPage(page, urls);
  await account.showAs('Juniper Bakery', urls.demoNgModule);
  await account.manageBilling.click();
  await page.waitForURL(`${urls.emulator}/portal/v2/**`);
  await expect(page.getByText('Juniper Bakery').first()).toBeVisible();
  expect(page.context().pages()).toHaveLength(1);

  await page.goto(urls.demoNgModule);
  await account.signIn('Juniper Bakery');
  await account.expectReady();
});

test.describe('on a phone', () => {
  test.use(phone);

  test('opens in the page where the app wants it there', async ({ page, urls }) => {
    await configure(page, { iframeOnly: true });
    const account = new AccountPage(page, urls);
    await account.showAs('Juniper Bakery', urls.demoNgModule);
    await account.manageBilling.tap();
    await account.expectPortalOf('Juniper Bakery');
    expect(page.context().pages()).toHaveLength(1);
  });
});
