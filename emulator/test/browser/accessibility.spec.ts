import type { Page } from 'playwright-core';
import { axeViolations } from './axe.js';
import { waitForCallback, Fixture } from './fixture.js';

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

const screens = {
  'a wide screen': { width: 1280, height: 900 },
  'a phone': { width: 390, height: 800 },
} as const;

/** Expects that axe finds no violations in either colour scheme. */
async function expectNoViolations(page: Page, what: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await axeViolations(page))
    .withContext(what)
    .toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await axeViolations(page, 'colours'))
    .withContext(`${what}, dark`)
    .toEqual([]);
}

describe('Accessibility', () => {
  let fixture: Fixture;

  beforeAll(async () => (fixture = await Fixture.start()));
  afterEach(() => fixture.reset());
  afterAll(() => fixture.close());

  it('axe finds no violations on any portal page, light or dark, wide or narrow, and no page overflows the screen', async () => {
    const [card] = fixture.emulator.store.paymentSources.forCustomer('juniper-bakery');
    fixture.emulator.store.subscriptions.changePlan('juniper-growth', {
      item_price_id: 'scale-USD-monthly',
      at: 'term_end',
    });
    const page = await fixture.portalPage();
    for (const path of paths) {
      await page.goto(`${fixture.emulator.url}/portal/v2/${path.replace(':card', card?.id ?? '')}`);
      expect(await page.locator('.banner').textContent())
        .withContext(path)
        .toContain('This is not Chargebee');
      for (const [name, viewport] of Object.entries(screens)) {
        await page.setViewportSize(viewport);
        await expectNoViolations(page, `${path}, ${name}`);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'))
          .withContext(`${path} scrolls sideways on ${name}`)
          .toBeTrue();
      }
    }
    // About twenty pages are checked four times each.
  }, 900_000);

  it('no page overflows the screen when names are long words', async () => {
    const word = 'Donaudampfschifffahrtsgesellschaft'.repeat(4);
    const { emulator } = fixture;
    emulator.store.customers.update('juniper-bakery', {
      company: word,
      first_name: word,
      email: `${'x'.repeat(60)}@x.example`,
    });
    const page = await fixture.portalPage();
    for (const path of ['home', 'account', 'account/edit', 'addresses', 'payment-methods/add']) {
      await page.goto(`${emulator.url}/portal/v2/${path}`);
      for (const [name, viewport] of Object.entries(screens)) {
        await page.setViewportSize(viewport);
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'))
          .withContext(`${path} on ${name}`)
          .toBeLessThanOrEqual(0);
      }
    }
  });

  it('axe finds no violations on the pages of subscriptions in every state', async () => {
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
      expect(await axeViolations(page))
        .withContext(subscription)
        .toEqual([]);
      await page.goto(`${fixture.emulator.url}/portal/v2/home`);
      expect(await axeViolations(page))
        .withContext(customer)
        .toEqual([]);
    }
  });

  it('axe finds no violations on checkouts, light or dark, on a computer and on a phone', async () => {
    const { hostedPages } = fixture.emulator.store;
    const item_price_id = 'scale-USD-monthly';
    const urls = [
      hostedPages.checkout({ kind: 'new', customer: {}, subscription: { item_price_id } }).url,
      hostedPages.checkout({
        kind: 'existing',
        subscription_id: 'juniper-growth',
        items: [{ item_price_id }],
        replace: true,
        at: 'now',
        reactivate: true,
      }).url,
    ];
    for (const viewport of [
      { width: 1000, height: 800 },
      { width: 390, height: 800 },
    ]) {
      const page = await fixture.newPage({ viewport });
      for (const url of urls) {
        await page.goto(url);
        if (url === urls[0]) {
          await page.getByLabel('E-mail').fill('nowhere');
          await page.getByRole('button', { name: 'Subscribe' }).click();
          await page.getByRole('alert').waitFor();
        }
        await expectNoViolations(page, `${url}, ${viewport.width}`);
        const overflow = 'document.documentElement.scrollWidth - innerWidth';
        expect(await page.evaluate(overflow)).toBe(0);
      }
    }
  });

  /** The invalid input of each form, by field label, and the button that submits it. */
  const mistakes: [path: string, entries: Record<string, string>, button: string][] = [
    ['payment-methods/add', {}, 'Add card'],
    ['payment-methods/:card/edit', { 'Expiry year': '19' }, 'Save card'],
    ['account/edit', { 'E-mail': 'nowhere' }, 'Save account'],
    ['addresses/billing', { 'Street and number': '', City: '' }, 'Save address'],
    ['addresses/shipping', { City: '' }, 'Save address'],
    ['subscriptions/juniper-growth/edit', { Quantity: '0' }, 'Review change'],
    ['subscriptions/juniper-growth/pause', { 'Resume on': '2001-01-01' }, 'Pause subscription'],
    ['subscriptions/juniper-growth/custom-fields', { 'Purchase order': 'x'.repeat(300) }, 'Save'],
  ];
  it('axe finds no violations on any form with errors, light or dark', async () => {
    const [card] = fixture.emulator.store.paymentSources.forCustomer('juniper-bakery');
    const page = await fixture.portalPage();
    for (const [path, entries, button] of mistakes) {
      await page.goto(`${fixture.emulator.url}/portal/v2/${path.replace(':card', card?.id ?? '')}`);
      for (const [label, value] of Object.entries(entries)) {
        await page.getByLabel(label).fill(value);
      }
      await page.getByRole('button', { name: button, exact: true }).click();
      await page.getByRole('alert').waitFor();
      await expectNoViolations(page, path);
    }
  });

  it('every kind of field has a red border when it has an error', async () => {
    fixture.emulator.store.customers.updateBillingInfo('juniper-bakery', { billing_address: {} });
    const page = await fixture.portalPage();
    const forms: [path: string, label: string, value: string, button: string][] = [
      ['payment-methods/add', 'Card number', '', 'Add card'],
      ['account/edit', 'E-mail', 'nowhere', 'Save account'],
      ['account/edit', 'Phone', '1'.repeat(51), 'Save account'],
      ['subscriptions/juniper-growth/edit', 'Quantity', '0', 'Review change'],
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

  it('axe finds no violations when one of several cards is removed, and when there is none', async () => {
    fixture.customer = 'harbor-cycles';
    const page = await fixture.portalPage('payment-methods');
    await page
      .getByRole('link', { name: /^Remove/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Remove this card?' }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    for (const { id } of fixture.emulator.store.paymentSources.forCustomer('harbor-cycles')) {
      fixture.emulator.store.paymentSources.remove(id);
    }
    for (const path of ['payment-methods', 'home', 'subscriptions/harbor-starter/payment-method']) {
      await page.goto(`${fixture.emulator.url}/portal/v2/${path}`);
      expect(await axeViolations(page))
        .withContext(path)
        .toEqual([]);
    }
  });

  it('axe finds no violations in the modal with a section as a card', async () => {
    const page = await fixture.merchantPage();
    await page.evaluate(`merchant.openSection('portal_payment_methods')`);
    await waitForCallback(page, 'loaded');
    expect(await axeViolations(page)).toEqual([]);
    const frame = page.frame('cb-frame');
    expect(frame && (await axeViolations(frame))).toEqual([]);
  });

  it('axe finds no violations on a hosted page, from start to finish', async () => {
    const page = await fixture.newPage();
    const check = async (what: string) => {
      expect(await axeViolations(page))
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

  it('axe finds no violations on error pages, which identify themselves', async () => {
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
      expect(await axeViolations(page))
        .withContext(path)
        .toEqual([]);
      expect(await page.locator('.banner').textContent())
        .withContext(path)
        .toContain('This is not Chargebee');
    }
  });

  it('a subscription can be cancelled by keyboard alone, after skipping the navigation', async () => {
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
