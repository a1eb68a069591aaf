import { AccountPage } from './support/account-page.js';
import { expect, test } from './support/stack.js';

for (const [link, title] of [
  ['Subscription details', 'Growth, monthly'],
  ['Change plan', 'Change your plan'],
  ['Payment methods', 'Payment methods'],
  ['Billing history', 'Billing history'],
  ['Account details', 'Account'],
  ['Addresses', 'Addresses'],
] as const) {
  test(`${link} opens that section of the portal`, async ({ page, urls }) => {
    const account = new AccountPage(page, urls);
    await account.showAs('Juniper Bakery');
    await account.button(link).click();
    await expect(account.portal.getByRole('heading', { level: 1 })).toHaveText(title);
    await account.close();
    await expect(account.button(link)).toBeFocused();
  });
}

test('changing the plan in the portal emits an event, and the page shows the new plan', async ({
  page,
  urls,
}) => {
  const account = new AccountPage(page, urls);
  await account.showAs('Juniper Bakery');
  await account.button('Change plan').click();
  await account.portal.getByRole('radio', { name: /Scale/ }).first().check();
  await account.portal.getByRole('button', { name: 'Review change' }).click();
  await account.portal.getByRole('button', { name: 'Change subscription' }).click();
  await expect(page.locator('[aria-label="Portal events"]')).toContainText('subscriptionChanged');
  await expect(page.locator('[aria-label="Portal events"]')).toContainText('juniper-growth');
  await account.close();
  await expect(page.locator('.name').getByText('Scale')).toBeVisible();
});

test('Update card opens the hosted page for payment methods instead of the portal', async ({
  page,
  urls,
  controls,
}) => {
  const account = new AccountPage(page, urls);
  await account.showAs('Juniper Bakery');
  await account.button('Update card').click();
  await expect(account.portal.getByText('4242').first()).toBeVisible();
  expect(await controls.requests('/api/v2/hosted_pages')).toHaveLength(1);
  expect(await controls.requests('/api/v2/portal_sessions')).toEqual([]);
  await account.close();
  await expect(account.event('close')).toBeAttached();
  await expect(account.button('Update card')).toBeFocused();
});
