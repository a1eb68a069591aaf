import type { Emulator, SeedInput } from '../src/index.js';
import { applySeed } from '../src/seed/apply.js';
import { PortalClient } from './portal-client.js';
import { closeEmulatorsAfterEach, emulatorForSpec } from './support.js';

describe('The portal’s pages', () => {
  closeEmulatorsAfterEach();

  let emulator: Emulator;
  let client: PortalClient;

  beforeEach(async () => {
    emulator = await emulatorForSpec();
    client = new PortalClient(emulator);
  });

  it('shows every error on a page that identifies the emulator', async () => {
    await client.openPortal();
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
    await client.openPortal();
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
    await client.openPortal();
    for (const page of pages) {
      const answer = await client.get(`${page}?locale=de`);
      expect(answer.status).withContext(page).toBe(404);
      expect(await answer.text())
        .withContext(page)
        .toContain(link);
    }
  });

  it('shows no message on other pages after an action on another customer’s resource', async () => {
    await client.openPortal();
    const path = '/portal/v2/subscriptions/harbor-workshop';
    const answer = await client.post(`${path}/resume`);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, path]);
    expect((await client.get(path)).status).toBe(404);
    expect(await (await client.get('/portal/v2/home')).text()).not.toContain('not found');
    expect(emulator.store.subscriptions.retrieve('harbor-workshop').status).toBe('paused');
  });

  it('responds with 500 when an action throws an unexpected error', async () => {
    await client.openPortal();
    spyOn(console, 'error');
    spyOn(emulator.store.subscriptions, 'resume').and.throwError('a fault of its own');
    const answer = await client.post('/portal/v2/subscriptions/juniper-growth/resume');
    expect(answer.status).toBe(500);
    expect(console.error).toHaveBeenCalledTimes(1);
  });

  it('shows the result of an action once', async () => {
    await client.openPortal();
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
      await client.openPortal();
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

  for (const country of ['zzz', '12', 'a$', '']) {
    it(`rejects an invalid country: ${country || 'nothing'}`, async () => {
      await client.openPortal();
      const path = '/portal/v2/addresses/billing';
      const answer = await client.post(path, { line1: '1', city: 'Oslo', country });
      expect(answer.status).toBe(422);
      expect(await answer.text()).toContain('Choose a country.');
    });
  }

  it('shows an address with an invalid country', async () => {
    const billing_address = { line1: '1', city: 'Nowhere', country: '12' };
    emulator.store.customers.updateBillingInfo('juniper-bakery', { billing_address });
    await client.openPortal();
    for (const path of ['/portal/v2/addresses', '/portal/v2/addresses/billing']) {
      expect((await client.get(path)).status)
        .withContext(path)
        .toBe(200);
    }
  });

  it('formats dates and amounts for the user’s locale, or for English if it is unknown', async () => {
    await client.openPortal();
    const german = await (await client.get('/portal/v2/home?locale=de')).text();
    expect(german).toContain('<html lang="en">');
    expect(german).toContain('97,00');
    expect(german).toMatch(/Renews on \d+\.\d+\.\d{4}/);
    for (const locale of ['xx-nonsense-locale-', 'tlh']) {
      const text = await (await client.get(`/portal/v2/home?locale=${locale}`)).text();
      expect(text).withContext(locale).toContain('<html lang="en">');
      expect(text).withContext(locale).toContain('$97.00');
      expect(text)
        .withContext(locale)
        .toMatch(/Renews on [A-Z][a-z]{2} \d+, \d{4}/);
    }
  });
});
