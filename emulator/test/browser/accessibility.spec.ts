import { findings } from './axe.js';
import { called, Fixture } from './fixture.js';

const paths = [
  'home',
  'subscriptions/juniper-growth',
  'subscriptions/juniper-growth/edit',
  'subscriptions/juniper-growth/pause',
  'subscriptions/juniper-growth/cancel',
  'subscriptions/juniper-growth/scheduled-changes',
  'subscriptions/juniper-growth/custom-fields',
  'subscriptions/juniper-growth/payment-method',
  'payment-methods',
  'payment-methods/add',
  'payment-methods/:card',
  'payment-methods/:card/edit',
  'payment-methods/:card/remove',
  'account',
  'account/edit',
  'addresses',
  'addresses/billing',
  'addresses/shipping',
  'billing-history',
  'subscriptions/not-there',
  'authenticate',
];

const looks = {
  'wide and light': { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  'wide and dark': { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  'a phone and light': { viewport: { width: 390, height: 800 }, colorScheme: 'light' },
  'a phone and dark': { viewport: { width: 390, height: 800 }, colorScheme: 'dark' },
} as const;

describe('Accessibility', () => {
  let fixture: Fixture;

  beforeAll(async () => (fixture = await Fixture.start()));
  afterEach(() => fixture.tidy());
  afterAll(() => fixture.close());

  for (const [name, look] of Object.entries(looks)) {
    it(`axe finds nothing on any page of the portal, and none is wider than the screen: ${name}`, async () => {
      const [card] = fixture.emulator.store.paymentSources.forCustomer('juniper-bakery');
      fixture.emulator.store.subscriptions.changePlan('juniper-growth', {
        item_price_id: 'scale-USD-monthly',
        at: 'term_end',
      });
      const page = await fixture.portalPage('home', look);
      for (const path of paths) {
        const url = `${fixture.emulator.url}/portal/v2/${path.replace(':card', card?.id ?? '')}`;
        await page.goto(url);
        expect(await findings(page))
          .withContext(path)
          .toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'))
          .withContext(`${path} scrolls sideways`)
          .toBeTrue();
        expect(await page.locator('.banner').textContent())
          .withContext(path)
          .toContain('This is not Chargebee');
      }
    });
  }

  it('axe finds nothing on the pages of subscriptions in every state', async () => {
    for (const [customer, subscription] of [
      ['atlas-freight', 'atlas-trial'],
      ['cedar-clinic', 'cedar-growth'],
      ['orchid-hotels', 'orchid-scale'],
      ['harbor-cycles', 'harbor-workshop'],
      ['quarry-stone', 'quarry-starter'],
      ['delta-robotics', 'delta-next'],
    ] as const) {
      fixture.customer = customer;
      const page = await fixture.portalPage(`subscriptions/${subscription}`);
      expect(await findings(page))
        .withContext(subscription)
        .toEqual([]);
      await page.goto(`${fixture.emulator.url}/portal/v2/home`);
      expect(await findings(page))
        .withContext(customer)
        .toEqual([]);
    }
  });

  it('axe finds nothing on a form with errors', async () => {
    const page = await fixture.portalPage('payment-methods/add');
    await page.getByRole('button', { name: 'Add card' }).click();
    await page.getByRole('alert').waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it('axe finds nothing in the modal, with a section as a card in it', async () => {
    const page = await fixture.merchantPage();
    await page.evaluate(`merchant.openSection('portal_payment_methods')`);
    await called(page, 'loaded');
    expect(await findings(page)).toEqual([]);
    const frame = page.frame('cb-frame');
    expect(frame && (await findings(frame))).toEqual([]);
  });

  it('axe finds nothing on a hosted page, from its beginning to its end', async () => {
    const page = await fixture.newPage();
    await page.goto(`${fixture.emulator.url}/pages/v3/loading`);
    expect(await findings(page))
      .withContext('loading')
      .toEqual([]);
    await page.goto(fixture.hostedPage().url);
    expect(await findings(page))
      .withContext('payment methods')
      .toEqual([]);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('heading', { name: 'All done' }).waitFor();
    expect(await findings(page))
      .withContext('done')
      .toEqual([]);
  });

  it('axe finds nothing on the pages that say no', async () => {
    const page = await fixture.newPage();
    for (const path of ['access/used', 'v2/home', 'v2/logout']) {
      await page.goto(`${fixture.emulator.url}/portal/${path}`);
      expect(await findings(page))
        .withContext(path)
        .toEqual([]);
    }
  });

  it('everything can be reached and done by the keyboard', async () => {
    const page = await fixture.portalPage('subscriptions/juniper-growth/cancel');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toContain('Subscription');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    expect(await page.getByRole('radio', { name: /^Now/ }).isChecked()).toBeTrue();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Your subscription has been cancelled.').waitFor();
    expect(fixture.emulator.store.subscriptions.retrieve('juniper-growth').status).toBe(
      'cancelled',
    );
  });
});
