import { phone } from '../support/phone.js';
import { windowOpenedBy } from '../support/window.js';
import { BillingPage } from './billing-page.js';
import { expect, PAGES, test } from './stack.js';

const SESSIONS = '/api/v2/portal_sessions';

for (const name of PAGES) {
  test.describe(name, () => {
    test('opens the portal of the signed-in customer, also after another customer has signed in', async ({
      page,
      urls,
      controls,
    }) => {
      const billing = new BillingPage(page);
      await page.goto(urls.pages[name]);
      expect(await billing.accessibilityProblems()).toEqual([]);
      await billing.signIn('Juniper Bakery');
      expect(await billing.accessibilityProblems()).toEqual([]);

      await billing.manageBilling.click();
      await expect(billing.portal.getByText('Hello, Juniper Bakery')).toBeVisible();
      await expect(billing.callback('loaded')).toBeVisible();
      await billing.portal.getByRole('link', { name: 'Payment methods' }).first().click();
      await expect(billing.callback('visit').first()).toBeVisible();
      await billing.pressEscape();
      await expect(billing.callback('close')).toBeVisible();

      // A session opens the portal only once, so the next opening needs a new one.
      await billing.manageBilling.click();
      await expect(billing.portal.getByText('Hello, Juniper Bakery')).toBeVisible();
      await billing.pressEscape();
      await expect(billing.callback('close')).toHaveCount(2);
      expect(await controls.requests(SESSIONS)).toHaveLength(2);

      // Each closing logs out, and so does signing out.
      const logouts = async () => (await controls.requests('/portal/v2/logout')).length;
      await expect.poll(logouts).toBe(2);
      await billing.signOut();
      await expect.poll(logouts).toBe(3);
      await expect(billing.callback('close')).toHaveCount(0);
      await billing.signIn('Harbor Cycles');
      await billing.manageBilling.click();
      await expect(billing.portal.getByText('Hello, Harbor Cycles')).toBeVisible();
    });

    test('names the user who has signed in, although another was selected meanwhile', async ({
      page,
      urls,
    }) => {
      const billing = new BillingPage(page);
      const select = page.getByLabel('User');
      let answer: () => void = () => undefined;
      const isAnswered = new Promise<void>((resolve) => (answer = resolve));
      await page.route(`${urls.emulator}/idp/token`, async (route) => {
        await isAnswered;
        await route.continue();
      });
      await page.goto(urls.pages[name]);
      await select.selectOption({ label: 'Juniper Bakery' });
      await billing.signInButton.click();
      await select.selectOption({ label: 'Harbor Cycles' });
      answer();
      await expect(page.getByText('Signed in as Juniper Bakery')).toBeVisible();
      await billing.manageBilling.click();
      await expect(billing.portal.getByText('Hello, Juniper Bakery')).toBeVisible();
    });

    test('in two tabs, the login of the second replaces that of the first', async ({
      page,
      urls,
      controls,
    }) => {
      const first = new BillingPage(page);
      const second = new BillingPage(await page.context().newPage());
      const openPortal = async (billing: BillingPage, user: string) => {
        await billing.page.goto(urls.pages[name]);
        await billing.signIn(user);
        await billing.manageBilling.click();
        await expect(billing.portal.getByText(`Hello, ${user}`)).toBeVisible();
      };
      const goToPaymentMethods = (billing: BillingPage) =>
        billing.portal.getByRole('link', { name: 'Payment methods' }).first().click();

      await openPortal(first, 'Juniper Bakery');
      await openPortal(second, 'Harbor Cycles');
      await expect(first.portal.getByText('Hello, Juniper Bakery')).toBeVisible();
      await goToPaymentMethods(first);
      await expect(first.portal.getByText('Harbor Cycles').first()).toBeVisible();
      await expect(first.callback('visit').first()).toBeVisible();

      await first.pressEscape();
      await expect.poll(() => controls.requests('/portal/v2/logout')).toHaveLength(1);
      await goToPaymentMethods(second);
      await expect(second.portal.getByText('Your session has ended')).toBeVisible();
    });

    test('opens the page for payment methods', async ({ page, urls }) => {
      const billing = new BillingPage(page);
      await page.goto(urls.pages[name]);
      await billing.signIn('Juniper Bakery');
      await billing.paymentMethods.click();
      await expect(billing.callback('loaded')).toBeVisible();
      await billing.portal.getByRole('button', { name: 'Done' }).click();
      await expect(billing.callback('success')).toBeVisible();
    });

    test('shows errors, and opens the portal once they are resolved', async ({
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
      expect(await billing.accessibilityProblems()).toEqual([]);
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

      // A proxy's own answer.
      for (const json of [{ message: 'Bad gateway' }, null]) {
        await page.route(`${urls.server}/**`, (route) =>
          route.fulfill({
            status: 502,
            contentType: 'application/json',
            body: JSON.stringify(json),
            headers: { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' },
          }),
        );
        await billing.manageBilling.click();
        await expect(billing.problem).toHaveText('Billing is not available. Try again later.');
        await expect(billing.dialog).toHaveCount(0);
        await page.unroute(`${urls.server}/**`);
      }
      await billing.manageBilling.click();
      await expect(billing.portal.getByText('Hello, Juniper Bakery')).toBeVisible();
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

    test('shows an error when chargebee.js or the sign-in cannot be reached', async ({
      page,
      urls,
    }) => {
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
        expect(await billing.accessibilityProblems()).toEqual([]);

        const portal = await windowOpenedBy(page, () => billing.manageBilling.tap());
        await expect(portal.getByText('Hello, Juniper Bakery')).toBeVisible();
        await expect(billing.callback('loaded')).toHaveCount(1);
        await portal.close();
        await expect(billing.callback('close')).toHaveCount(1);

        const paymentMethods = await windowOpenedBy(page, () => billing.paymentMethods.tap());
        await paymentMethods.getByRole('button', { name: 'Done' }).tap();
        await expect(billing.callback('success')).toHaveCount(1);
      });
    });
  });
}
