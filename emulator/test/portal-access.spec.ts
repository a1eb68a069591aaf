import type { Emulator, SeedInput } from '../src/index.js';
import { applySeed } from '../src/seed/apply.js';
import { emulatorForSpec, closeEmulatorsAfterEach } from './support.js';

const back = 'https://app.example.test/billing';

/** An HTTP client that keeps cookies like a browser and does not follow redirects. */
class Client {
  #cookies: string[] = [];

  constructor(readonly emulator: Emulator) {}

  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send(path, { headers });
  }

  async post(
    path: string,
    fields: Record<string, string> = {},
    origin: string | undefined = this.emulator.url,
  ): Promise<Response> {
    return this.#send(path, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: origin ? { origin } : {},
    });
  }

  async #send(path: string, init: RequestInit & { headers: Record<string, string> }) {
    const response = await fetch(new URL(path, this.emulator.url), {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, cookie: this.#cookies.join('; ') },
    });
    const set = response.headers.getSetCookie();
    if (set.length) this.#cookies = set.map((cookie) => cookie.split(';')[0] ?? '');
    return response;
  }
}

describe('Access to the portal', () => {
  closeEmulatorsAfterEach();

  let emulator: Emulator;
  let client: Client;

  beforeEach(async () => {
    emulator = await emulatorForSpec();
    client = new Client(emulator);
  });

  const session = (more: { redirect_url?: string; forward_url?: string } = {}) =>
    emulator.store.portalSessions.create({ customer_id: 'juniper-bakery', ...more });

  const status = (id: string) => emulator.store.portalSessions.retrieve(id).status;

  it('is given by the access URL once', async () => {
    const { id, access_url } = session();
    const first = await client.get(access_url);
    expect(first.status).toBe(303);
    expect(first.headers.get('location')).toBe('/portal/v2/home');
    expect(status(id)).toBe('logged_in');
    expect((await client.get('/portal/v2/home')).status).toBe(200);

    const second = await new Client(emulator).get(access_url);
    expect(second.status).toBe(401);
    expect(await second.text()).toContain('Token has expired.');
  });

  it('is not given by an access URL that is an hour old', async () => {
    const { access_url } = session();
    emulator.clock.advance(3601);
    expect((await client.get(access_url)).status).toBe(401);
  });

  it('redirects to the forward URL, including permalinks', async () => {
    const link = `${emulator.url}/portal/permalink/subscriptions/juniper-growth/edit`;
    const opened = await client.get(session({ forward_url: link }).access_url);
    const permalink = opened.headers.get('location') ?? '';
    expect(permalink).toBe('/portal/permalink/subscriptions/juniper-growth/edit');
    const shown = await client.get(permalink);
    expect(shown.headers.get('location')).toBe('/portal/v2/subscriptions/juniper-growth/edit');
  });

  it('redirects to the home page when the forward URL is not a portal page', async () => {
    for (const forward_url of ['https://evil.example/portal', '//evil.example', 'http://%']) {
      const opened = await client.get(session({ forward_url }).access_url);
      expect(opened.headers.get('location')).withContext(forward_url).toBe('/portal/v2/home');
    }
  });

  it('redirects to the redirect URL on logout, which the form’s CSP allows', async () => {
    const { id, access_url } = session({ redirect_url: back });
    await client.get(access_url);
    const page = await client.get('/portal/v2/home');
    expect(page.headers.get('content-security-policy')).toContain(
      `form-action 'self' http: https:;`,
    );
    const out = await client.post('/portal/v2/logout');
    expect(out.status).toBe(303);
    expect(out.headers.get('location')).toBe(back);
    expect(status(id)).toBe('logged_out');
    expect((await client.get('/portal/v2/home')).status).toBe(401);
  });

  it('shows that the user is logged out when there is no redirect URL, and when there was no session', async () => {
    await client.get(session().access_url);
    const { headers } = await client.get('/portal/v2/home');
    expect(headers.get('content-security-policy')).toContain(`form-action 'self';`);
    for (const who of [client, new Client(emulator)]) {
      const out = await who.post('/portal/v2/logout');
      expect(out.status).toBe(200);
      expect(await out.text()).toContain('You are logged out');
    }
  });

  it('ends the browser’s previous session when it opens another', async () => {
    const first = session();
    const second = session();
    await client.get(first.access_url);
    await client.get(second.access_url);
    expect(status(first.id)).toBe('logged_out');
    expect(status(second.id)).toBe('logged_in');
  });

  it('accepts a token by POST only from its own page', async () => {
    const { id, token } = session();
    expect(
      (await client.post('/portal/v2/authenticate', { token }, 'https://evil.example')).status,
    ).toBe(403);
    expect((await client.post('/portal/v2/authenticate', { token }, '')).status).toBe(403);
    expect(status(id)).toBe('created');

    const opened = await client.post('/portal/v2/authenticate', { token });
    expect(opened.status).toBe(204);
    expect(opened.headers.get('cache-control')).toBe('no-store');
    expect(status(id)).toBe('logged_in');
  });

  it('rejects an invalid token', async () => {
    expect((await client.post('/portal/v2/authenticate')).status).toBe(400);
    expect((await client.post('/portal/v2/authenticate', { token: 'unknown' })).status).toBe(401);
  });

  it('keeps the login in cookies that scripts cannot read and iframes receive', async () => {
    const opened = await client.get(session().access_url);
    const cookies = opened.headers.getSetCookie();
    expect(cookies).toHaveSize(2);
    for (const cookie of cookies) expect(cookie).toContain('; HttpOnly;');
    expect(cookies[0]).toContain('SameSite=None; Secure; Partitioned');
    expect(cookies[1]).toContain('SameSite=Lax');
  });

  it('lets only allowed origins and the demo frame its pages', async () => {
    await client.get(session().access_url);
    for (const path of ['home', 'authenticate', 'logout']) {
      const { headers } = await client.get(`/portal/v2/${path}`);
      expect(headers.get('content-security-policy'))
        .withContext(path)
        .toMatch(/frame-ancestors 'self' http:\/\/localhost:4200 http:\/\/127\.0\.0\.1:4200$/);
    }
  });

  it('rejects changes requested by another site’s page', async () => {
    await client.get(session().access_url);
    const path = '/portal/v2/subscriptions/juniper-growth/cancel';
    const refused = await client.post(path, { when: 'immediately' }, 'https://evil.example');
    expect(refused.status).toBe(403);
    expect(emulator.store.subscriptions.retrieve('juniper-growth').status).toBe('active');
  });

  it('treats another customer’s resources as not found', async () => {
    await client.get(session().access_url);
    const [card] = emulator.store.paymentSources.forCustomer('harbor-cycles');
    const [invoice] = emulator.store.invoices.forCustomer('harbor-cycles');
    for (const path of [
      'subscriptions/harbor-starter',
      `payment-methods/${card?.id}`,
      `invoices/${invoice?.id}.pdf`,
    ]) {
      const answer = await client.get(`/portal/v2/${path}`);
      expect(answer.status).withContext(path).toBe(404);
      expect(await answer.text())
        .withContext(path)
        .not.toContain('Harbor');
    }
    const removed = await client.post(`/portal/v2/payment-methods/${card?.id}/remove`);
    expect([removed.status, removed.headers.get('location')]).toEqual([
      303,
      '/portal/v2/payment-methods',
    ]);
    const text = await (await client.get('/portal/v2/payment-methods')).text();
    expect(text).toContain(`${card?.id} not found`);
    expect(text).not.toContain(`ending in ${card?.card.last4}`);
    expect(emulator.store.paymentSources.forCustomer('harbor-cycles')).toHaveSize(2);
  });

  it('shows that the session has ended, for pages, files and forms', async () => {
    for (const answer of [
      await client.get('/portal/v2/home'),
      await client.get('/portal/v2/invoices/INV-0001.pdf'),
      await client.post('/portal/v2/subscriptions/juniper-growth/resume'),
    ]) {
      expect(answer.status).toBe(401);
      expect(await answer.text()).toContain('Your session has ended');
    }
  });

  it('shows every error on a page that identifies the emulator', async () => {
    await client.get(session().access_url);
    spyOn(console, 'error');
    spyOn(emulator.store.invoices, 'forCustomer').and.throwError('a fault of its own');
    const answers: [path: string, status: number, answer: Response][] = [
      ['/portal/v2/nope', 404, await client.get('/portal/v2/nope')],
      ['/portal/v2/%zz', 400, await client.get('/portal/v2/%zz')],
      ['/pages/v3/%zz', 400, await client.get('/pages/v3/%zz')],
      ['/pages/v3/a/b/c', 404, await client.get('/pages/v3/a/b/c')],
      ['/portal/v2/home', 500, await client.get('/portal/v2/home')],
      ['/portal/v2/logout', 403, await client.post('/portal/v2/logout', {}, 'https://evil.test')],
      ['/portal/v2/logout', 400, await client.post('/portal/v2/logout', { a: 'x'.repeat(2e6) })],
    ];
    for (const [path, status, answer] of answers) {
      expect(answer.status).withContext(path).toBe(status);
      expect(answer.headers.get('content-type')).withContext(path).toContain('text/html');
      expect(answer.headers.get('content-security-policy')).withContext(path).toContain('none');
      expect(await answer.text())
        .withContext(path)
        .toMatch(/This cannot be shown.*This is not Chargebee/s);
    }
    expect(console.error).toHaveBeenCalledTimes(1);
  });

  it('shows the error of a rejected action once, on the action’s page', async () => {
    await client.get(session().access_url);
    const path = '/portal/v2/subscriptions/juniper-growth';
    const answer = await client.post(`${path}/resume`);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, path]);
    expect(await (await client.get(path)).text()).toContain('cannot be resumed');
    expect(await (await client.get(path)).text()).not.toContain('cannot be resumed');
  });

  it('links error pages to the overview only if a session is open', async () => {
    const link = 'href="/portal/v2/home?locale=de"';
    const pages = ['/portal/v2/nope', '/portal/v2/subscriptions/harbor-starter'];
    expect(await (await client.get(`${pages[0]}?locale=de`)).text()).not.toContain(link);
    await client.get(session().access_url);
    for (const page of pages) {
      const answer = await client.get(`${page}?locale=de`);
      expect(answer.status).withContext(page).toBe(404);
      expect(await answer.text())
        .withContext(page)
        .toContain(link);
    }
  });

  it('shows no message on other pages after an action on another customer’s resource', async () => {
    await client.get(session().access_url);
    const path = '/portal/v2/subscriptions/harbor-workshop';
    const answer = await client.post(`${path}/resume`);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, path]);
    expect((await client.get(path)).status).toBe(404);
    expect(await (await client.get('/portal/v2/home')).text()).not.toContain('not found');
    expect(emulator.store.subscriptions.retrieve('harbor-workshop').status).toBe('paused');
  });

  it('responds with 500 when an action throws an unexpected error', async () => {
    await client.get(session().access_url);
    spyOn(console, 'error');
    spyOn(emulator.store.subscriptions, 'resume').and.throwError('a fault of its own');
    const answer = await client.post('/portal/v2/subscriptions/juniper-growth/resume');
    expect(answer.status).toBe(500);
    expect(console.error).toHaveBeenCalledTimes(1);
  });

  it('shows the result of an action once', async () => {
    await client.get(session().access_url);
    await client.post('/portal/v2/subscriptions/juniper-growth/pause', { when: 'end_of_term' });
    const path = '/portal/v2/subscriptions/juniper-growth';
    expect(await (await client.get(path)).text()).toContain('subscriptionPaused');
    expect(await (await client.get(path)).text()).not.toContain('subscriptionPaused');
  });

  for (const id of ['a/b?c', '日本', 'two words & more', '%zz', '"#']) {
    it(`works for a subscription and a card with the id ${id}`, async () => {
      const seed: SeedInput = {
        customers: [
          {
            id: 'juniper-bakery',
            cards: [{ id, number: '4242424242424242', expiry_month: 1, expiry_year: 2090 }],
            subscriptions: [{ id, item_price_id: 'growth-USD-monthly' }],
          },
        ],
      };
      applySeed(emulator.store, emulator.clock, seed);
      await client.get(session().access_url);
      const linksOf = async (path: string, pattern: RegExp) => {
        const text = await (await client.get(path)).text();
        return [...text.matchAll(pattern)].map(([, link = '']) => link.replaceAll('&amp;', '&'));
      };

      const [subscription = ''] = await linksOf(
        '/portal/v2/home',
        /href="([^"]*subscriptions[^"]*)/g,
      );
      const pages = await linksOf(subscription, /href="([^"]*subscriptions[^"]*)/g);
      expect(pages.length).toBeGreaterThan(3);
      for (const page of [subscription, ...pages]) {
        expect((await client.get(page)).status)
          .withContext(page)
          .toBe(200);
        for (const form of await linksOf(page, /action="([^"]*subscriptions[^"]*)/g)) {
          expect(form).toBe(page);
        }
      }
      const paused = await client.post(`${subscription}/pause`, { when: 'immediately' });
      expect([paused.status, paused.headers.get('location')]).toEqual([303, subscription]);
      const resumed = await client.post(`${subscription}/resume`);
      expect([resumed.status, resumed.headers.get('location')]).toEqual([303, subscription]);

      const cards = await linksOf('/portal/v2/payment-methods', /href="([^"]*(?:edit|remove))"/g);
      for (const page of cards.slice(-2)) {
        expect((await client.get(page)).status)
          .withContext(page)
          .toBe(200);
        const [form = ''] = await linksOf(
          page,
          /class="card[^"]*" method="post"[^>]*action="([^"]*)/g,
        );
        const fields = { expiry_month: '2', expiry_year: '2091' };
        expect((await client.post(form, fields)).status)
          .withContext(form)
          .toBe(303);
      }
      expect(emulator.store.paymentSources.list()).toEqual([]);
    });
  }

  it('redirects to a redirect URL with any characters', async () => {
    await client.get(session({ redirect_url: 'https://app.example.test/日本' }).access_url);
    const { status, headers } = await client.post('/portal/v2/logout');
    expect([status, headers.get('location')]).toEqual([
      303,
      'https://app.example.test/%E6%97%A5%E6%9C%AC',
    ]);
  });

  for (const country of ['zzz', '12', 'a$', '']) {
    it(`rejects an invalid country: ${country || 'nothing'}`, async () => {
      await client.get(session().access_url);
      const path = '/portal/v2/addresses/billing';
      const answer = await client.post(path, { line1: '1', city: 'Oslo', country });
      expect(answer.status).toBe(422);
      expect(await answer.text()).toContain('Choose a country.');
    });
  }

  it('shows an address with an invalid country', async () => {
    const billing_address = { line1: '1', city: 'Nowhere', country: '12' };
    emulator.store.customers.updateBillingInfo('juniper-bakery', { billing_address });
    await client.get(session().access_url);
    for (const path of ['/portal/v2/addresses', '/portal/v2/addresses/billing']) {
      expect((await client.get(path)).status)
        .withContext(path)
        .toBe(200);
    }
  });

  it('formats dates and amounts for the user’s locale, or for English if it is unknown', async () => {
    await client.get(session().access_url);
    const german = await (await client.get('/portal/v2/home?locale=de')).text();
    expect(german).toContain('<html lang="en">');
    expect(german).toContain('97,00');
    for (const locale of ['xx-nonsense-locale-', 'tlh']) {
      const text = await (await client.get(`/portal/v2/home?locale=${locale}`)).text();
      expect(text).withContext(locale).toContain('<html lang="en">');
      expect(text).withContext(locale).toContain('$97.00');
    }
  });
});
