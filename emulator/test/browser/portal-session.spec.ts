import { calls, called, Fixture, portalFrame } from './fixture.js';
import type { Page } from 'playwright-core';
import { FAULT_PRESETS } from '../../src/home/presets.js';

const heading = (page: Page) => portalFrame(page).getByRole('heading', { level: 1 }).textContent();

async function openAndClose(page: Page): Promise<string | null> {
  const before = (await calls(page)).filter(([name]) => name === 'loaded').length;
  await page.evaluate('merchant.open()');
  await called(page, 'loaded', before + 1);
  const title = await heading(page);
  await page.evaluate('merchant.instance.closeAll()');
  return title;
}

const asked = (page: Page) => page.evaluate<number>('merchant.asked');

describe('chargebee.js: the portal session', () => {
  let fixture: Fixture;

  beforeAll(async () => (fixture = await Fixture.start()));
  afterEach(() => fixture.tidy());
  afterAll(() => fixture.close());

  it('is asked for at the first opening, and not at the second', async () => {
    const page = await fixture.merchantPage();
    expect(await asked(page)).toBe(0);
    await openAndClose(page);
    await openAndClose(page);
    expect(await asked(page)).toBe(1);
  });

  it('stays that of the first customer when another signs in to the app', async () => {
    const page = await fixture.merchantPage();
    await openAndClose(page);
    fixture.customer = 'harbor-cycles';
    await page.evaluate(
      `merchant.instance.setPortalSession(() => Promise.reject(new Error('never asked'))); 0`,
    );
    expect(await openAndClose(page)).toBe('Hello, Juniper Bakery');
  });

  it('is another after logout(), at once', async () => {
    const page = await fixture.merchantPage();
    await openAndClose(page);
    fixture.customer = 'harbor-cycles';
    await page.evaluate('merchant.instance.logout()');
    expect(await openAndClose(page)).toBe('Hello, Harbor Cycles');
    expect(await asked(page)).toBe(2);
  });

  it('is ended at the portal by logout(), which nobody waits for', async () => {
    const page = await fixture.merchantPage();
    await openAndClose(page);
    const answered = page.waitForResponse((response) =>
      response.url().includes('/portal/v2/logout'),
    );
    await page.evaluate('merchant.instance.logout()');
    await answered;
    const [session] = fixture.emulator.store.portalSessions.list();
    expect(session?.status).toBe('logged_out');
  });

  it('survives the logout() of the one before it, however late that arrives', async () => {
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

  it('may be given as a token', async () => {
    const page = await fixture.merchantPage();
    const { token } = fixture.session();
    await page.evaluate(`merchant.instance.setPortalSession('${token}')`);
    expect(await openAndClose(page)).toBe('Hello, Juniper Bakery');
  });

  it('may be given to init()', async () => {
    const page = await fixture.newPage();
    await page.goto(fixture.merchant.origin);
    const { token } = fixture.session();
    await page.evaluate(`Chargebee.init({ site: 'acme-test', portalSession: '${token}' }); 0`);
    expect(await openAndClose(page)).toBe('Hello, Juniper Bakery');
  });

  it('can be opened once: the second time its token has expired', async () => {
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

  it('shows no portal when the session function gives no token', async () => {
    const page = await fixture.merchantPage();
    await page.evaluate(`merchant.instance.setPortalSession(() => Promise.resolve({})); 0`);
    await page.evaluate('merchant.open()');
    await portalFrame(page).getByRole('alert').waitFor();
    expect(await portalFrame(page).getByRole('alert').textContent()).toContain(
      'could not be opened',
    );
  });

  it('tells when the portal cannot be reached', async () => {
    fixture.emulator.faults.add({ route: '/portal/v2/authenticate', method: 'POST', reset: true });
    const page = await fixture.merchantPage();
    await page.evaluate('merchant.open()');
    await portalFrame(page).getByRole('alert').waitFor();
    expect(await portalFrame(page).getByRole('alert').textContent()).toContain('Please try again');
  });

  it('tells when signing in fails as the page at / can make it', async () => {
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

  it('is not asked for again when the portal has ended it: the page says that it is over', async () => {
    const page = await fixture.merchantPage();
    await openAndClose(page);
    fixture.emulator.clock.advance(3601);
    await page.evaluate('merchant.open()');
    await portalFrame(page).getByRole('heading', { name: 'Your session has ended' }).waitFor();
    expect(await asked(page)).toBe(1);
  });

  it('is asked for again after an hour, as documented', async () => {
    const page = await fixture.newPage();
    await page.clock.install();
    await page.goto(`${fixture.merchant.origin}/?documented=session-hour`);
    await page.evaluate('merchant.init(); 0');
    await openAndClose(page);
    await openAndClose(page);
    expect(await asked(page)).toBe(1);
    await page.clock.fastForward('01:00:01');
    await openAndClose(page);
    expect(await asked(page)).toBe(2);
  });

  it('is another after the person has logged out in the portal, which closes it', async () => {
    const page = await fixture.merchantPage();
    await page.click('#open');
    await portalFrame(page).getByRole('button', { name: 'Log out' }).click();
    await called(page, 'close');
    expect(fixture.emulator.store.portalSessions.list()[0]?.status).toBe('logged_out');
    await openAndClose(page);
    expect(await asked(page)).toBe(2);
  });

  describe('that is refused by the merchant’s server', () => {
    it('closes the window and calls an error callback that is not documented', async () => {
      fixture.failing = true;
      const page = await fixture.merchantPage();
      await page.click('#open');
      expect(await called(page, 'error')).toBe('no /session');
      expect(await page.locator('#cb-container').count()).toBe(0);
    });

    it('leaves the instance busy until closeAll()', async () => {
      fixture.failing = true;
      const page = await fixture.merchantPage();
      const messages: string[] = [];
      page.on('console', (message) => messages.push(message.text()));
      await page.click('#open');
      await called(page, 'error');
      fixture.failing = false;
      await page.click('#open');
      expect(messages.join()).toContain('another page is open');
      await page.evaluate('merchant.instance.closeAll()');
      await page.click('#open');
      await called(page, 'loaded');
      expect(await heading(page)).toBe('Hello, Juniper Bakery');
    });

    it('leaves the instance free and calls nothing, as documented', async () => {
      fixture.failing = true;
      const page = await fixture.merchantPage({}, { query: '?documented=session-rejected' });
      await page.click('#open');
      await page.locator('#cb-container').waitFor({ state: 'detached' });
      fixture.failing = false;
      await page.click('#open');
      await called(page, 'loaded');
      expect(await calls(page)).toEqual([['loaded']]);
    });
  });
});
