import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type Chargebee from 'chargebee';
import { sdkFor } from '../support.js';
import { calls, Fixture, portalFrame, waitForCallback } from './fixture.js';

/** The plan and the add-on in the pages' checkouts. */
const PLAN = 'growth-USD-monthly';
const ADDON = 'extra-seat-USD-monthly';

/** Like jQuery, returns a request that has `then` but is not a promise. */
const REQUEST = `
  const request = (path, form) => ({
    then(resolve, reject) {
      const xhr = new XMLHttpRequest();
      xhr.open('POST', path);
      xhr.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
      xhr.onload = () => (xhr.status === 200 ? resolve(JSON.parse(xhr.responseText)) : reject(xhr));
      xhr.send(new URLSearchParams(form).toString());
    },
  });`;

const RECORD = `
  const merchant = { calls: [] };
  const record = (name) => (data) => {
    merchant.calls.push(data === undefined ? [name] : [name, data]);
    const item = document.createElement('li');
    item.dataset.call = name;
    document.body.append(item);
  };`;

const CALLBACKS = `{ loaded: record('loaded'), close: record('close'), success: record('success'), step: record('step'), error: record('error') }`;

/** A page with the chargebee.js calls of Chargebee's API samples, which open hosted pages that the page's server has created. */
const apiPage = (
  script: string,
) => `<!doctype html><title>Shop</title><link rel="icon" href="data:,">
<form id="order"><input name="email" value="tea@house.example"><input type="hidden" name="plan" value="${PLAN}"><button>Proceed</button></form>
<button id="upgrade">Upgrade</button> <button id="cards">Payment methods</button> <button id="portal">Account</button>
<script src="${script}"></script>
<script>${RECORD}${REQUEST}
  const instance = Chargebee.init({ site: 'acme-test' });
  const open = (hostedPage) => instance.openCheckout({ hostedPage, ...${CALLBACKS} });
  document.getElementById('order').addEventListener('submit', (event) => {
    event.preventDefault();
    open(() => request('/api/checkout-new', new FormData(event.target)));
  });
  document.getElementById('upgrade').addEventListener('click', () => open(() => request('/api/checkout-existing')));
  document.getElementById('cards').addEventListener('click', () => open(() => request('/api/payment-sources')));
  document.getElementById('portal').addEventListener('click', () => {
    const chargebee = Chargebee.getInstance();
    chargebee.setPortalSession(() => new Promise((resolve, reject) => request('/api/portal-session').then(resolve, reject)));
    chargebee.createChargebeePortal().open({ close: record('close') });
  });
</script>`;

/** A page with the chargebee.js calls of Chargebee's drop-in samples, which need no server. */
const dropInPage = (
  script: string,
  link: string,
  change: string,
) => `<!doctype html><title>Shop</title>
<link rel="icon" href="data:,"><script src="${script}" data-cb-site="acme-test"></script>
<a href="javascript:void(0)" id="buy" data-cb-type="checkout" ${link}>Subscribe</a>
<script>${RECORD}
  document.addEventListener('DOMContentLoaded', () => {
    const chargebee = Chargebee.getInstance();
    const product = chargebee.getProduct(document.getElementById('buy'));
    product.addCoupon('spring');
    product.data['cf_team'] = 'north';
    ${change}
    chargebee.getCart().setCustomer({ email: 'tea@house.example', cf_department: 'sales' });
    chargebee.setCheckoutCallbacks((cart) => {
      record('cart')(cart.products[0].items.map((item) => item.item_price_id));
      return ${CALLBACKS};
    });
  });
</script>`;

