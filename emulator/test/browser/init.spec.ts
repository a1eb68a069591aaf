import type { Page } from 'playwright-core';
import {
  unsupportedCartMembers,
  unsupportedMembers,
  unsupportedProductMembers,
} from '../../src/chargebee-js/members.js';
import { calls, waitForCallback, Fixture, portalFrame } from './fixture.js';

describe('chargebee.js: init and the instance', () => {
  let fixture: Fixture;

  beforeAll(async () => (fixture = await Fixture.start()));
  afterEach(() => fixture.reset());
  afterAll(() => fixture.close());

  async function openPage(query = ''): Promise<Page> {
    const page = await fixture.newPage();
    await page.goto(`${fixture.merchant.origin}/${query}`);
    return page;
  }

  it('throws from getInstance() before init()', async () => {
    const page = await openPage();
    await expectAsync(page.evaluate('Chargebee.getInstance()')).toBeRejectedWithError(
      /not initialized/,
    );
  });

  it('throws from init() without a site', async () => {
    const page = await openPage();
    await expectAsync(page.evaluate('Chargebee.init({})')).toBeRejectedWithError(/needs the site/);
  });

  it('warns on a second init(), and returns the existing instance even for another site', async () => {
    const page = await openPage();
    const warnings: string[] = [];
    page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
    const [same, site] = await page.evaluate<[boolean, string]>(`
      const first = Chargebee.init({ site: 'acme-test' });
      const second = Chargebee.init({ site: 'another' });
      [first === second && first === Chargebee.getInstance(), second.site];
    `);
    expect(same).toBeTrue();
    expect(site).toBe('acme-test');
    expect(warnings.join()).toContain('already initialized');
  });

  it('throws on a second init(), with ?documented=second-init', async () => {
    const page = await openPage('?documented=second-init');
    await page.evaluate(`Chargebee.init({ site: 'acme-test' }); 0`);
    await expectAsync(page.evaluate(`Chargebee.init({ site: 'acme-test' })`)).toBeRejectedWithError(
      /already initialized/,
    );
  });

  it('accepts the names of documented behaviours in several parameters', async () => {
    const page = await openPage('?documented=tear-down&documented=second-init,instance-site');
    expect(await page.evaluate(`Chargebee.init({ site: 'acme-test' }).site`)).toBeUndefined();
    await expectAsync(page.evaluate(`Chargebee.init({ site: 'acme-test' })`)).toBeRejectedWithError(
      /already initialized/,
    );
  });

  it('has no site on the instance, with ?documented=all', async () => {
    const page = await openPage('?documented=all');
    expect(await page.evaluate(`Chargebee.init({ site: 'acme-test' }).site`)).toBeUndefined();
  });

  it('reports every event twice after tearDown() and init()', async () => {
    const page = await fixture.merchantPage();
    await page.evaluate('Chargebee.tearDown(); merchant.init(); merchant.open()');
    await portalFrame(page).getByRole('link', { name: 'Account' }).click();
    await waitForCallback(page, 'visit', 2);
    await page.keyboard.press('Escape');
    await waitForCallback(page, 'close', 2);
    expect(await calls(page)).toEqual([
      ['loaded'],
      ['loaded'],
      ['visit', 'account_details'],
      ['visit', 'account_details'],
      ['close'],
      ['close'],
    ]);
  });

  it('reports every event once after tearDown() and init(), with ?documented=tear-down', async () => {
    const page = await fixture.merchantPage({}, { query: '?documented=tear-down' });
    await page.evaluate('Chargebee.tearDown(); merchant.init(); merchant.open()');
    await portalFrame(page).getByRole('link', { name: 'Account' }).click();
    // The link is on both pages. Clicking it on the page that is being left would replace the first visit.
    await waitForCallback(page, 'visit');
    await portalFrame(page).getByRole('link', { name: 'Addresses' }).click();
    await waitForCallback(page, 'visit', 2);
    await page.keyboard.press('Escape');
    await waitForCallback(page, 'close');
    expect(await calls(page)).toEqual([
      ['loaded'],
      ['visit', 'account_details'],
      ['visit', 'portal_address'],
      ['close'],
    ]);
  });

  it('closes the open page on tearDown(), after which there is no instance', async () => {
    const page = await fixture.merchantPage();
    await page.click('#open');
    await waitForCallback(page, 'loaded');
    await page.evaluate('Chargebee.tearDown()');
    expect(await page.locator('#cb-container').count()).toBe(0);
    await expectAsync(page.evaluate('Chargebee.getInstance()')).toBeRejectedWithError(
      /not initialized/,
    );
  });

  it('returns the sections by their names', async () => {
    const page = await openPage();
    const sections = await page.evaluate<Record<string, string>>('Chargebee.getPortalSections()');
    expect(Object.keys(sections)).toHaveSize(16);
    expect(sections.PAYMENT_SOURCES).toBe('portal_payment_methods');
  });

  it('replaces the callbacks given to open() with those of setPortalCallbacks()', async () => {
    const page = await fixture.merchantPage();
    await page.evaluate(`merchant.instance.setPortalCallbacks(merchant.callbacks('global-'))`);
    await page.click('#open');
    await waitForCallback(page, 'global-loaded');
    expect(await calls(page)).toEqual([['global-loaded']]);
  });

  it('replaces the callbacks of an open portal', async () => {
    const page = await fixture.merchantPage();
    await page.click('#open');
    await waitForCallback(page, 'loaded');
    await page.evaluate(`merchant.instance.setPortalCallbacks(merchant.callbacks('global-'))`);
    await page.keyboard.press('Escape');
    await waitForCallback(page, 'global-close');
    expect(await calls(page)).toEqual([['loaded'], ['global-close']]);
  });

  it('calls both kinds of callbacks, with ?documented=portal-callbacks', async () => {
    const page = await fixture.merchantPage({}, { query: '?documented=portal-callbacks' });
    await page.evaluate(`merchant.instance.setPortalCallbacks(merchant.callbacks('global-'))`);
    await page.click('#open');
    await waitForCallback(page, 'global-loaded');
    expect(await calls(page)).toEqual([['loaded'], ['global-loaded']]);
  });

  it('shows the portal in the locale that was set', async () => {
    const page = await fixture.merchantPage({ locale: 'de' });
    await page.evaluate(`merchant.instance.setLocale('fr')`);
    await page.click('#open');
    await waitForCallback(page, 'loaded');
    const price = portalFrame(page).locator('.price').first();
    expect(await price.textContent()).toMatch(/^97,00\s\$US/);
    expect(await portalFrame(page).locator('html').getAttribute('lang')).toBe('en');
  });

  it('uses the portal of another domain, with or without a scheme', async () => {
    const page = await openPage();
    await page.evaluate(`Chargebee.init({ site: 'acme-test', domain: 'billing.example.test' }); 0`);
    expect(await page.locator('#cb-styles').getAttribute('href')).toBe(
      'https://billing.example.test/v2/chargebee.css',
    );
    await page.evaluate(`
      Chargebee.tearDown();
      document.getElementById('cb-styles').remove();
      Chargebee.init({ site: 'acme-test', domain: '${fixture.emulator.url}' }); 0`);
    expect(await page.locator('#cb-styles').getAttribute('href')).toBe(
      `${fixture.emulator.url}/v2/chargebee.css`,
    );
  });

  it('is initialised by a script element with a site, and opens the portal from data-cb-type links', async () => {
    const page = await openPage('?site=acme-test');
    const { token } = fixture.session();
    await page.evaluate(`merchant.instance.setPortalSession('${token}')`);
    await page.click('[data-cb-type="portal"]');
    await portalFrame(page).getByRole('heading', { name: 'Hello, Juniper Bakery' }).waitFor();
    expect(await page.evaluate('merchant.instance.site')).toBe('acme-test');
  });

  it('registers links added later with registerAgain(), and opens each once', async () => {
    const page = await fixture.merchantPage();
    await page.evaluate(`
      document.querySelector('main').insertAdjacentHTML('beforeend', '<a id="late" href="/" data-cb-type="portal">Late</a>');
      Chargebee.registerAgain();
      Chargebee.registerAgain();
    `);
    const messages: string[] = [];
    page.on('console', (message) => messages.push(message.text()));
    await page.click('#late');
    await portalFrame(page).getByRole('heading', { name: 'Hello, Juniper Bakery' }).waitFor();
    expect(messages).toEqual([]);
  });

  it('reports elements and members that are not emulated', async () => {
    const page = await fixture.merchantPage();
    const warnings: string[] = [];
    page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
    await page.evaluate(`
      document.querySelector('main').insertAdjacentHTML('beforeend', '<a id="buy" href="/away" data-cb-type="pricing">Buy</a>');
      Chargebee.registerAgain();
    `);
    await page.click('#buy');
    expect(warnings).toEqual([
      jasmine.stringContaining('chargebee-emulator: data-cb-type="pricing" is not emulated'),
    ]);
    expect(page.url()).toBe(`${fixture.merchant.origin}/`);
    for (const [object, names] of [
      ['merchant.instance', unsupportedMembers],
      ['merchant.instance.getCart()', unsupportedCartMembers],
      [`merchant.instance.initializeProduct('growth-USD-monthly')`, unsupportedProductMembers],
    ] as const) {
      for (const name of names) {
        const used = page.evaluate(
          `typeof ${object}.${name} === 'function' && ${object}.${name}()`,
        );
        await expectAsync(used)
          .withContext(name)
          .toBeRejectedWithError(
            new RegExp(`chargebee-emulator: ${name}(\\(\\))? is not emulated`),
          );
      }
    }
    expect(await page.evaluate('Object.keys(merchant.instance).sort()')).toEqual(['cart', 'site']);
  });

  it('keeps the instance when the script is loaded twice', async () => {
    const page = await fixture.merchantPage();
    await page.addScriptTag({ url: `${fixture.emulator.url}/v2/chargebee.js` });
    expect(await page.evaluate('merchant.instance.site')).toBe('acme-test');
  });

  it('ignores messages from other windows and unknown messages', async () => {
    const page = await fixture.merchantPage();
    await page.click('#open');
    await waitForCallback(page, 'loaded');
    await page.evaluate(`
      window.postMessage({ chargebee: 'page', type: 'close' }, '*');
      window.postMessage('close', '*');
      window.postMessage(null, '*');
      new Promise((resolve) => setTimeout(resolve));
    `);
    expect(await page.locator('#cb-container').count()).toBe(1);
  });

  it('rejects an unknown documented behaviour, and lists the known ones', async () => {
    const response = await fetch(`${fixture.emulator.url}/v2/chargebee.js?documented=second-int`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('second-init');
  });

  it('rejects a parameter name that the script ignores', async () => {
    for (const query of [
      'documented[x]=1',
      'documented[]=all',
      'documented%5Bx%5D=1',
      'documented=all&documented=nonsense',
      'documented[x]=1&documented=all',
    ]) {
      const response = await fetch(`${fixture.emulator.url}/v2/chargebee.js?${query}`);
      expect([response.status, response.headers.get('content-type')])
        .withContext(query)
        .toEqual([400, 'text/plain']);
    }
  });
});
