import { AccountPage, watchMutations } from './support/account-page.js';
import { expect, test } from './support/stack.js';

const apps = [
  { app: 'standalone', url: 'demo' },
  { app: 'NgModule', url: 'demoNgModule' },
] as const;

for (const { app, url } of apps) {
  test(`${app}: the button opens the portal of the signed-in user, and closing it returns the focus`, async ({
    page,
    urls,
    controls,
  }) => {
    const account = new AccountPage(page, urls);
    await account.showAs('Juniper Bakery', urls[url]);
    await account.manageBilling.click();
    await account.expectPortalOf('Juniper Bakery');
    await account.expectPortalOf('Growth');
    expect(await controls.requests('/api/v2/portal_sessions')).toHaveLength(1);

    await account.close();
    await expect(account.manageBilling).toBeFocused();

    await account.signOut();
    await account.signIn('Harbor Cycles');
    await account.manageBilling.click();
    await account.expectPortalOf('Harbor Cycles');
    await account.expectPortalOf('Starter');
    await expect(account.portal.getByText('Juniper Bakery')).toHaveCount(0);
  });
}

test('a click sends one mutation to the server, which creates the session at Chargebee', async ({
  page,
  urls,
  controls,
}) => {
  const mutations = watchMutations(page, urls, 'createPortalSession');
  const account = new AccountPage(page, urls);
  await account.showAs('Juniper Bakery');
  await account.manageBilling.click();
  await account.expectPortalOf('Juniper Bakery');

  expect(mutations).toHaveLength(1);
  const [created] = await controls.requests('/api/v2/portal_sessions');
  expect(created?.method).toBe('POST');
});

test('a user without a customer gets an explanation, and loading ends', async ({ page, urls }) => {
  const account = new AccountPage(page, urls);
  await account.showAs('New Customer');
  await account.manageBilling.click();
  await expect(account.alert).toContainText('There is no billing account for you yet.');
  await account.expectReady();
});

const badCredentials = [
  { which: 'an expired token', user: 'juniper', expiresIn: -600 },
  { which: 'no token', user: undefined, expiresIn: undefined },
] as const;

for (const { which, user, expiresIn } of badCredentials) {
  test(`with ${which} the user is asked to sign in again, and loading ends`, async ({
    page,
    urls,
    controls,
  }) => {
    const token = user && (await controls.token(user, expiresIn));
    await page.route(urls.graphql, async (route) => {
      const headers = { ...route.request().headers() };
      delete headers.authorization;
      if (token) headers.authorization = `Bearer ${token}`;
      await route.continue({ headers });
    });
    const account = new AccountPage(page, urls);
    await account.showAs('Juniper Bakery');
    await account.manageBilling.click();
    await expect(account.alert.first()).toContainText(/sign in again/i);
    await account.expectReady();
  });
}

test("POST /portal-session responds with the portal session as Chargebee's API represents it", async ({
  urls,
  controls,
}) => {
  const response = await fetch(new URL('/portal-session', urls.graphql), {
    method: 'POST',
    headers: { authorization: `Bearer ${await controls.token('juniper')}` },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(response.headers.get('cache-control')).toContain('no-store');
  expect(await response.json()).toMatchObject({
    id: expect.stringMatching(/^portal_/),
    token: expect.any(String),
    access_url: expect.stringContaining('/portal/access/'),
    status: 'created',
    object: 'portal_session',
    customer_id: 'juniper-bakery',
  });
});

test('requests without a valid token or a customer are rejected with the documented error code', async ({
  urls,
  controls,
}) => {
  const createSession = async (token?: string) => {
    const response = await fetch(urls.graphql, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify({ query: 'mutation { createPortalSession { id } }' }),
    });
    const body = (await response.json()) as { errors?: { extensions: { code: string } }[] };
    return { status: response.status, code: body.errors?.[0]?.extensions.code };
  };
  expect(await createSession()).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
  expect(await createSession(await controls.token('juniper', -600))).toEqual({
    status: 401,
    code: 'UNAUTHENTICATED',
  });
  expect((await createSession(await controls.token('newcomer'))).code).toBe('CUSTOMER_NOT_FOUND');
  expect((await createSession(await controls.token('orphan'))).code).toBe('CUSTOMER_NOT_FOUND');
});
