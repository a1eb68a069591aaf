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

  /** What is entered wrongly into each form, by the label of its field, and the button that sends it. */
  const mistakes: [path: string, entries: Record<string, string>, button: string][] = [
    ['payment-methods/add', {}, 'Add card'],
    ['payment-methods/:card/edit', { 'Expiry year': '19' }, 'Save card'],
    ['account/edit', { 'E-mail': 'nowhere' }, 'Save account'],
    ['addresses/billing', { 'Street and number': '', City: '' }, 'Save address'],
    ['addresses/shipping', { City: '' }, 'Save address'],
    ['subscriptions/juniper-growth/edit', { Quantity: '0' }, 'Change subscription'],
    ['subscriptions/juniper-growth/pause', { 'Resume on': '2001-01-01' }, 'Pause subscription'],
    ['subscriptions/juniper-growth/custom-fields', { 'Purchase order': 'x'.repeat(300) }, 'Save'],
  ];
  for (const colorScheme of ['light', 'dark'] as const) {
    it(`axe finds nothing on any form with mistakes: ${colorScheme}`, async () => {
      const [card] = fixture.emulator.store.paymentSources.forCustomer('juniper-bakery');
      const page = await fixture.portalPage('home', { colorScheme });
      for (const [path, entries, button] of mistakes) {
        await page.goto(
          `${fixture.emulator.url}/portal/v2/${path.replace(':card', card?.id ?? '')}`,
        );
        for (const [label, value] of Object.entries(entries)) {
          await page.getByLabel(label).fill(value);
        }
        await page.getByRole('button', { name: button, exact: true }).click();
        await page.getByRole('alert').waitFor();
        expect(await findings(page))
          .withContext(path)
          .toEqual([]);
      }
    });
  }

  it('a field with a mistake has a red border, of whatever kind it is', async () => {
    fixture.emulator.store.customers.updateBillingInfo('juniper-bakery', { billing_address: {} });
    const page = await fixture.portalPage();
    const forms: [path: string, label: string, value: string, button: string][] = [
      ['payment-methods/add', 'Card number', '', 'Add card'],
      ['account/edit', 'E-mail', 'nowhere', 'Save account'],
      ['account/edit', 'Phone', '1'.repeat(51), 'Save account'],
      ['subscriptions/juniper-growth/edit', 'Quantity', '0', 'Change subscription'],
      ['subscriptions/juniper-growth/pause', 'Resume on', '2001-01-01', 'Pause subscription'],
      ['addresses/billing', 'Country', '', 'Save address'],
    ];
    for (const [path, label, value, button] of forms) {
      await page.goto(`${fixture.emulator.url}/portal/v2/${path}`);
      const field = page.getByLabel(label);
      await field.evaluate((element, text) => {
        (element as HTMLInputElement).value = text;
      }, value);
      await page.getByRole('button', { name: button, exact: true }).click();
      await page.getByRole('alert').waitFor();
      const border = await field.evaluate((element) => {
        const { borderTopColor, borderTopWidth } = getComputedStyle(element);
        return `${borderTopWidth} ${borderTopColor}`;
      });
      expect(border).withContext(`${path} ${label}`).toBe('2px rgb(168, 38, 29)');
    }
  });

  it('axe finds nothing where one of several cards is removed, and where there is none', async () => {
    fixture.customer = 'harbor-cycles';
    const page = await fixture.portalPage('payment-methods');
    await page
      .getByRole('link', { name: /^Remove/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Remove this card?' }).waitFor();
    expect(await findings(page)).toEqual([]);
    for (const { id } of fixture.emulator.store.paymentSources.forCustomer('harbor-cycles')) {
      fixture.emulator.store.paymentSources.remove(id);
    }
    for (const path of ['payment-methods', 'home', 'subscriptions/harbor-starter/payment-method']) {
      await page.goto(`${fixture.emulator.url}/portal/v2/${path}`);
      expect(await findings(page))
        .withContext(path)
        .toEqual([]);
    }
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
    const check = async (what: string) => {
      expect(await findings(page))
        .withContext(what)
        .toEqual([]);
      expect(await page.locator('.banner').textContent())
        .withContext(what)
        .toContain('This is not Chargebee');
    };
    await page.goto(`${fixture.emulator.url}/pages/v3/loading`);
    await check('loading');
    const { url } = fixture.hostedPage();
    await page.goto(url);
    await check('payment methods');
    for (const [link, heading] of [
      ['Add a card', 'Add a card'],
      ['Edit Visa ending in 4242', 'Edit Visa ending in 4242'],
      ['Remove Visa ending in 4242', 'Remove this card?'],
    ] as const) {
      await page.goto(url);
      await page.getByRole('link', { name: link }).click();
      await page.getByRole('heading', { name: heading }).waitFor();
      await check(link);
    }
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('heading', { name: 'All done' }).waitFor();
    await check('done');
    await page.goto(fixture.hostedPage().url);
    await page.getByRole('button', { name: 'Cancel and leave' }).click();
    await page.getByRole('heading', { name: 'Cancelled' }).waitFor();
    await check('cancelled');
    await page.goto(url);
    await check('over');
  });

  it('axe finds nothing on the pages that say no, which say what they are', async () => {
    const page = await fixture.newPage();
    for (const path of [
      'access/used',
      'v2/home',
      'v2/logout',
      'v2/nowhere',
      'v2/authenticate#token=used',
    ]) {
      await page.goto(`${fixture.emulator.url}/portal/${path}`);
      if (path.includes('#')) await page.getByRole('alert').waitFor();
      expect(await findings(page))
        .withContext(path)
        .toEqual([]);
      expect(await page.locator('.banner').textContent())
        .withContext(path)
        .toContain('This is not Chargebee');
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
