import { calls, waitForCallback, Fixture, portalFrame } from './fixture.js';
import { enterCard } from './enter-card.js';

describe('The hosted page for payment methods', () => {
  let fixture: Fixture;

  beforeAll(async () => (fixture = await Fixture.start()));
  afterEach(() => fixture.reset());
  afterAll(() => fixture.close());

  const state = () => fixture.emulator.store.hostedPages.list()[0]?.state;

  async function openWithAddedCard() {
    const page = await fixture.merchantPage();
    await page.evaluate('merchant.checkout()');
    const modal = portalFrame(page);
    await modal.getByRole('link', { name: 'Add a card' }).click();
    await enterCard(modal, '5555555555554444');
    await modal.getByRole('status').waitFor();
    return { page, modal };
  }

  it('adds a card in the modal, and calls success with its id', async () => {
    const page = await fixture.merchantPage();
    await page.evaluate('merchant.checkout()');
    await waitForCallback(page, 'loaded');
    const modal = portalFrame(page);
    await modal.getByRole('link', { name: 'Add a card' }).click();
    expect(await waitForCallback(page, 'step')).toBe('portal_payment_methods');
    await enterCard(modal, '5555555555554444');
    await modal.getByRole('status').waitFor();
    expect(state()).toBe('requested');

    await modal.getByRole('button', { name: 'Done' }).click();
    const [hostedPage] = fixture.emulator.store.hostedPages.list();
    expect(await waitForCallback(page, 'success')).toBe(hostedPage?.id);
    await waitForCallback(page, 'close');
    expect(state()).toBe('succeeded');
    expect(fixture.emulator.store.paymentSources.forCustomer('juniper-bakery')).toHaveSize(2);
    expect(await page.locator('#cb-container').count()).toBe(0);
  });

  it('calls no portal callbacks', async () => {
    const { page } = await openWithAddedCard();
    await waitForCallback(page, 'step', 3);
    const names = new Set((await calls(page)).map(([name]) => name));
    expect([...names]).toEqual(['loaded', 'step']);
  });

  it('calls the callbacks of setCheckoutCallbacks() that openCheckout() does not override', async () => {
    const page = await fixture.merchantPage();
    await page.evaluate(`
      merchant.carts = [];
      merchant.instance.setCheckoutCallbacks((cart) => {
        merchant.carts.push(cart.products.length);
        return merchant.callbacks('global-');
      });
      const { loaded } = merchant.callbacks();
      const { hostedPage } = merchant.hostedPageOptions();
      merchant.instance.openCheckout({ hostedPage, loaded });
    `);
    await waitForCallback(page, 'loaded');
    await portalFrame(page).getByRole('button', { name: 'Done' }).click();
    const [hostedPage] = fixture.emulator.store.hostedPages.list();
    expect(await waitForCallback(page, 'global-success')).toBe(hostedPage?.id);
    await waitForCallback(page, 'global-close');
    expect((await calls(page)).map(([name]) => name)).toEqual([
      'loaded',
      'global-step',
      'global-success',
      'global-close',
    ]);
    expect(await page.evaluate('merchant.carts')).toEqual([0]);
  });

  it('keeps its callbacks when portal callbacks are set while it is open', async () => {
    const page = await fixture.merchantPage();
    await page.evaluate('merchant.checkout()');
    await waitForCallback(page, 'loaded');
    await page.evaluate(`merchant.instance.setPortalCallbacks(merchant.callbacks('portal-'))`);
    await portalFrame(page).getByRole('button', { name: 'Done' }).click();
    await waitForCallback(page, 'close');
    expect((await calls(page)).map(([name]) => name)).toEqual([
      'loaded',
      'step',
      'success',
      'close',
    ]);
  });

  it('can be opened by its URL', async () => {
    const page = await fixture.merchantPage();
    const { url } = fixture.hostedPage();
    for (const options of [{ url }, { hostedPageUrl: url }, { hostedPage: url }]) {
      await page.evaluate(`merchant.checkout(${JSON.stringify(options)})`);
      await portalFrame(page).getByRole('heading', { name: 'Payment methods' }).waitFor();
      await page.evaluate('merchant.instance.closeAll()');
    }
    expect(await page.evaluate('merchant.requestCount')).toBe(0);
  });

  it('closes, calls error and frees the instance when it cannot be created', async () => {
    fixture.merchantFails = true;
    const page = await fixture.merchantPage();
    await page.evaluate('merchant.checkout()');
    expect(await waitForCallback(page, 'error')).toBe('no /hosted-page');
    fixture.merchantFails = false;
    await page.evaluate('merchant.checkout()');
    await waitForCallback(page, 'loaded');
    expect(await page.locator('#cb-container').count()).toBe(1);
  });

  it('requires a function or a URL', async () => {
    const page = await fixture.merchantPage();
    await expectAsync(page.evaluate('merchant.instance.openCheckout({})')).toBeRejectedWithError(
      /needs hostedPage/,
    );
    await page.evaluate('merchant.checkout({ hostedPage: () => Promise.resolve({}) })');
    expect(await waitForCallback(page, 'error')).toContain('has no url');
  });

  it('shows an error in its list when a card no longer exists, and links back from that card’s pages', async () => {
    fixture.customer = 'harbor-cycles';
    const page = await fixture.newPage();
    await page.goto(fixture.hostedPage().url);
    const card = page.getByRole('listitem').filter({ hasText: 'American Express' });
    const links = card.getByRole('link');
    const edit = await links.first().getAttribute('href');
    const { paymentSources } = fixture.emulator.store;
    const removedCard = paymentSources
      .forCustomer('harbor-cycles')
      .find(({ card }) => card.last4 === '0005');
    paymentSources.remove(removedCard?.id ?? '');
    await card.getByRole('button', { name: /^Make primary/ }).click();
    expect(await page.getByRole('alert').textContent()).toBe(`${removedCard?.id} not found`);
    expect(await card.count()).toBe(0);

    await page.goto(`${fixture.emulator.url}${edit}`);
    await page.getByRole('link', { name: 'Go to your payment methods' }).click();
    await page.getByRole('button', { name: 'Done' }).waitFor();
  });

  it('is not shown when it was closed while it was being created', async () => {
    const page = await fixture.merchantPage();
    await page.evaluate(`
      merchant.checkout({ hostedPage: () => new Promise((resolve) => { merchant.resolve = resolve; }) });
      merchant.instance.closeAll();
      merchant.resolve({ url: '${fixture.hostedPage().url}' });
    `);
    expect(await page.locator('#cb-container').count()).toBe(0);
  });

  it('redirects with its id and state when it was opened without chargebee.js', async () => {
    const page = await fixture.newPage();
    const { id, url } = fixture.hostedPage(`${fixture.merchant.origin}/back?from=billing`);
    await page.goto(url);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('heading', { name: 'Back' }).waitFor();
    expect(page.url()).toBe(
      `${fixture.merchant.origin}/back?from=billing&id=${id}&state=succeeded`,
    );
  });

  it('can be cancelled: it closes without calling success, and keeps the changes', async () => {
    const { page, modal } = await openWithAddedCard();
    await modal.getByRole('button', { name: 'Cancel and leave' }).click();
    await waitForCallback(page, 'close');
    expect((await calls(page)).map(([name]) => name)).not.toContain('success');
    expect(state()).toBe('cancelled');
    expect(fixture.emulator.store.paymentSources.forCustomer('juniper-bakery')).toHaveSize(2);
  });

  it('redirects as cancelled when it was opened without chargebee.js', async () => {
    const page = await fixture.newPage();
    const { id, url } = fixture.hostedPage(`${fixture.merchant.origin}/back`);
    await page.goto(url);
    await page.getByRole('button', { name: 'Cancel and leave' }).click();
    await page.getByRole('heading', { name: 'Back' }).waitFor();
    expect(page.url()).toBe(`${fixture.merchant.origin}/back?id=${id}&state=cancelled`);
  });

  for (const [button, state] of [
    ['Done', 'succeeded'],
    ['Cancel and leave', 'cancelled'],
  ] as const) {
    it(`redirects on "${button}" even if that redirects to another origin`, async () => {
      const page = await fixture.newPage();
      const { id, url } = fixture.hostedPage(`${fixture.merchant.origin}/away`);
      await page.goto(url);
      await page.getByRole('button', { name: button }).click();
      await page.getByRole('heading', { name: 'Back' }).waitFor();
      const { port } = new URL(fixture.merchant.origin);
      expect(page.url()).toBe(`http://127.0.0.1:${port}/back?id=${id}&state=${state}`);
    });
  }

  it('says that it is finished when there is nowhere to return to', async () => {
    const page = await fixture.newPage();
    const { url } = fixture.hostedPage();
    await page.goto(url);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('heading', { name: 'All done' }).waitFor();
    await page.goto(url);
    expect(await page.getByRole('heading').textContent()).toBe('This cannot be shown');
    expect(await page.locator('main').textContent()).toContain('succeeded already');
    expect(await page.getByRole('link').count()).toBe(0);
  });

  it('expires after an hour', async () => {
    const { url } = fixture.hostedPage();
    fixture.emulator.clock.advance(3601);
    const response = await fetch(url);
    expect(response.status).toBe(409);
    expect(await response.text()).toContain('has expired');
  });

  it('is not found by an unknown id', async () => {
    const response = await fetch(`${fixture.emulator.url}/pages/v3/nothing/`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('nothing not found');
  });
});
