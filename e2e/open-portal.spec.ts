import { AccountPage } from './account-page.js';
import { expect, test } from './support/stack.js';

const apps = [
  { app: 'standalone', url: 'demo' },
  { app: 'NgModule', url: 'demoNgModule' },
] as const;

for (const { app, url } of apps) {
  test(`${app}: each user's button opens that user's own portal, and closing it gives focus back`, async ({
    page,
    urls,
    controls,
  }) => {
    await page.goto(urls[url]);
    const button = page.getByRole('button', { name: 'Manage billing' });

    await new AccountPage(page, urls).signIn('Juniper Bakery');
    await button.click();
    const portal = new AccountPage(page, urls).portal;
    await expect(portal.getByText('Juniper Bakery').first()).toBeVisible();
    await expect(portal.getByText('Growth').first()).toBeVisible();
    expect(await controls.requests('/api/v2/portal_sessions')).toHaveLength(1);

    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(button).toBeFocused();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await new AccountPage(page, urls).signIn('Harbor Cycles');
    await button.click();
    await expect(
      new AccountPage(page, urls).portal.getByText('Harbor Cycles').first(),
    ).toBeVisible();
    await expect(new AccountPage(page, urls).portal.getByText('Starter').first()).toBeVisible();
    await expect(new AccountPage(page, urls).portal.getByText('Juniper Bakery')).toHaveCount(0);
  });
}

test('the path is real: the customer of the token reaches Chargebee through server and SDK', async ({
  page,
  urls,
  controls,
}) => {
  const mutations: string[] = [];
  page.on('request', (request) => {
    if (request.url() === urls.server && request.method() === 'POST') {
      mutations.push(request.postData() ?? '');
    }
  });
  await page.goto(urls.demo);
  await new AccountPage(page, urls).signIn('Juniper Bakery');
  await page.getByRole('button', { name: 'Manage billing' }).click();
  await expect(
    new AccountPage(page, urls).portal.getByText('Juniper Bakery').first(),
  ).toBeVisible();

  expect(mutations.filter((body) => body.includes('createPortalSession'))).toHaveLength(1);
  const [created] = await controls.requests('/api/v2/portal_sessions');
  expect(created?.method).toBe('POST');
});

test('a user with no customer sees what to do, and nothing is left spinning', async ({
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
  test(`with ${which} the user is asked to sign in again, and nothing is left spinning`, async ({
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

test('POST /portal-session answers the plain portal session in the shape of Chargebee', async ({
  urls,
  controls,
}) => {
  const answer = await fetch(new URL('/portal-session', urls.server), {
    method: 'POST',
    headers: { authorization: `Bearer ${await controls.token('juniper')}` },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.headers.get('cache-control')).toContain('no-store');
  expect(await answer.json()).toMatchObject({
    id: expect.stringMatching(/^portal_/),
    token: expect.any(String),
    access_url: expect.stringContaining('/portal/access/'),
    status: 'created',
    object: 'portal_session',
    customer_id: 'juniper-bakery',
  });
});

test('without a token, with an expired one, or with no customer, the caller gets the code of the contract', async ({
  urls,
  controls,
}) => {
  const ask = async (token?: string) => {
    const answer = await fetch(urls.server, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify({ query: 'mutation { createPortalSession { id } }' }),
    });
    const body = (await answer.json()) as { errors?: { extensions: { code: string } }[] };
    return { status: answer.status, code: body.errors?.[0]?.extensions.code };
  };
  expect(await ask()).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
  expect(await ask(await controls.token('juniper', -600))).toEqual({
    status: 401,
    code: 'UNAUTHENTICATED',
  });
  expect((await ask(await controls.token('newcomer'))).code).toBe('CUSTOMER_NOT_FOUND');
  expect((await ask(await controls.token('orphan'))).code).toBe('CUSTOMER_NOT_FOUND');
});
