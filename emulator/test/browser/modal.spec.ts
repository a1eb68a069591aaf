import { calls, waitForCallback, Fixture, portalFrame } from './fixture.js';

describe('chargebee.js: the modal', () => {
  let fixture: Fixture;

  beforeAll(async () => (fixture = await Fixture.start()));
  afterEach(() => fixture.reset());
  afterAll(() => fixture.close());

  it('shows the portal of the session’s customer', async () => {
    const page = await fixture.merchantPage();
    await page.click('#open');
    await waitForCallback(page, 'loaded');

    const portal = portalFrame(page);
    expect(await portal.getByRole('heading', { level: 1 }).textContent()).toBe(
      'Hello, Juniper Bakery',
    );
    expect(await portal.getByRole('heading', { level: 2 }).first().textContent()).toBe(
      'Growth, monthly',
    );
  });

  it('calls loaded once, regardless of the number of pages visited', async () => {
    const page = await fixture.merchantPage();
    await page.click('#open');
    await portalFrame(page).getByRole('link', { name: 'Account' }).click();
    await waitForCallback(page, 'visit');
    expect((await calls(page)).filter(([name]) => name === 'loaded')).toHaveSize(1);
  });

  it('makes the page behind it inert, and is above every z-index', async () => {
    const page = await fixture.merchantPage();
    await page.evaluate(`
      const cover = document.createElement('div');
      cover.style.cssText = 'position: fixed; inset: 0; z-index: 2147483647';
      document.body.append(cover);
      merchant.open();
    `);
    await waitForCallback(page, 'loaded');

    await page.evaluate(`document.getElementById('behind').focus()`);
    expect(await page.evaluate(`document.activeElement.id`)).not.toBe('behind');
    expect(
      await page.evaluate(`document.elementFromPoint(innerWidth / 2, innerHeight / 2).id`),
    ).toBe('cb-frame');
  });

  it('traps focus', async () => {
    const page = await fixture.merchantPage();
    await page.click('#open');
    await waitForCallback(page, 'loaded');
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press('Tab');
      const where = await page.evaluate(
        `document.activeElement === document.body || document.activeElement.closest('#cb-container') !== null`,
      );
      expect(where)
        .withContext(`after ${presses + 1} presses of Tab`)
        .toBeTrue();
    }
  });

  it('closes on Escape inside the portal, calls close, and restores focus', async () => {
    const page = await fixture.merchantPage();
    await page.click('#open');
    await waitForCallback(page, 'loaded');
    await portalFrame(page).getByRole('link', { name: 'Account' }).focus();
    await page.keyboard.press('Escape');
    await waitForCallback(page, 'close');
    expect(await page.locator('#cb-container').count()).toBe(0);
    expect(await page.evaluate(`document.activeElement.id`)).toBe('open');
  });

  it('closes on Escape outside the portal', async () => {
    const page = await fixture.merchantPage();
    await page.click('#open');
    await waitForCallback(page, 'loaded');
    await page.getByRole('button', { name: 'Close' }).focus();
    await page.keyboard.press('Escape');
    await waitForCallback(page, 'close');
    expect(await page.locator('#cb-container').count()).toBe(0);
  });

  it('closes when its button is clicked', async () => {
    const page = await fixture.merchantPage();
    await page.click('#open');
    await waitForCallback(page, 'loaded');
    await page.getByRole('button', { name: 'Close' }).click();
    await waitForCallback(page, 'close');
    expect(await page.locator('#cb-container').count()).toBe(0);
  });

  it('closes when the backdrop is clicked', async () => {
    const page = await fixture.merchantPage();
    await page.click('#open');
    await waitForCallback(page, 'loaded');
    await page.mouse.click(4, 4);
    await waitForCallback(page, 'close');
    expect(await page.locator('#cb-container').count()).toBe(0);
  });

  it('opens again after it was closed', async () => {
    const page = await fixture.merchantPage();
    for (let round = 0; round < 3; round++) {
      await page.click('#open');
      await waitForCallback(page, 'loaded', round + 1);
      await page.keyboard.press('Escape');
      await page.locator('#cb-container').waitFor({ state: 'detached' });
    }
    expect((await calls(page)).map(([name]) => name)).toEqual(
      Array.from({ length: 3 }, () => ['loaded', 'close']).flat(),
    );
  });

  it('is marked as busy until the portal is visible', async () => {
    fixture.emulator.faults.add({ route: '/portal/v2/home', latency: 500, count: 1 });
    const page = await fixture.merchantPage();
    await page.click('#open');
    expect(await page.locator('#cb-container').getAttribute('aria-busy')).toBe('true');
    await waitForCallback(page, 'loaded');
    expect(await page.locator('#cb-container').getAttribute('aria-busy')).toBeNull();
    expect(await page.locator('#cb-loader').count()).toBe(0);
  });

  for (const [what, route, page] of [
    ['the first page of the portal', 'portal', 'merchant.open()'],
    ['the page after signing in', '/portal/v2/home', 'merchant.open()'],
    ['a hosted page', '/pages/v3/*/payment-methods', 'merchant.checkout()'],
  ] as const) {
    it(`shows the document that loads instead of ${what}, and can be closed`, async () => {
      fixture.emulator.faults.add({ route, status: 500, message: 'Out of order.' });
      const merchant = await fixture.merchantPage();
      await merchant.evaluate(page);
      await merchant.locator('#cb-loader').waitFor({ state: 'detached' });
      expect(await merchant.locator('#cb-container').getAttribute('aria-busy')).toBeNull();
      expect(await portalFrame(merchant).locator('body').textContent()).toContain('Out of order.');
      await merchant.keyboard.press('Escape');
      await waitForCallback(merchant, 'close');
      expect(await calls(merchant)).toEqual([['close']]);
    });
  }

  it('stays marked as busy while the merchant’s server is responding', async () => {
    const page = await fixture.merchantPage();
    const loader = page.locator('#cb-loader');
    const never = '() => new Promise(() => undefined)';
    for (const opening of [
      `merchant.instance.setPortalSession(${never}); merchant.open()`,
      `merchant.checkout({ hostedPage: ${never} })`,
    ]) {
      await page.evaluate(opening);
      await portalFrame(page).locator('.spinner').waitFor();
      await page.waitForTimeout(1000);
      expect(await loader.textContent())
        .withContext(opening)
        .toBe('Opening billing…');
      await page.evaluate('merchant.instance.closeAll()');
    }
  });

  it('fills the screen of a phone', async () => {
    const page = await fixture.merchantPage({}, { viewport: { width: 390, height: 780 } });
    await page.click('#open');
    await waitForCallback(page, 'loaded');
    // The modal is animated.
    await page.evaluate(
      `Promise.all(document.getAnimations().map(({ finished }) => finished)).then(() => undefined)`,
    );
    const box = await page.locator('#cb-container').boundingBox();
    expect(box).toEqual({ x: 0, y: 0, width: 390, height: 780 });
  });

  it('does not open a second page while one is open', async () => {
    const page = await fixture.merchantPage();
    const messages: string[] = [];
    page.on('console', (message) => messages.push(message.text()));
    await page.click('#open');
    await waitForCallback(page, 'loaded');
    await page.evaluate('merchant.open()');
    expect(messages.join()).toContain('another page is open');
    expect(await page.locator('#cb-container').count()).toBe(1);
  });

  it('is closed by closeAll(), which calls no callback', async () => {
    const page = await fixture.merchantPage();
    await page.click('#open');
    await waitForCallback(page, 'loaded');
    await page.evaluate('merchant.instance.closeAll()');
    expect(await page.locator('#cb-container').count()).toBe(0);
    expect(await calls(page)).toEqual([['loaded']]);
  });

  it('is styled under a strict CSP with a nonce and Trusted Types', async () => {
    const page = await fixture.newPage();
    const violations: string[] = [];
    page.on('console', (message) => violations.push(message.text()));
    await page.goto(`${fixture.merchant.origin}/?nonce=abc123`);
    await page.evaluate(`merchant.init({ cspNonce: 'abc123' }); 0`);
    await page.click('#open');
    await waitForCallback(page, 'loaded');
    const position = `getComputedStyle(document.getElementById('cb-container')).position`;
    expect(await page.evaluate(position)).toBe('fixed');
    expect(violations).toEqual([]);
  });
});
