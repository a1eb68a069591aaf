import { AccountPage, watchMutations } from './support/account-page.js';
import { PortalPage } from './support/portal-page.js';
import { expect, test } from './support/stack.js';
import { waitForChargebeeJs } from './support/wait-for-chargebee-js.js';

/** In seconds. Sessions expire after an hour. */
const MORE_THAN_AN_HOUR = 3_700;

test('a double click opens the portal once, with one mutation that has an idempotency key', async ({
  page,
  urls,
  controls,
}) => {
  const account = new AccountPage(page, urls);
  const mutations = watchMutations(page, urls, 'createPortalSession');
  await account.showAs('Juniper Bakery');
  await account.manageBilling.dblclick();
  await account.expectPortalOf('Juniper Bakery');
  await expect(account.dialog).toHaveCount(1);
  expect(mutations).toHaveLength(1);
  expect(mutations[0]?.variables.input?.idempotencyKey).toEqual(expect.any(String));
  expect(await controls.requests('/api/v2/portal_sessions')).toHaveLength(1);
});

test.describe('on a wide screen', () => {
  test.use({ needsDemo: false, viewport: { width: 2_000, height: 900 } });

  test('a double click on a button beside the modal leaves the portal open', async ({
    page,
    urls,
  }) => {
    const portal = new PortalPage(page);
    await portal.showAs('Juniper Bakery', urls.portalPage);
    await waitForChargebeeJs(page);
    await portal.first.manageBilling.dblclick();
    await portal.expectPortalOf('Juniper Bakery');
    await page.mouse.click(10, 800); // A single click beside the modal closes it.
    await expect(portal.dialog).toHaveCount(0);
  });
});

test('an Enter key that is held down opens the portal once', async ({ page, urls }) => {
  const account = new AccountPage(page, urls);
  await account.showAs('Juniper Bakery');
  const mutations = watchMutations(page, urls, 'createPortalSession');
  await account.manageBilling.focus();
  for (let repeat = 0; repeat < 30; repeat++) {
    await page.keyboard.down('Enter');
    await page.waitForTimeout(33);
  }
  await page.keyboard.up('Enter');
  await account.expectPortalOf('Juniper Bakery');
  expect(mutations.length).toBe(1);
});

test('hovering loads the script and requests a session, and the click uses both', async ({
  page,
  urls,
  controls,
}) => {
  const account = new AccountPage(page, urls);
  const mutations = watchMutations(page, urls, 'createPortalSession');
  await account.showAs('Juniper Bakery');
  await account.manageBilling.hover();
  await expect.poll(() => controls.requests('/api/v2/portal_sessions')).toHaveLength(1);
  await waitForChargebeeJs(page);
  await account.manageBilling.hover({ position: { x: 3, y: 3 } });
  await account.manageBilling.click();
  await account.expectPortalOf('Juniper Bakery');
  expect(mutations).toHaveLength(1);
});

test('each opening uses a new session, which hovering has preloaded', async ({ page, urls }) => {
  const account = new AccountPage(page, urls);
  const mutations = watchMutations(page, urls, 'createPortalSession');
  await account.showAs('Juniper Bakery');
  await account.manageBilling.click();
  await account.expectPortalOf('Juniper Bakery');
  await account.close();

  await page.getByRole('heading', { name: 'Billing', exact: true }).hover();
  await account.manageBilling.hover();
  await expect.poll(() => mutations).toHaveLength(2);
  await account.manageBilling.click();
  await account.expectPortalOf('Juniper Bakery');
  expect(mutations).toHaveLength(2);
  await account.close();
  await account.button('Billing history').click();
  await expect(account.portal.getByText('INV-').first()).toBeVisible();
  expect(mutations).toHaveLength(3);
});

test('a preloaded session that has expired is not used', async ({ page, urls, controls }) => {
  await page.clock.install();
  const account = new AccountPage(page, urls);
  const mutations = watchMutations(page, urls, 'createPortalSession');
  await account.showAs('Juniper Bakery');
  await account.manageBilling.hover();
  await expect.poll(() => controls.requests('/api/v2/portal_sessions')).toHaveLength(1);

  await controls.advance(MORE_THAN_AN_HOUR);
  await page.clock.fastForward(MORE_THAN_AN_HOUR * 1_000);
  await account.manageBilling.click();
  await account.expectPortalOf('Juniper Bakery');
  expect(mutations.length).toBeGreaterThan(1);
});

test('the portal opens after a failed opening', async ({ page, urls, controls }) => {
  const account = new AccountPage(page, urls);
  await controls.fault({ route: '/api/v2/portal_sessions', status: 404 });
  await account.showAs('Juniper Bakery');
  await account.button('Payment methods').click();
  await expect(account.alert).toContainText('no billing account');
  await account.expectReady();

  await controls.clearFaults();
  await account.button('Payment methods').click();
  await expect(account.portal.getByText('4242').first()).toBeVisible();
  await expect(account.alert).toHaveCount(0);
});

test('no session is left in the page or in its storage', async ({ page, urls }) => {
  const account = new AccountPage(page, urls);
  const answers: string[] = [];
  // Read the bodies while they are in flight, because Chromium may have discarded them later.
  await page.route(urls.graphql, async (route) => {
    const response = await route.fetch();
    answers.push(await response.text());
    await route.fulfill({ response });
  });
  await account.showAs('Juniper Bakery');
  await account.manageBilling.click();
  await account.expectPortalOf('Juniper Bakery');
  const token = /"token":"([^"]+)"/.exec(answers.join())?.[1];
  expect(token).toEqual(expect.any(String));

  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
  );
  expect(kept).not.toContain(token);
  expect(await page.content()).not.toContain(token);
});
