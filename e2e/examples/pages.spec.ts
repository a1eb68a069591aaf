import { phone } from '../phone.js';
import { BillingPage } from './billing-page.js';
import { expect, PAGES, test } from './stack.js';

const SESSIONS = '/api/v2/portal_sessions';

for (const name of PAGES) {
  test.describe(name, () => {
    test('opens the signed-in customer’s portal, and after another sign-in that customer’s', async ({
      page,
      urls,
      controls,
    }) => {
      const billing = new BillingPage(page);
      await page.goto(urls.pages[name]);
      expect(await billing.faultsOfLayout()).toEqual([]);
      await billing.signIn('Juniper Bakery');
      expect(await billing.faultsOfLayout()).toEqual([]);

      await billing.manageBilling.click();
      await expect(billing.inDialog.getByText('Hello, Juniper Bakery')).toBeVisible();
      await expect(billing.reported('loaded')).toBeVisible();
      await billing.inDialog.getByRole('link', { name: 'Payment methods' }).first().click();
      await expect(billing.reported('visit').first()).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(billing.reported('close')).toBeVisible();

      // A session opens the portal once: the next opening has one of its own.
      await billing.manageBilling.click();
      await expect(billing.inDialog.getByText('Hello, Juniper Bakery')).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(billing.reported('close')).toHaveCount(2);
      expect(await controls.requests(SESSIONS)).toHaveLength(2);

      // Closing has logged out twice, and signing out does once more.
      const logouts = async () => (await controls.requests('/portal/v2/logout')).length;
      await expect.poll(logouts).toBe(2);
      await billing.signOut();
      await expect.poll(logouts).toBe(3);
      await expect(billing.reported('close')).toHaveCount(0);
      await billing.signIn('Harbor Cycles');
      await billing.manageBilling.click();
      await expect(billing.inDialog.getByText('Hello, Harbor Cycles')).toBeVisible();
    });

    test('in two tabs, the login of the second replaces that of the first', async ({
      page,
      urls,
      controls,
    }) => {
      const first = new BillingPage(page);
      const second = new BillingPage(await page.context().newPage());
      const opens = async (billing: BillingPage, user: string) => {
        await billing.page.goto(urls.pages[name]);
        await billing.signIn(user);
        await billing.manageBilling.click();
        await expect(billing.inDialog.getByText(`Hello, ${user}`)).toBeVisible();
      };
      const goesToPaymentMethods = (billing: BillingPage) =>
        billing.inDialog.getByRole('link', { name: 'Payment methods' }).first().click();

      await opens(first, 'Juniper Bakery');
      await opens(second, 'Harbor Cycles');
      await expect(first.inDialog.getByText('Hello, Juniper Bakery')).toBeVisible();
      await goesToPaymentMethods(first);
      await expect(first.inDialog.getByText('Harbor Cycles').first()).toBeVisible();
      await expect(first.reported('visit').first()).toBeVisible();

      await first.page.keyboard.press('Escape');
      await expect.poll(() => controls.requests('/portal/v2/logout')).toHaveLength(1);
      await goesToPaymentMethods(second);
      await expect(second.inDialog.getByText('Your session has ended')).toBeVisible();
    });

    test('manages payment methods alone', async ({ page, urls }) => {
      const billing = new BillingPage(page);
      await page.goto(urls.pages[name]);
      await billing.signIn('Juniper Bakery');
      await billing.paymentMethods.click();
      await expect(billing.reported('loaded')).toBeVisible();
      await billing.inDialog.getByRole('button', { name: 'Done' }).click();
      await expect(billing.reported('success')).toBeVisible();
    });

    test('shows what is wrong, and opens again when it is right', async ({
      page,
      urls,
      controls,
    }) => {
      const billing = new BillingPage(page);
      await page.goto(urls.pages[name]);
      await billing.signIn('New Customer');
      for (const button of [billing.manageBilling, billing.paymentMethods]) {
        await button.click();
        await expect(billing.problem).toHaveText(/no billing account/i);
        await expect(billing.dialog).toHaveCount(0);
      }
      expect(await billing.faultsOfLayout()).toEqual([]);
      await billing.signOut();
      await expect(billing.problem).toHaveText('');

      await billing.signIn('Juniper Bakery');
      await controls.fault({ route: SESSIONS, status: 500, count: 10 });
      await billing.manageBilling.click();
      await expect(billing.problem).not.toBeEmpty();
      await expect(billing.dialog).toHaveCount(0);
      await controls.clearFaults();

      await page.route(`${urls.server}/**`, (route) => route.abort());
      await billing.manageBilling.click();
      await expect(billing.problem).toHaveText('Billing is not available. Try again later.');
      await expect(billing.dialog).toHaveCount(0);
      await page.unroute(`${urls.server}/**`);
      await billing.manageBilling.click();
      await expect(billing.inDialog.getByText('Hello, Juniper Bakery')).toBeVisible();
      await expect(billing.problem).toHaveText('');
    });

    test('asks to sign in again when the token has expired', async ({ page, urls, controls }) => {
      const billing = new BillingPage(page);
      await page.route(`${urls.emulator}/idp/token`, async (route) =>
        route.fulfill({
          json: { access_token: await controls.token('juniper', -60) },
          headers: { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' },
        }),
      );
      await page.goto(urls.pages[name]);
      await billing.signIn('Juniper Bakery');
      await billing.manageBilling.click();
      await expect(billing.signInButton).toBeVisible();
      await expect(billing.problem).not.toBeEmpty();
      await expect(billing.dialog).toHaveCount(0);
    });

    test('says so when chargebee.js or the sign-in cannot be reached', async ({ page, urls }) => {
      const billing = new BillingPage(page);
      await page.route('**/v2/chargebee.js', (route) => route.abort());
      await page.goto(urls.pages[name]);
      await page.route('**/idp/token', (route) => route.abort());
      await billing.signInButton.click();
      await expect(billing.problem).not.toBeEmpty();
      await page.unroute('**/idp/token');
      await billing.signIn('Juniper Bakery');
      await expect(billing.problem).toHaveText('');
      for (const button of [billing.manageBilling, billing.paymentMethods]) {
        await button.click();
        await expect(billing.problem).toContainText('Billing could not be loaded.');
      }
      await billing.signOut();
    });

    test.describe('on a phone', () => {
      test.use(phone);

      test('opens the portal and the page for payment methods in windows', async ({
        page,
        urls,
      }) => {
        const billing = new BillingPage(page);
        await page.goto(urls.pages[name]);
        await billing.signIn('Juniper Bakery');
        expect(await billing.faultsOfLayout()).toEqual([]);

        let opened = page.waitForEvent('popup');
        await billing.manageBilling.tap();
        const portal = await opened;
        await expect(portal.getByText('Hello, Juniper Bakery')).toBeVisible();
        await expect(billing.reported('loaded')).toHaveCount(1);
        await portal.close();
        await expect(billing.reported('close')).toHaveCount(1);

        opened = page.waitForEvent('popup');
        await billing.paymentMethods.tap();
        await (await opened).getByRole('button', { name: 'Done' }).tap();
        await expect(billing.reported('success')).toHaveCount(1);
      });
    });
  });
}
