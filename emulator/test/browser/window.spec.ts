import type { Page } from 'playwright-core';
import { calls, waitForCallback, Fixture, portalFrame } from './fixture.js';

const phone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
const facebook = `${phone} [FBAN/FBIOS;FBAV/450.0]`;
const instagram = `${phone} Instagram 300.0`;
const google = `${phone} GSA/300.0`;
const desktop = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36';

/** Clicks the button and returns the window that opens. */
async function openWindow(page: Page): Promise<Page> {
  const opened = page.context().waitForEvent('page');
  await page.click('#open');
  const portal = await opened;
  await portal.getByRole('heading', { name: /Hello/ }).waitFor();
  return portal;
}

describe('chargebee.js: the new window', () => {
  let fixture: Fixture;

  beforeAll(async () => (fixture = await Fixture.start()));
  afterEach(() => fixture.reset());
  afterAll(() => fixture.close());

  const onPhone = (init = {}, options = {}) =>
    fixture.merchantPage(init, { userAgent: phone, ...options });

  it('opens on a phone during the click, and calls the callbacks', async () => {
    const page = await onPhone();
    const openedAfterClick = page.evaluate<boolean>(
      `new Promise((resolve) => {
        const open = window.open;
        let clicked = false;
        window.open = (...args) => { resolve(clicked); return open.apply(window, args); };
        document.addEventListener('click', () => { clicked = true; });
      })`,
    );
    const portal = await openWindow(page);
    expect(await openedAfterClick).toBeFalse();
    await portal.getByRole('link', { name: 'Account' }).click();
    expect(await waitForCallback(page, 'visit')).toBe('account_details');
    expect((await calls(page))[0]).toEqual(['loaded']);
    expect(await page.locator('#cb-container').count()).toBe(0);
  });

  it('calls close when the user closes it, and can be opened again', async () => {
    const page = await onPhone();
    const portal = await openWindow(page);
    // If it closed before chargebee.js has received the login, the next opening would request a new session.
    await waitForCallback(page, 'loaded');
    await portal.close();
    await waitForCallback(page, 'close');
    await openWindow(page);
    await waitForCallback(page, 'loaded', 2);
    expect(await page.evaluate('merchant.requestCount')).toBe(1);
  });

  it('is closed by closeAll()', async () => {
    const page = await onPhone();
    const portal = await openWindow(page);
    const closed = portal.waitForEvent('close');
    await page.evaluate('merchant.instance.closeAll()');
    await closed;
    expect(portal.isClosed()).toBeTrue();
  });

  it('is closed by logging out in it', async () => {
    const page = await onPhone();
    const portal = await openWindow(page);
    const closed = portal.waitForEvent('close');
    await portal.getByRole('button', { name: 'Log out' }).click();
    await closed;
    await waitForCallback(page, 'close');
    expect(fixture.emulator.store.portalSessions.list()[0]?.status).toBe('logged_out');
  });

  it('fails silently when it is blocked, and leaves the instance busy', async () => {
    const page = await onPhone();
    const messages: string[] = [];
    page.on('console', (message) => messages.push(message.text()));
    await page.evaluate('window.open = () => null; merchant.open()');
    expect(messages).toEqual([]);
    expect(await calls(page)).toEqual([]);
    expect(await page.evaluate('merchant.requestCount')).toBe(0);
    await page.evaluate('merchant.open()');
    expect(messages.join()).toContain('another page is open');
    expect(await calls(page)).toEqual([]);
  });

  it('fails silently when the browser’s popup blocker blocks it', async () => {
    const page = await fixture.newPage({
      userAgent: phone,
      ignoreDefaultArgs: ['--disable-popup-blocking'],
    });
    const messages: string[] = [];
    page.on('console', (message) => messages.push(message.text()));
    const opened: Page[] = [];
    page.context().on('page', (another) => opened.push(another));
    // Open it without a user activation, as after a long wait for a server.
    await page.addInitScript(`
      const open = window.open;
      window.open = (...args) => (window.result = open.apply(window, args));
      addEventListener('load', () => { merchant.init(); merchant.open(); });
    `);
    await page.goto(fixture.merchant.origin);
    await page.waitForFunction('window.result !== undefined');
    expect(await page.evaluate('window.result')).toBeNull();
    expect([messages, await calls(page), opened]).toEqual([[], [], []]);
    await page.click('#open');
    expect(messages.join()).toContain('another page is open');
    await page.evaluate('merchant.instance.closeAll()');
    await openWindow(page);
    await waitForCallback(page, 'loaded');
  });

  it('shows a hosted page once the merchant’s server has created it', async () => {
    const page = await onPhone();
    const opened = page.context().waitForEvent('page');
    await page.evaluate('merchant.checkout()');
    await (await opened).getByRole('heading', { name: 'Payment methods' }).waitFor();
    await waitForCallback(page, 'loaded');
    expect(await page.evaluate('merchant.requestCount')).toBe(1);
  });

  for (const [name, userAgent] of Object.entries({ facebook, instagram, google })) {
    it(`is a modal in the in-app browser of ${name}`, async () => {
      const page = await fixture.merchantPage({}, { userAgent });
      await page.click('#open');
      await waitForCallback(page, 'loaded');
      expect(await page.locator('#cb-container').count()).toBe(1);
    });
  }

  it('is a window in in-app browsers too, with ?documented=in-app-browsers', async () => {
    const page = await fixture.merchantPage(
      {},
      { userAgent: facebook, query: '?documented=in-app-browsers' },
    );
    await openWindow(page);
    expect(await page.locator('#cb-container').count()).toBe(0);
  });

  it('is a modal on a phone with iframeOnly', async () => {
    const page = await onPhone({ iframeOnly: true });
    await page.click('#open');
    await waitForCallback(page, 'loaded');
    expect(await page.locator('#cb-container').count()).toBe(1);
  });

  it('is chosen at init, not when the portal opens', async () => {
    const page = await fixture.merchantPage({}, { userAgent: desktop });
    await page.evaluate(`Object.defineProperty(navigator, 'userAgent', { value: '${phone}' }); 0`);
    await page.click('#open');
    await waitForCallback(page, 'loaded');
    expect(await page.locator('#cb-container').count()).toBe(1);
  });

  describe('in redirect mode', () => {
    it('navigates to the portal; logging out redirects to the redirect URL', async () => {
      const page = await fixture.merchantPage({ enableRedirectMode: true });
      const { token } = fixture.session(`${fixture.merchant.origin}/back`);
      await page.evaluate(`merchant.instance.setPortalSession('${token}')`);
      await page.click('#open');
      await page.getByRole('heading', { name: 'Hello, Juniper Bakery' }).waitFor();
      expect(page.url()).not.toContain(token);
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.getByRole('heading', { name: 'Back' }).waitFor();
      expect(page.url()).toBe(`${fixture.merchant.origin}/back`);
    });

    it('redirects back after logging out, even if that redirects to another origin', async () => {
      const page = await fixture.newPage();
      await page.goto(fixture.session(`${fixture.merchant.origin}/away`).access_url);
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.getByRole('heading', { name: 'Back' }).waitFor();
      expect(page.url()).toBe(`http://127.0.0.1:${new URL(fixture.merchant.origin).port}/back`);
    });

    it('shows that the token has expired after it has been used', async () => {
      const page = await fixture.merchantPage({ enableRedirectMode: true });
      const { token } = fixture.session();
      fixture.emulator.store.portalSessions.authenticate(token, '127.0.0.1');
      await page.evaluate(`merchant.instance.setPortalSession('${token}')`);
      await page.click('#open');
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').textContent()).toContain('token has expired');
      expect(page.url()).not.toContain(token);
    });

    it('navigates to a hosted page', async () => {
      const page = await fixture.merchantPage({ enableRedirectMode: true });
      await page.evaluate('merchant.checkout()');
      await page.getByRole('heading', { name: 'Payment methods' }).waitFor();
      expect(new URL(page.url()).origin).toBe(fixture.emulator.url);
    });

    it('can navigate again after the user has gone back', async () => {
      const page = await fixture.merchantPage(
        { enableRedirectMode: true },
        { ignoreDefaultArgs: ['--disable-back-forward-cache'] },
      );
      await page.evaluate('window.fromCache = true');
      for (let round = 0; round < 2; round++) {
        await page.click('#open');
        await page.getByRole('heading', { name: 'Hello, Juniper Bakery' }).waitFor();
        // The page comes from the back/forward cache and is not reloaded.
        await page.goBack({ waitUntil: 'commit' });
        await page.getByRole('heading', { name: 'Merchant' }).waitFor();
        // Otherwise the page was not cached, and this spec would test nothing.
        expect(await page.evaluate('window.fromCache')).toBeTrue();
      }
      expect(await page.evaluate('merchant.requestCount')).toBe(2);
    });

    it('stays on the page when the session function fails', async () => {
      fixture.merchantFails = true;
      const page = await fixture.merchantPage({ enableRedirectMode: true });
      await page.click('#open');
      expect(await waitForCallback(page, 'error')).toBe('no /session');
      expect(new URL(page.url()).origin).toBe(fixture.merchant.origin);
    });
  });
});

