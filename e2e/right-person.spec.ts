import { AccountPage, watchMutations } from './account-page.js';
import { phone } from './phone.js';
import { PortalPage } from './portal-page.js';
import { expect, test } from './support/stack.js';

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

  test('a portal that is open is closed when its user signs out', async ({ page, urls }) => {
    const account = new AccountPage(page, urls);
    await account.showAs('Juniper Bakery');
    await account.manageBilling.click();
    await account.expectPortalOf('Juniper Bakery');

    // The page behind the modal is inert to a person; an app also signs out by itself, when its session ends.
    await page
      .locator('button', { hasText: 'Sign out' })
      .evaluate((button: HTMLButtonElement) => button.click());
    await expect(account.dialog).toHaveCount(0);
    await account.signIn('Harbor Cycles');
    await account.manageBilling.click();
    await account.expectPortalOf('Harbor Cycles');
  });

  test('a session held ready for the first is not used for the second', async ({
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

  test('a session still on its way for the first opens nothing for the second', async ({
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
  test('opens the chosen one, whichever was open before', async ({ page, urls }) => {
    const account = new AccountPage(page, urls);
    await account.showAs('Lumen Accounting');
    for (const name of ['Juniper Bakery', 'Harbor Cycles', 'Juniper Bakery']) {
      await page.getByRole('radio', { name }).check();
      await account.manageBilling.click();
      await account.expectPortalOf(name);
      await account.close();
    }
  });

  test('a session held ready for one is not used for the other', async ({
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
    ['opened by its access URL', { route: 'chargebee.js', status: 503 }],
  ] as const) {
    test(`the window ${whose} is closed when its user signs out`, async ({
      page,
      urls,
      controls,
    }) => {
      if (fault) await controls.fault(fault);
      const account = new AccountPage(page, urls);
      await account.showAs('Juniper Bakery');
      const opened = page.waitForEvent('popup');
      await account.manageBilling.click();
      const popup = await opened;
      await expect(popup.getByText('Juniper Bakery').first()).toBeVisible();

      const closed = popup.waitForEvent('close');
      await account.signOut();
      await closed;
      await account.signIn('Harbor Cycles');
      const second = page.waitForEvent('popup');
      await account.manageBilling.click();
      await expect((await second).getByText('Harbor Cycles').first()).toBeVisible();
    });
  }
});

test.describe('on a phone, while the portal of one customer opens', () => {
  test.use({ ...phone, needsDemo: false });

  test('a tap for another one opens that one’s in its place', async ({ page, urls, controls }) => {
    const portal = new PortalPage(page);
    await portal.show(urls.portalPage);
    await portal.signIn('Lumen Accounting');
    await page.waitForFunction(() => 'Chargebee' in window);
    await controls.fault({ route: '/api/v2/portal_sessions', latency: 3_000, count: 1 });
    const tapFor = async (customer: string) => {
      await portal.first.choose(customer);
      const opened = page.waitForEvent('popup');
      await portal.first.manageBilling.tap();
      return opened;
    };
    const first = await tapFor('Juniper Bakery');
    const second = await tapFor('Harbor Cycles');
    await expect(second.getByText('Hello, Harbor Cycles')).toBeVisible();
    expect(first.isClosed()).toBe(true);
    await expect(portal.first.alert).toHaveCount(0);
    await expect(portal.first.status).toHaveText('open');
  });
});
