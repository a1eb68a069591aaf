import { AccountPage, watchMutations } from './account-page.js';
import { expect, test } from './support/stack.js';

test('events of the portal show at once in an app with zone.js', async ({ page, urls }) => {
  const account = new AccountPage(page, urls);
  const mutations = watchMutations(page, urls, 'createPortalSession');
  await account.showAs('Juniper Bakery', urls.demoNgModule);
  await account.manageBilling.click();
  await account.expectPortalOf('Juniper Bakery');
  await expect(page.locator('[aria-label="Portal events"]')).toContainText('loaded');
  await account.close();
  await expect(account.event('close')).toBeVisible();
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
