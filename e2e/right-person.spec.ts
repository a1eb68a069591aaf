import { AccountPage, watchMutations } from './support/account-page.js';
import { phone } from './support/phone.js';
import { PortalPage } from './support/portal-page.js';
import { scriptUnavailable } from './support/controls.js';
import { expect, test } from './support/stack.js';
import { windowOpenedBy } from './support/window.js';
import { waitForChargebeeJs } from './support/wait-for-chargebee-js.js';

test.describe('two users in one tab', () => {
  test('the second sees nothing of the first', async ({ page, urls }) => {
    const account = new AccountPage(page, urls);
    await account.showAs('Juniper Bakery');
    await account.manageBilling.click();
    await account.expectPortalOf('Juniper Bakery');
    await account.close();

    await account.signOut();
    await account.signIn('Harbor Cycles');
    await account.manageBilling.click();
    await account.expectPortalOf('Harbor Cycles');
    await expect(account.portal.getByText('Juniper Bakery')).toHaveCount(0);
  });

  test('an open portal is closed when its user signs out', async ({ page, urls }) => {
    const account = new AccountPage(page, urls);
    await account.showAs('Juniper Bakery');
    await account.manageBilling.click();
    await account.expectPortalOf('Juniper Bakery');

    // A user cannot click behind the modal, but the app can sign out itself, for example when its session expires.
    await page
      .locator('button', { hasText: 'Sign out' })
      .evaluate((button: HTMLButtonElement) => button.click());
    await expect(account.dialog).toHaveCount(0);
    await account.signIn('Harbor Cycles');
    await account.manageBilling.click();
    await account.expectPortalOf('Harbor Cycles');
  });

  test('a session preloaded for the first is not used for the second', async ({
    page,
    urls,
    controls,
  }) => {
    const account = new AccountPage(page, urls);
    const mutations = watchMutations(page, urls, 'createPortalSession');
    await account.showAs('Juniper Bakery');
    await account.manageBilling.hover();
    await expect.poll(() => controls.requests('/api/v2/portal_sessions')).toHaveLength(1);

    await account.signOut();
    await account.signIn('Harbor Cycles');
    await account.manageBilling.click();
    await account.expectPortalOf('Harbor Cycles');
    expect(mutations).toHaveLength(2);
  });

  test('a session requested for the first user does not open for the second', async ({
    page,
    urls,
    controls,
  }) => {
    const account = new AccountPage(page, urls);
    await controls.fault({ route: '/api/v2/portal_sessions', latency: 2_000, count: 1 });
    await account.showAs('Juniper Bakery');
    await account.manageBilling.click();
    await page
      .locator('button', { hasText: 'Sign out' })
      .evaluate((button: HTMLButtonElement) => button.click());
    await expect(account.dialog).toHaveCount(0);

    await account.signIn('Harbor Cycles');
    await account.manageBilling.click();
    await account.expectPortalOf('Harbor Cycles');
    await expect(account.portal.getByText('Juniper Bakery')).toHaveCount(0);
  });
});

test.describe('one user with two customers in one tab', () => {
  test('opens the portal of the chosen one, regardless of which was open before', async ({
    page,
    urls,
  }) => {
    const account = new AccountPage(page, urls);
    await account.showAs('Lumen Accounting');
    for (const name of ['Juniper Bakery', 'Harbor Cycles', 'Juniper Bakery']) {
      await page.getByRole('radio', { name }).check();
      await account.manageBilling.click();
      await account.expectPortalOf(name);
      await account.close();
    }
  });

  test('a session preloaded for one is not used for the other', async ({
    page,
    urls,
    controls,
  }) => {
    const account = new AccountPage(page, urls);
    await account.showAs('Lumen Accounting');
    await account.manageBilling.hover();
    await expect.poll(() => controls.requests('/api/v2/portal_sessions')).toHaveLength(1);
    await page.getByRole('radio', { name: 'Harbor Cycles' }).check();
    await account.manageBilling.click();
    await account.expectPortalOf('Harbor Cycles');
    await expect(account.portal.getByText('Juniper Bakery')).toHaveCount(0);
  });
});

test.describe('on a phone', () => {
  test.use(phone);

  for (const [whose, fault] of [
    ['of chargebee.js', undefined],
    ['opened by its access URL', scriptUnavailable],
  ] as const) {
    test(`the window ${whose} is closed when its user signs out`, async ({
      page,
      urls,
      controls,
    }) => {
      if (fault) await controls.fault(fault);
      const account = new AccountPage(page, urls);
      await account.showAs('Juniper Bakery');
      const popup = await windowOpenedBy(page, () => account.manageBilling.click());
      await expect(popup.getByText('Juniper Bakery').first()).toBeVisible();

      const closed = popup.waitForEvent('close');
      await account.signOut();
      await closed;
      await account.signIn('Harbor Cycles');
      const second = await windowOpenedBy(page, () => account.manageBilling.click());
      await expect(second.getByText('Harbor Cycles').first()).toBeVisible();
    });
  }
});

test.describe('on a phone, while the portal of one customer is opening', () => {
  test.use({ ...phone, needsDemo: false });

  test('a tap for another customer opens that customer’s portal instead', async ({
    page,
    urls,
    controls,
  }) => {
    const portal = new PortalPage(page);
    await portal.showAs('Lumen Accounting', urls.portalPage);
    await waitForChargebeeJs(page);
    await controls.fault({ route: '/api/v2/portal_sessions', latency: 3_000, count: 1 });
    const tapFor = async (customer: string) => {
      await portal.first.choose(customer);
      return windowOpenedBy(page, () => portal.first.manageBilling.tap());
    };
    const first = await tapFor('Juniper Bakery');
    const second = await tapFor('Harbor Cycles');
    await expect(second.getByText('Hello, Harbor Cycles')).toBeVisible();
    expect(first.isClosed()).toBe(true);
    await expect(portal.first.alert).toHaveCount(0);
    await expect(portal.first.status).toHaveText('open');
  });
});