describe('chargebee.js: a merchant whose origin is not allowed', () => {
  let fixture: Fixture;

  beforeAll(async () => (fixture = await Fixture.start({ allowedOrigins: [] })));
  afterEach(() => fixture.reset());
  afterAll(() => fixture.close());

  it('gets no callback from the modal, which can still be closed', async () => {
    const page = await fixture.merchantPage();
    await page.click('#open');
    const portal = portalFrame(page);
    await portal.getByRole('link', { name: 'Account' }).click();
    await portal.getByRole('heading', { name: 'Account' }).focus();
    // The script inside the iframe handles the key.
    await portal
      .locator('body')
      .evaluate(
        ({ ownerDocument }) =>
          ownerDocument.readyState === 'complete' ||
          new Promise((resolve) => addEventListener('load', resolve, { once: true })),
      );
    await page.keyboard.press('Escape');
    await page.locator('#cb-container').waitFor({ state: 'detached' });
    expect(await calls(page)).toEqual([]);
  });

  it('gets no callback from a new window', async () => {
    const page = await fixture.merchantPage({}, { userAgent: phone });
    const portal = await openWindow(page);
    await portal.getByRole('link', { name: 'Account' }).click();
    await portal.getByRole('heading', { name: 'Account' }).waitFor();
    expect(await calls(page)).toEqual([]);
  });
});

describe('chargebee.js: a page that is not allowed to frame the portal', () => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await Fixture.start({ demoOrigins: [], allowedOrigins: ['http://localhost:1'] });
  });
  afterEach(() => fixture.reset());
  afterAll(() => fixture.close());

  it('shows nothing in the modal', async () => {
    const page = await fixture.merchantPage();
    const blocked = page.waitForEvent('console', (message) =>
      message.text().includes('frame-ancestors'),
    );
    await page.click('#open');
    expect((await blocked).type()).toBe('error');
    expect(await page.evaluate('merchant.requestCount')).toBe(0);
  });
});