describe('The calls of Chargebee’s sample pages', () => {
  let fixture: Fixture;
  let shop: FastifyInstance;
  let sdk: Chargebee;
  let origin: string;
  let html: string;

  beforeAll(async () => {
    shop = Fastify({ forceCloseConnections: true });
    shop.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    shop.get('/', (_request, reply) => reply.type('text/html').send(html));
    shop.post<{ Body: Record<string, string> }>('/api/checkout-new', async ({ body }) => {
      const { email = '', plan = '' } = body;
      const { hosted_page } = await sdk.hostedPage.checkoutNewForItems({
        customer: { email },
        subscription_items: [{ item_price_id: plan }],
      });
      return hosted_page;
    });
    shop.post('/api/checkout-existing', async () => {
      const { hosted_page } = await sdk.hostedPage.checkoutExistingForItems({
        subscription: { id: 'juniper-growth' },
        subscription_items: [{ item_price_id: 'scale-USD-monthly' }],
      });
      return hosted_page;
    });
    shop.post('/api/payment-sources', async () => {
      const customer = { id: 'juniper-bakery' };
      return (await sdk.hostedPage.managePaymentSources({ customer })).hosted_page;
    });
    shop.post('/api/portal-session', async () => {
      const customer = { id: 'juniper-bakery' };
      return (await sdk.portalSession.create({ customer })).portal_session;
    });
    origin = (await shop.listen({ port: 0, host: '127.0.0.1' })).replace('127.0.0.1', 'localhost');
    fixture = await Fixture.start({ demoOrigins: [origin] });
    sdk = sdkFor(fixture.emulator, { enableValidation: false });
  });
  afterEach(() => fixture.reset());
  afterAll(async () => {
    await fixture.close();
    await shop.close();
  });

  const script = () => `${fixture.emulator.url}/v2/chargebee.js`;
  async function open(page: string) {
    html = page;
    const opened = await fixture.newPage();
    await opened.goto(origin);
    return opened;
  }
  const contentOf = async (hostedPageId: unknown) =>
    (await sdk.hostedPage.retrieve(String(hostedPageId))).hosted_page.content;

  it('open a checkout that an ajax call has created, and report its steps and success', async () => {
    const page = await open(apiPage(script()));
    await page.getByRole('button', { name: 'Proceed' }).click();
    const modal = portalFrame(page);
    await modal.getByRole('heading', { name: 'Your order' }).waitFor();
    expect(await modal.locator('main').innerText()).toContain('tea@house.example');
    expect(await modal.locator('.price').innerText()).toBe('$79.00 due today');
    await modal.getByRole('button', { name: 'Subscribe' }).click();
    const { subscription, customer } = await contentOf(await waitForCallback(page, 'success'));
    await waitForCallback(page, 'close');
    expect(subscription.subscription_items?.[0]?.item_price_id).toBe(PLAN);
    expect(customer.email).toBe('tea@house.example');
    expect((await calls(page)).map(([name]) => name)).toEqual([
      'loaded',
      'step',
      'success',
      'close',
    ]);
  });

  it('report the success of a checkout once when its button is clicked twice', async () => {
    const page = await open(apiPage(script()));
    // Delays the response until after the second click.
    await page.route('**/pages/v3/*/checkout?*', async (route) => {
      const response = await route.fetch();
      if (route.request().method() === 'POST') await new Promise((done) => setTimeout(done, 300));
      await route.fulfill({ response }).catch(() => undefined);
    });
    await page.getByRole('button', { name: 'Proceed' }).click();
    await portalFrame(page).getByRole('button', { name: 'Subscribe' }).dblclick({ delay: 50 });
    await contentOf(await waitForCallback(page, 'success'));
    await waitForCallback(page, 'close');
    expect((await calls(page)).map(([name]) => name)).toEqual([
      'loaded',
      'step',
      'success',
      'close',
    ]);
  });

  it('call error when the server fails, and can open another one after that', async () => {
    const page = await open(apiPage(script()).replace(`value="${PLAN}"`, 'value="none"'));
    await page.getByRole('button', { name: 'Proceed' }).click();
    await waitForCallback(page, 'error');
    await page.getByRole('button', { name: 'Payment methods' }).click();
    await portalFrame(page).getByRole('heading', { name: 'Payment methods' }).waitFor();
    expect(await page.locator('#cb-container').count()).toBe(1);
  });

  it('open a checkout that changes a subscription', async () => {
    const page = await open(apiPage(script()));
    await page.getByRole('button', { name: 'Upgrade' }).click();
    await portalFrame(page).getByRole('button', { name: 'Pay' }).click();
    const { subscription, invoice } = await contentOf(await waitForCallback(page, 'success'));
    expect(subscription.id).toBe('juniper-growth');
    expect(invoice.status).toBe('paid');
  });

  it('open the page for payment methods, and the portal with a session', async () => {
    const page = await open(apiPage(script()));
    await page.getByRole('button', { name: 'Payment methods' }).click();
    await portalFrame(page).getByRole('button', { name: 'Done' }).click();
    await waitForCallback(page, 'success');
    await page.getByRole('button', { name: 'Account' }).click();
    await portalFrame(page).getByRole('heading', { name: 'Hello, Juniper Bakery' }).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await waitForCallback(page, 'close', 2);
    expect(await page.locator('#cb-container').count()).toBe(0);
  });

  for (const [what, source] of [
    ['a session', "await request('/api/portal-session')"],
    ['the promise of a session', "Promise.resolve(request('/api/portal-session'))"],
  ]) {
    it(`open the portal with ${what} in place of a function`, async () => {
      const page = await open(apiPage(script()));
      await page.evaluate(`(async () => {
        Chargebee.getInstance().setPortalSession(${source});
        Chargebee.getInstance().createChargebeePortal().open();
      })()`);
      const heading = portalFrame(page).getByRole('heading', { name: 'Hello, Juniper Bakery' });
      await heading.waitFor();
      expect(await heading.count()).toBe(1);
    });
  }

  it('close a checkout that is cancelled, without success', async () => {
    const page = await open(apiPage(script()));
    await page.getByRole('button', { name: 'Proceed' }).click();
    await portalFrame(page).getByRole('button', { name: 'Cancel and leave' }).click();
    await waitForCallback(page, 'close');
    expect((await calls(page)).map(([name]) => name)).toEqual(['loaded', 'step', 'close']);
    expect(fixture.emulator.store.hostedPages.list()[0]?.state).toBe('cancelled');
  });

  it('order the items of a drop-in link, with the page’s own changes', async () => {
    const link = `data-cb-item-0="${PLAN}" data-cb-item-1="${ADDON}" data-cb-item-1-quantity="3"`;
    const page = await open(dropInPage(script(), link, 'product.setPlanQuantity(2);'));
    const warnings: string[] = [];
    page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
    await page.getByText('Subscribe').click();
    expect(await waitForCallback(page, 'cart')).toEqual([PLAN, ADDON]);
    const modal = portalFrame(page);
    await modal.getByRole('button', { name: 'Subscribe' }).click();
    const { subscription, customer } = await contentOf(await waitForCallback(page, 'success'));
    expect(
      subscription.subscription_items?.map(({ item_price_id, quantity }) => [
        item_price_id,
        quantity,
      ]),
    ).toEqual([
      [PLAN, 2],
      [ADDON, 3],
    ]);
    expect(subscription).toEqual(jasmine.objectContaining({ cf_team: 'north' }));
    expect(customer).toEqual(
      jasmine.objectContaining({ email: 'tea@house.example', cf_department: 'sales' }),
    );
    expect(warnings).toEqual([jasmine.stringContaining('there are no coupons')]);
  });

  it('order the plan of a drop-in link in the older format', async () => {
    const page = await open(
      dropInPage(
        script(),
        `data-cb-plan-id="${PLAN}"`,
        `product.addons.push({ id: '${ADDON}', quantity: 2 });`,
      ),
    );
    await page.getByText('Subscribe').click();
    await portalFrame(page).getByRole('button', { name: 'Subscribe' }).click();
    const { subscription } = await contentOf(await waitForCallback(page, 'success'));
    expect(subscription.subscription_items?.map((item) => item.quantity)).toEqual([1, 2]);
  });

  it('order the link’s items at the time of the click, also for links added later', async () => {
    const page = await open(dropInPage(script(), `data-cb-item-0="${PLAN}"`, ''));
    await page.evaluate(`
      const link = document.getElementById('buy');
      link.insertAdjacentHTML('afterend', '<a href="/" id="late" data-cb-type="checkout" data-cb-plan-id="${PLAN}" data-cb-plan-quantity="4" data-cb-addons_id_0="${ADDON}" data-cb-addons_quantity_0="5">Late</a>');
      Chargebee.registerAgain();
      link.setAttribute('data-cb-item-0-quantity', '7');
    `);
    const quantities = async (id: string) => {
      await page.click(id);
      const row = portalFrame(page).getByRole('list').first();
      await row.waitFor();
      const text = await row.innerText();
      await page.evaluate('Chargebee.getInstance().closeAll()');
      return [...text.matchAll(/× (\d+)/g)].map(([, count]) => Number(count));
    };
    expect(await quantities('#buy')).toEqual([7]);
    expect(await quantities('#late')).toEqual([4, 5]);
  });

  it('order the products that a page of components adds to the cart itself', async () => {
    const page = await open(apiPage(script()));
    await page.evaluate(`
      const instance = Chargebee.getInstance();
      const product = instance.initializeProduct('${PLAN}', 2);
      product.addAddon('${ADDON}');
      product.incrementPlanQuantity();
      const cart = instance.getCart();
      cart.setCustomer({ email: 'tea@house.example', billing_address: { city: 'Porto' } });
      cart.setShippingAddress({ city: 'Braga' });
      instance.setCheckoutCallbacks(() => (${CALLBACKS}));
      cart.replaceProduct(product);
      cart.proceedToCheckout();
    `);
    await portalFrame(page).getByRole('button', { name: 'Subscribe' }).click();
    const { subscription, customer } = await contentOf(await waitForCallback(page, 'success'));
    expect(subscription.subscription_items?.map((item) => item.quantity)).toEqual([3, 1]);
    expect(customer.billing_address?.city).toBe('Porto');
    expect(subscription.shipping_address?.city).toBe('Braga');
  });

  it('order the products of a cart created before tearDown()', async () => {
    const page = await open(apiPage(script()));
    await page.evaluate(`
      Chargebee.getInstance().setCheckoutCallbacks(() => (${CALLBACKS}));
      const cart = Chargebee.getInstance().getCart();
      Chargebee.tearDown();
      const product = Chargebee.init({ site: 'acme-test' }).initializeProduct('${PLAN}');
      cart.replaceProduct(product).setCustomer({ email: 'tea@house.example' });
      cart.proceedToCheckout();
    `);
    await portalFrame(page).getByRole('button', { name: 'Subscribe' }).click();
    const { subscription } = await contentOf(await waitForCallback(page, 'success'));
    expect(subscription.subscription_items?.[0]?.item_price_id).toBe(PLAN);
    await waitForCallback(page, 'close');
    expect(await page.locator('#cb-container').count()).toBe(0);
  });

  it('show the error of an invalid link in the modal', async () => {
    const page = await open(dropInPage(script(), 'data-cb-item-0="none"', ''));
    await page.getByText('Subscribe').click();
    const message = portalFrame(page).getByText('none not found');
    await message.waitFor();
    expect(await message.count()).toBe(1);
    expect(fixture.emulator.store.hostedPages.list()).toEqual([]);
  });
});
