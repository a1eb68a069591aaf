import type { Emulator } from '../src/index.js';
import { createPortalSession, PortalClient } from './portal-client.js';
import { closeEmulatorsAfterEach, emulatorForSpec } from './support.js';

const back = 'https://app.example.test/billing';

describe('Access to the portal', () => {
  closeEmulatorsAfterEach();

  let emulator: Emulator;
  let client: PortalClient;

  beforeEach(async () => {
    emulator = await emulatorForSpec();
    client = new PortalClient(emulator);
  });

  const status = (id: string) => emulator.store.portalSessions.retrieve(id).status;

  it('is given by the access URL once', async () => {
    const { id, access_url } = createPortalSession(emulator);
    const first = await client.get(access_url);
    expect(first.status).toBe(303);
    expect(first.headers.get('location')).toBe('/portal/v2/home');
    expect(status(id)).toBe('logged_in');
    expect((await client.get('/portal/v2/home')).status).toBe(200);

    const second = await new PortalClient(emulator).get(access_url);
    expect(second.status).toBe(401);
    expect(await second.text()).toContain('Token has expired.');
  });

  it('is not given by an access URL that is an hour old', async () => {
    const { access_url } = createPortalSession(emulator);
    emulator.clock.advance(3601);
    expect((await client.get(access_url)).status).toBe(401);
  });

  it('redirects to the forward URL, including permalinks', async () => {
    const link = `${emulator.url}/portal/permalink/subscriptions/juniper-growth/edit`;
    const opened = await client.openPortal({ forward_url: link });
    const permalink = opened.headers.get('location') ?? '';
    expect(permalink).toBe('/portal/permalink/subscriptions/juniper-growth/edit');
    const shown = await client.get(permalink);
    expect(shown.headers.get('location')).toBe('/portal/v2/subscriptions/juniper-growth/edit');
  });

  it('redirects to the home page when the forward URL is not a portal page', async () => {
    for (const forward_url of ['https://evil.example/portal', '//evil.example', 'http://%']) {
      const opened = await client.openPortal({ forward_url });
      expect(opened.headers.get('location')).withContext(forward_url).toBe('/portal/v2/home');
    }
  });

  it('redirects to the redirect URL on logout, which the form’s CSP allows', async () => {
    const { id, access_url } = createPortalSession(emulator, { redirect_url: back });
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
    await client.openPortal();
    const { headers } = await client.get('/portal/v2/home');
    expect(headers.get('content-security-policy')).toContain(`form-action 'self';`);
    for (const who of [client, new PortalClient(emulator)]) {
      const out = await who.post('/portal/v2/logout');
      expect(out.status).toBe(200);
      expect(await out.text()).toContain('You are logged out');
    }
  });

  it('ends the browser’s previous session when it opens another', async () => {
    const first = createPortalSession(emulator);
    const second = createPortalSession(emulator);
    await client.get(first.access_url);
    await client.get(second.access_url);
    expect(status(first.id)).toBe('logged_out');
    expect(status(second.id)).toBe('logged_in');
  });

  it('accepts a token by POST only from its own page', async () => {
    const { id, token } = createPortalSession(emulator);
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
    const opened = await client.openPortal();
    const cookies = opened.headers.getSetCookie();
    expect(cookies).toHaveSize(2);
    for (const cookie of cookies) expect(cookie).toContain('; HttpOnly;');
    expect(cookies[0]).toContain('SameSite=None; Secure; Partitioned');
    expect(cookies[1]).toContain('SameSite=Lax');
  });

  it('lets only allowed origins and the demo frame its pages', async () => {
    emulator = await emulatorForSpec({
      allowedOrigins: ['https://app.example'],
      demoOrigins: ['http://localhost:5000'],
    });
    client = new PortalClient(emulator);
    await client.openPortal();
    for (const path of ['home', 'authenticate', 'logout']) {
      const { headers } = await client.get(`/portal/v2/${path}`);
      expect(headers.get('content-security-policy'))
        .withContext(path)
        .toMatch(/frame-ancestors 'self' https:\/\/app\.example http:\/\/localhost:5000$/);
    }
  });

  it('rejects changes requested by another site’s page', async () => {
    await client.openPortal();
    const path = '/portal/v2/subscriptions/juniper-growth/cancel';
    const refused = await client.post(path, { when: 'immediately' }, 'https://evil.example');
    expect(refused.status).toBe(403);
    expect(emulator.store.subscriptions.retrieve('juniper-growth').status).toBe('active');
  });

  it('treats another customer’s resources as not found', async () => {
    await client.openPortal();
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

  it('redirects to a redirect URL with any characters', async () => {
    await client.openPortal({ redirect_url: 'https://app.example.test/日本' });
    const { status, headers } = await client.post('/portal/v2/logout');
    expect([status, headers.get('location')]).toEqual([
      303,
      'https://app.example.test/%E6%97%A5%E6%9C%AC',
    ]);
  });
});
