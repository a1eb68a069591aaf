import type { Page, Route } from 'playwright-core';
import { axeViolations } from './axe.js';
import { Fixture } from './fixture.js';
import { call } from '../support.js';
import { Receiver } from '../webhook-receiver.js';

const layouts = {
  'wide and light': { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  'wide and dark': { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  'a phone and light': { viewport: { width: 390, height: 800 }, colorScheme: 'light' },
  'a phone and dark': { viewport: { width: 390, height: 800 }, colorScheme: 'dark' },
} as const;

describe('the page at /', () => {
  let fixture: Fixture;
  beforeAll(async () => (fixture = await Fixture.start()));
  afterEach(() => fixture.reset());
  afterAll(() => fixture.close());

  async function open(options: Parameters<Fixture['newPage']>[0] = {}): Promise<Page> {
    const page = await fixture.newPage(options);
    await page.goto(fixture.emulator.url);
    await page.getByRole('heading', { name: 'Customers' }).waitFor();
    return page;
  }

  const createSession = () =>
    call(fixture.emulator, 'POST', '/portal_sessions', 'customer[id]=juniper-bakery');

  it('shows the customers with their subscriptions and cards', async () => {
    const page = await open();
    const row = page.getByRole('row', { name: 'Harbor Cycles' });
    expect(await row.textContent()).toContain('Workshop scheduling, monthly paused');
    expect(await row.textContent()).toContain('Mastercard ending in 4444');
    expect(await page.getByRole('row', { name: 'Atlas Freight' }).textContent()).toContain('none');
  });

  it('opens a customer’s portal in a new window', async () => {
    const page = await open();
    const row = page.getByRole('row', { name: /Harbor Cycles/ });
    const [portal] = await Promise.all([
      page.waitForEvent('popup'),
      row.getByRole('button', { name: /^Open portal/ }).click(),
    ]);
    await portal.getByRole('heading', { name: 'Hello, Harbor Cycles' }).waitFor();
    const [session] = fixture.emulator.store.portalSessions.list();
    expect(session?.status).toBe('logged_in');
    expect(await page.content()).not.toContain(session?.token ?? '');
    expect(portal.url()).toBe(`${fixture.emulator.url}/portal/v2/home`);
  });

  it('opens no portal for an unknown customer or for pages of other origins', async () => {
    const post = (id: string, origin: string) =>
      fetch(`${fixture.emulator.url}/_emulator/customers/${id}/portal`, {
        method: 'POST',
        redirect: 'manual',
        headers: { origin },
      });
    expect((await post('nobody', fixture.emulator.url)).status).toBe(400);
    expect((await post('juniper-bakery', 'https://elsewhere.example')).status).toBe(403);
    expect(fixture.emulator.store.portalSessions.list()).toEqual([]);
  });

  it('shows sessions, requests and events live, without secrets', async () => {
    const page = await open();
    await createSession();
    await page.getByRole('row', { name: /POST \/api\/v2\/portal_sessions 200/ }).waitFor();
    const [session] = fixture.emulator.store.portalSessions.list();
    await page
      .getByRole('row', { name: new RegExp(`${session?.id} juniper-bakery .* created`) })
      .waitFor();
    fixture.emulator.store.portalSessions.authenticate(session?.token ?? '', '127.0.0.1');
    await page.getByRole('row', { name: new RegExp(`${session?.id} .* logged in`) }).waitFor();
    await page.getByRole('row', { name: /portal session logged in/ }).waitFor();
    expect(await page.content()).not.toContain(session?.token ?? '');
  });

  it('shows deliveries with their responses, and resends one', async () => {
    const page = await open();
    await page.getByText('No webhook yet.').waitFor();
    const receiver = await Receiver.start();
    receiver.answerWith(500, 'not now');
    const { webhooks, store } = fixture.emulator;
    const { id } = webhooks.add(receiver.url.replace('http://', 'http://ada:hidden-pw@'));
    await page.getByText('Nothing sent yet').waitFor();
    store.customers.update('juniper-bakery', { phone: '1' });
    const row = page.getByRole('row', { name: /customer changed juniper-bakery/ }).last();
    await row.getByText('re scheduled').waitFor();
    await row.getByText('500 not now').waitFor();
    receiver.answerWith(200, 'thanks');
    await row.getByRole('button', { name: /^Resend customer_changed/ }).click();
    await row.getByText('200 thanks').waitFor();
    expect(receiver.types()).toEqual(['customer_changed', 'customer_changed']);
    expect(await page.content()).not.toContain('hidden-pw');
    expect(await axeViolations(page)).toEqual([]);
    webhooks.remove(id);
    await receiver.close();
  });

  it('switches faults on and off', async () => {
    const page = await open();
    const name = 'API is down (503)';
    const fault = page.getByRole('checkbox', { name });
    await fault.click();
    // Enabled again: a switch shows its new state before the emulator has answered.
    await page.getByRole('checkbox', { name, checked: true, disabled: false }).waitFor();
    expect((await createSession()).status).toBe(503);
    await page.getByText('struck 1').waitFor();
    await fault.click();
    await page.getByRole('checkbox', { name, checked: false, disabled: false }).waitFor();
    expect((await createSession()).status).toBe(200);
  });

  it('keeps the latest state when the answer with an earlier one arrives after it', async () => {
    const page = await open();
    const name = 'API is down (503)';
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const earlier = new Promise<void>((resolve) => {
      const hold = async (route: Route): Promise<void> => {
        const response = await route.fetch();
        resolve();
        await released;
        await route.fulfill({ response });
      };
      void page.route('**/_emulator/overview', hold, { times: 1 });
    });
    const request = page.waitForRequest('**/_emulator/overview');
    fixture.emulator.store.customers.update('juniper-bakery', { phone: '1' });
    await earlier;
    fixture.emulator.faults.add({ name, route: 'api', status: 503 });
    const fault = page.getByRole('checkbox', { name, checked: true });
    await fault.waitFor();
    release();
    await (await (await request).response())?.finished();
    await page.evaluate('new Promise(requestAnimationFrame)');
    expect(await fault.count()).toBe(1);
  });

  it('switches a fault on only once when clicked twice, and keeps focus', async () => {
    const page = await open();
    const name = 'API is down (503)';
    let requests = 0;
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/_emulator/faults', async (route) => {
      requests += 1;
      await released;
      await route.continue();
    });
    const fault = page.getByRole('checkbox', { name });
    const request = page.waitForRequest('**/_emulator/faults');
    await fault.dblclick();
    expect(await fault.isChecked()).toBeTrue();
    expect(await fault.evaluate((input) => input === document.activeElement)).toBeTrue();
    await request;
    release();
    await page.getByRole('checkbox', { name, checked: true, disabled: false }).waitFor();
    expect(requests).toBe(1);
    expect(fixture.emulator.faults.list().map((active) => active.name)).toEqual([name]);
  });

  it('switches off a fault that is on several times', async () => {
    const page = await open();
    const name = 'API is down (503)';
    for (const status of [500, 503]) fixture.emulator.faults.add({ name, route: 'api', status });
    await page.getByRole('checkbox', { name, checked: true }).waitFor();
    const statuses = [(await createSession()).status, (await createSession()).status];
    expect(statuses).toEqual([500, 500]);
    await page.getByText('struck 2').waitFor();
    await page.getByRole('checkbox', { name }).click();
    await page.getByRole('checkbox', { name, checked: false, disabled: false }).waitFor();
    expect(fixture.emulator.faults.list()).toEqual([]);
  });

  it('enables the switch of a fault again after a failure', async () => {
    const page = await open();
    await page.route('**/_emulator/faults', (route) => route.abort());
    const fault = page.getByRole('checkbox', { name: 'API is down (503)' });
    await fault.click();
    await page
      .getByRole('checkbox', { name: 'API is down (503)', checked: false, disabled: false })
      .waitFor();
    await page.unroute('**/_emulator/faults');
    await fault.click();
    await page
      .getByRole('checkbox', { name: 'API is down (503)', checked: true, disabled: false })
      .waitFor();
    expect(fixture.emulator.faults.list()).toHaveSize(1);
  });

  it('shows the faults that a test has switched on, and switches them off', async () => {
    fixture.emulator.faults.add({ route: '/idp/*', reset: true });
    fixture.emulator.faults.add({ route: 'api', method: 'GET', status: 500 });
    const page = await open();
    const fault = page.getByRole('checkbox', { name: 'Any /idp/*' });
    await page.getByRole('checkbox', { name: 'GET api' }).waitFor();
    await fault.click();
    await fault.waitFor({ state: 'detached' });
    expect(fixture.emulator.faults.list().length).toBe(1);
  });

  it('is not affected by faults, triggers none, and is not recorded', async () => {
    fixture.emulator.faults.add({ route: '*', status: 500, count: 1 });
    const page = await open();
    const display = `getComputedStyle(document.querySelector('main')).display`;
    expect(await page.evaluate(display)).toBe('grid');
    expect(fixture.emulator.faults.list().map(({ struck }) => struck)).toEqual([0]);
    expect(fixture.emulator.requests.list()).toEqual([]);
  });

  it('moves the clock and resets it', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'One month on' }).click();
    await page.getByText('(31 days ahead)').waitFor();
    expect(fixture.emulator.store.subscriptions.retrieve('atlas-trial').status).toBe('active');
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.getByText('(31 days ahead)').waitFor({ state: 'detached' });
    expect(fixture.emulator.clock.offset).toBeCloseTo(0, 3);
    fixture.emulator.clock.advance(-600);
    await page.getByText('(10 minutes behind)').waitFor();
    fixture.emulator.clock.reset();
    fixture.emulator.clock.advance(60);
    await page.getByText('(1 minute ahead)').waitFor();
    await page.getByRole('button', { name: 'One day on' }).click();
    await page.getByText('(1 day ahead)').waitFor();
  });

  it('resets everything', async () => {
    fixture.emulator.store.customers.create({ id: 'passing-by' });
    const page = await open();
    await page.getByRole('row', { name: 'passing-by' }).first().waitFor();
    await page.getByRole('button', { name: 'Reset everything' }).click();
    await page.getByRole('row', { name: 'passing-by' }).first().waitFor({ state: 'detached' });
    expect(fixture.emulator.store.customers.get('passing-by')).toBeUndefined();
  });

  it('says when the emulator is unreachable, and recovers', async () => {
    const page = await open();
    await page.context().setOffline(true);
    await page.route('**/_emulator/overview', (route) => route.abort());
    fixture.emulator.clock.advance(1);
    await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.unroute('**/_emulator/overview');
    await page.context().setOffline(false);
    fixture.emulator.clock.advance(1);
    await page.getByRole('alert').waitFor({ state: 'detached' });
    expect(await page.getByRole('heading', { name: 'Customers' }).count()).toBe(1);
  });

  for (const [name, layout] of Object.entries(layouts)) {
    it(`has no axe violations, and does not overflow the screen: ${name}`, async () => {
      await createSession();
      fixture.emulator.faults.add({ route: `/idp/${'x'.repeat(200)}`, reset: true });
      const page = await open(layout);
      expect(await axeViolations(page)).toEqual([]);
      expect(await page.locator('.banner').textContent()).toContain('This is not Chargebee');
      const widths = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, innerWidth]',
      );
      expect(widths[0]).toBeLessThanOrEqual(widths[1]);
    });
  }

  for (const [name, options] of Object.entries(layouts)) {
    it(`has a page of what is supported that is accessible and not too wide, ${name}`, async () => {
      const page = await fixture.newPage(options);
      await page.goto(`${fixture.emulator.url}/support`);
      await page.getByText('POST /portal_sessions', { exact: true }).click();
      await page.locator('details[open]', { hasText: 'redirect_url' }).waitFor();
      await page.evaluate("document.querySelectorAll('details').forEach((e) => (e.open = true))");
      expect(await axeViolations(page)).toEqual([]);
      const [width, tooWide] = await page.evaluate<[number, number]>(
        `[document.documentElement.scrollWidth - innerWidth,
          [...document.querySelectorAll('main *')].filter((e) => e.getBoundingClientRect().right > innerWidth).length]`,
      );
      expect([width, tooWide]).toEqual([0, 0]);
    });
  }

  it('lists the pages of the portal without the files that they load', async () => {
    const page = await open();
    await createSession();
    const [session] = fixture.emulator.store.portalSessions.list();
    const portal = await fixture.newPage();
    await portal.goto(`${fixture.emulator.url}/portal/access/${session?.token}`);
    await portal.goto(`${fixture.emulator.url}/portal/v2/account`);
    await page.getByRole('row', { name: /GET \/portal\/v2\/account 200/ }).waitFor();
    const seen = fixture.emulator.requests.list().map(({ url }) => url);
    expect(seen).toContain('/portal/v2/portal.css');
    expect(await page.getByRole('row', { name: /portal\.(css|js)/ }).count()).toBe(0);
  });

  it('links to what works without JavaScript', async () => {
    const html = await (await fetch(fixture.emulator.url)).text();
    expect(html).toContain('needs JavaScript');
    expect(html).toContain('<a href="/_emulator">');
  });

  it('has a bounded number of open streams', async () => {
    const streams = new AbortController();
    const openStream = () =>
      fetch(`${fixture.emulator.url}/_emulator/stream`, { signal: streams.signal });
    const responses = await Promise.all(Array.from({ length: 21 }, openStream));
    expect(responses.filter(({ status }) => status === 200).length).toBe(20);
    expect(responses.filter(({ status }) => status === 503).length).toBe(1);
    expect(responses[0]?.headers.get('x-chargebee-emulator')).toBe('true');
    streams.abort();
  });
});
