import { calls, waitForCallback, Fixture, portalFrame } from './fixture.js';
import type { Page } from 'playwright-core';
import { FAULT_PRESETS } from '../../src/home/presets.js';

const heading = (page: Page) => portalFrame(page).getByRole('heading', { level: 1 }).textContent();

/** Opens and closes the portal. Returns the heading that it showed. */
async function openAndClose(page: Page): Promise<string | null> {
  const before = (await calls(page)).filter(([name]) => name === 'loaded').length;
  await page.evaluate('merchant.open()');
  await waitForCallback(page, 'loaded', before + 1);
  const shown = await heading(page);
  await page.evaluate('merchant.instance.closeAll()');
  return shown;
}

/** Collects the errors that the page logs from now on. */
function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  return errors;
}

const requestCount = (page: Page) => page.evaluate<number>('merchant.requestCount');

describe('chargebee.js: the portal session', () => {
  let fixture: Fixture;

  beforeAll(async () => (fixture = await Fixture.start()));
  afterEach(() => fixture.reset());
  afterAll(() => fixture.close());

  it('is requested when the portal first opens, and not the second time', async () => {
    const page = await fixture.merchantPage();
    expect(await requestCount(page)).toBe(0);
    await openAndClose(page);
    await openAndClose(page);
    expect(await requestCount(page)).toBe(1);
  });

  it('stays that of the first customer when the app sets another session function', async () => {
    const page = await fixture.merchantPage();
    await openAndClose(page);
    fixture.customer = 'harbor-cycles';
    await page.evaluate(
      `merchant.instance.setPortalSession(() => Promise.reject(new Error('never asked'))); 0`,
    );
    expect(await openAndClose(page)).toBe('Hello, Juniper Bakery');
  });

  it('is replaced immediately after logout()', async () => {
    const page = await fixture.merchantPage();
    await openAndClose(page);
    fixture.customer = 'harbor-cycles';
    await page.evaluate('merchant.instance.logout()');
    expect(await openAndClose(page)).toBe('Hello, Harbor Cycles');
    expect(await requestCount(page)).toBe(2);
  });

  it('is ended at the portal by logout(), which returns before the portal has answered', async () => {
    fixture.emulator.faults.add({ route: '/portal/v2/logout', latency: 500, count: 1 });
    const status = () => fixture.emulator.store.portalSessions.list()[0]?.status;
    const page = await fixture.merchantPage();
    await openAndClose(page);
    const answered = page.waitForResponse((response) =>
      response.url().includes('/portal/v2/logout'),
    );
    await page.evaluate('merchant.instance.logout()');
    expect(status()).toBe('logged_in');
    await answered;
    expect(status()).toBe('logged_out');
  });

  it('is not ended by a late logout request of the previous session', async () => {
    fixture.emulator.faults.add({ route: '/portal/v2/logout', latency: 2500, count: 1 });
    const page = await fixture.merchantPage();
    await openAndClose(page);
    fixture.customer = 'harbor-cycles';
    const answered = page.waitForResponse((response) =>
      response.url().includes('/portal/v2/logout'),
    );
    await page.evaluate('merchant.instance.logout()');
    await openAndClose(page);
    await answered;
    expect(await openAndClose(page)).toBe('Hello, Harbor Cycles');
    const states = fixture.emulator.store.portalSessions.list().map((session) => session.status);
    expect(states).toEqual(['logged_in', 'logged_out']);
  });

  it('can be given as a token', async () => {
    const page = await fixture.merchantPage();
    const { token } = fixture.session();
    await page.evaluate(`merchant.instance.setPortalSession('${token}')`);
    expect(await openAndClose(page)).toBe('Hello, Juniper Bakery');
  });

  it('can be given to init()', async () => {
    const page = await fixture.newPage();
    await page.goto(fixture.merchant.origin);
    const { token } = fixture.session();
    await page.evaluate(`Chargebee.init({ site: 'acme-test', portalSession: '${token}' }); 0`);
    expect(await openAndClose(page)).toBe('Hello, Juniper Bakery');
  });

  it('can be opened once: the second time, the portal says that its token has expired', async () => {
    const page = await fixture.merchantPage();
    const { token } = fixture.session();
    await page.evaluate(
      `merchant.instance.setPortalSession(() => Promise.resolve({ token: '${token}' })); 0`,
    );
    await openAndClose(page);
    await page.evaluate('merchant.instance.logout()');
    await page.evaluate('merchant.open()');
    const failure = portalFrame(page).getByRole('alert');
    await failure.waitFor();
    expect(await failure.textContent()).toContain('token has expired');
    expect((await calls(page)).map(([name]) => name)).toEqual(['loaded']);
  });

  it('shows no portal when the session function returns no token', async () => {
    const page = await fixture.merchantPage();
    const errors = errorsOf(page);
    await page.evaluate(`merchant.instance.setPortalSession(() => Promise.resolve({})); 0`);
    await page.evaluate('merchant.open()');
    await portalFrame(page).getByRole('alert').waitFor();
    expect(await portalFrame(page).getByRole('alert').textContent()).toContain('has no session');
    expect(errors.join()).toContain('gave no token');
  });

  for (const mode of ['a modal', 'redirect mode']) {
    it(`shows no portal without setPortalSession(), and gives the reason: ${mode}`, async () => {
      const page = await fixture.newPage();
      const errors = errorsOf(page);
      await page.goto(fixture.merchant.origin);
      const enableRedirectMode = mode === 'redirect mode';
      await page.evaluate(
        `Chargebee.init({ site: 'acme-test', enableRedirectMode: ${enableRedirectMode} }); 0`,
      );
      await page.click('#open');
      const alert = (enableRedirectMode ? page : portalFrame(page)).getByRole('alert');
      await alert.waitFor();
      expect(await alert.textContent()).toContain('has no session');
      expect(errors.join()).toContain('setPortalSession() has not been called');
      expect(fixture.emulator.requests.list().map(({ method }) => method)).not.toContain('POST');
    });
  }

  it('shows an error when the portal cannot be reached', async () => {
    fixture.emulator.faults.add({ route: '/portal/v2/authenticate', method: 'POST', reset: true });
    const page = await fixture.merchantPage();
    await page.evaluate('merchant.open()');
    await portalFrame(page).getByRole('alert').waitFor();
    expect(await portalFrame(page).getByRole('alert').textContent()).toContain('Please try again');
  });

  it('shows an error when the sign-in fault of the page at / is on', async () => {
    const preset = FAULT_PRESETS.find(({ route }) => route === 'authenticate');
    if (preset) fixture.emulator.faults.add(preset);
    const page = await fixture.merchantPage();
    await page.evaluate('merchant.open()');
    await portalFrame(page).getByRole('alert').waitFor();
    expect(await portalFrame(page).getByRole('alert').textContent()).toContain('Please try again');
    expect(await page.locator('#cb-loader').count()).toBe(0);
    expect(fixture.emulator.requests.list()[0]).toEqual(
      jasmine.objectContaining({ method: 'POST', url: '/portal/v2/authenticate', status: 401 }),
    );
  });

  it('is not requested again after it has ended, which the portal says', async () => {
    const page = await fixture.merchantPage();
    await openAndClose(page);
    fixture.emulator.clock.advance(3601);
    await page.evaluate('merchant.open()');
    await portalFrame(page).getByRole('heading', { name: 'Your session has ended' }).waitFor();
    expect(await requestCount(page)).toBe(1);
  });

  it('is requested again after an hour, with ?documented=session-hour', async () => {
    const page = await fixture.newPage();
    await page.clock.install();
    await page.goto(`${fixture.merchant.origin}/?documented=session-hour`);
    await page.evaluate('merchant.init(); 0');
    await openAndClose(page);
    await openAndClose(page);
    expect(await requestCount(page)).toBe(1);
    await page.clock.fastForward('01:00:01');
    await openAndClose(page);
    expect(await requestCount(page)).toBe(2);
  });

  it('is replaced after the user has logged out in the portal, which closes it', async () => {
    const page = await fixture.merchantPage();
    await page.click('#open');
    await portalFrame(page).getByRole('button', { name: 'Log out' }).click();
    await waitForCallback(page, 'close');
    expect(fixture.emulator.store.portalSessions.list()[0]?.status).toBe('logged_out');
    await openAndClose(page);
    expect(await requestCount(page)).toBe(2);
  });

  describe('that the merchant’s server rejects', () => {
    it('closes the window and calls an error callback that is not documented', async () => {
      fixture.merchantFails = true;
      const page = await fixture.merchantPage();
      await page.click('#open');
      expect(await waitForCallback(page, 'error')).toBe('no /session');
      expect(await page.locator('#cb-container').count()).toBe(0);
    });

    it('leaves the instance busy until closeAll()', async () => {
      fixture.merchantFails = true;
      const page = await fixture.merchantPage();
      const messages: string[] = [];
      page.on('console', (message) => messages.push(message.text()));
      await page.click('#open');
      await waitForCallback(page, 'error');
      fixture.merchantFails = false;
      await page.click('#open');
      expect(messages.join()).toContain('another page is open');
      await page.evaluate('merchant.instance.closeAll()');
      await page.click('#open');
      await waitForCallback(page, 'loaded');
      expect(await heading(page)).toBe('Hello, Juniper Bakery');
    });

    it('leaves the instance free and calls nothing, with ?documented=session-rejected', async () => {
      fixture.merchantFails = true;
      const page = await fixture.merchantPage({}, { query: '?documented=session-rejected' });
      await page.click('#open');
      await page.locator('#cb-container').waitFor({ state: 'detached' });
      fixture.merchantFails = false;
      await page.click('#open');
      await waitForCallback(page, 'loaded');
      expect(await calls(page)).toEqual([['loaded']]);
    });
  });
});
