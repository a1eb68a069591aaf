import { AccountPage } from './support/account-page.js';
import { phone } from './support/phone.js';
import { axeViolations } from './support/axe.js';
import { expect, test } from './support/stack.js';

// The page's policy would block axe, which is injected into the page.
test.use({ bypassCSP: true });

const views = {
  'wide, light': {},
  'wide, dark': { colorScheme: 'dark' },
  phone: phone,
} as const;

for (const [view, options] of Object.entries(views)) {
  test.describe(view, () => {
    test.use(options);

    test('axe finds no violation before sign-in, after it, and with an error message', async ({
      page,
      urls,
    }) => {
      const account = new AccountPage(page, urls);
      await account.show();
      expect(await axeViolations(page)).toEqual([]);

      await account.signIn('Lumen Accounting');
      await expect(page.getByText(/Renews on|Ends on/).first()).toBeVisible();
      expect(await axeViolations(page)).toEqual([]);

      await account.signOut();
      await account.signIn('New Customer');
      await account.button('Billing history').click();
      await expect(account.alert).toBeVisible();
      await account.expectReady();
      expect(await axeViolations(page)).toEqual([]);
    });
  });
}

for (const [name, key, shown] of [
  ['Manage billing', 'Enter', 'Juniper Bakery'],
  ['Manage billing', ' ', 'Juniper Bakery'],
  ['Billing history', 'Enter', 'INV-0001'],
  ['Billing history', ' ', 'INV-0001'],
] as const) {
  test(`${name} can be focused by Tab and opened by ${key === ' ' ? 'Space' : key}; Escape returns the focus`, async ({
    page,
    urls,
  }) => {
    const account = new AccountPage(page, urls);
    await account.showAs('Juniper Bakery');
    const opener = account.button(name);
    await expect(opener).toHaveAttribute('aria-haspopup', 'dialog');
    await expect(async () => {
      await page.keyboard.press('Tab');
      await expect(opener).toBeFocused({ timeout: 100 });
    }).toPass();

    await page.keyboard.press(key);
    await account.expectPortalOf(shown);
    await account.close();
    await expect(opener).toBeFocused();
  });
}

test('a slow opening sets aria-busy until the portal is shown', async ({
  page,
  urls,
  controls,
}) => {
  const account = new AccountPage(page, urls);
  await account.showAs('Juniper Bakery');
  await controls.fault({ route: 'chargebee.js', latency: 2_000 });
  await controls.fault({ route: '/api/v2/portal_sessions', latency: 2_000, count: 1 });
  await page.evaluate(() => {
    const states: (string | null)[] = [];
    Object.assign(window, { states });
    for (const button of document.querySelectorAll('button.primary')) {
      new MutationObserver(() => states.push(button.getAttribute('aria-busy'))).observe(button, {
        attributeFilter: ['aria-busy'],
      });
    }
  });
  await account.manageBilling.click();
  await account.expectPortalOf('Juniper Bakery');
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { states: unknown[] }).states))
    .toEqual(['true', null]);
});
