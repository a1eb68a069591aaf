import { AccountPage } from './account-page.js';
import { expect, test } from './support/stack.js';

const apps = [
  { app: 'standalone', url: 'demo' },
  { app: 'NgModule', url: 'demoNgModule' },
] as const;

for (const { app, url } of apps) {
  test(`${app}: each user's button opens that user's own portal, and closing it returns the focus`, async ({
    page,
    urls,
    controls,
  }) => {
    await page.goto(urls[url]);
    const account = new AccountPage(page, urls);
    const { portal } = account;
    const button = page.getByRole('button', { name: 'Manage billing' });

    await account.signIn('Juniper Bakery');
    await button.click();
    await expect(portal.getByText('Juniper Bakery').first()).toBeVisible();
    await expect(portal.getByText('Growth').first()).toBeVisible();
    expect(await controls.requests('/api/v2/portal_sessions')).toHaveLength(1);

    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(button).toBeFocused();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await account.signIn('Harbor Cycles');
    await button.click();
    await expect(portal.getByText('Harbor Cycles').first()).toBeVisible();
    await expect(portal.getByText('Starter').first()).toBeVisible();
    await expect(portal.getByText('Juniper Bakery')).toHaveCount(0);
  });
}

test('a click sends one mutation to the server, which creates the session at Chargebee', async ({
  page,
  urls,
  controls,
}) => {
  const requestBodies: string[] = [];
  page.on('request', (request) => {
    if (request.url() === urls.server && request.method() === 'POST') {
      requestBodies.push(request.postData() ?? '');
    }
  });
  await page.goto(urls.demo);
  const account = new AccountPage(page, urls);
  await account.signIn('Juniper Bakery');
  await page.getByRole('button', { name: 'Manage billing' }).click();
  await expect(account.portal.getByText('Juniper Bakery').first()).toBeVisible();

  expect(requestBodies.filter((body) => body.includes('createPortalSession'))).toHaveLength(1);
  const [created] = await controls.requests('/api/v2/portal_sessions');
  expect(created?.method).toBe('POST');
});

test('a user without a customer sees what to do, and nothing keeps loading', async ({
  page,
  urls,
}) => {
  await page.goto(urls.demo);
  await new AccountPage(page, urls).signIn('New Customer');
  const button = page.getByRole('button', { name: 'Manage billing' });
  await button.click();
  await expect(page.getByRole('alert')).toContainText(
    /no billing account|not a customer|no subscription/i,
  );
  await expect(button).toBeEnabled();
  await expect(button).not.toHaveAttribute('aria-busy', 'true');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

const badCredentials = [
  { which: 'an expired token', user: 'juniper', expiresIn: -600 },
  { which: 'no token', user: undefined, expiresIn: undefined },
] as const;

for (const { which, user, expiresIn } of badCredentials) {
  test(`with ${which} the user is asked to sign in again, and nothing keeps loading`, async ({
    page,
    urls,
    controls,
  }) => {
    const token = user && (await controls.token(user, expiresIn));
    await page.route(urls.server, async (route) => {
      const headers = { ...route.request().headers() };
      delete headers.authorization;
      if (token) headers.authorization = `Bearer ${token}`;
      await route.continue({ headers });
    });
    await page.goto(urls.demo);
    await new AccountPage(page, urls).signIn('Juniper Bakery');
    const button = page.getByRole('button', { name: 'Manage billing' });
    await button.click();
    await expect(page.getByRole('alert').first()).toContainText(/sign in again/i);
    await expect(button).toBeEnabled();
    await expect(button).not.toHaveAttribute('aria-busy', 'true');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });
}

test("POST /portal-session responds with the portal session as Chargebee's API represents it", async ({
  urls,
  controls,
}) => {
  const response = await fetch(new URL('/portal-session', urls.server), {
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

test('requests without a valid token or a customer are rejected with the error code that the schema documents', async ({
  urls,
  controls,
}) => {
  const createSession = async (token?: string) => {
    const response = await fetch(urls.server, {
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
