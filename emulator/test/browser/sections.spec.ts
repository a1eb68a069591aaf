import type { Page } from 'playwright-core';
import { sections } from '../../src/chargebee-js/browser/sections.js';
import { waitForCallback, Fixture, portalFrame } from './fixture.js';

const titles: Record<keyof typeof sections, string> = {
  SUBSCRIPTION_DETAILS: 'Growth, monthly',
  SUBSCRIPTION_CANCELLATION: 'Cancel your subscription',
  EDIT_SUBSCRIPTION: 'Change your plan',
  VIEW_SCHEDULED_CHANGES: 'Scheduled changes',
  ACCOUNT_DETAILS: 'Account',
  EDIT_ACCOUNT_DETAILS: 'Edit Juniper Bakery',
  ADDRESS: 'Addresses',
  EDIT_BILLING_ADDRESS: 'Billing address',
  EDIT_SHIPPING_ADDRESS: 'Shipping address',
  EDIT_SUBSCRIPTION_CUSTOM_FIELDS: 'Subscription details',
  PAYMENT_SOURCES: 'Payment methods',
  ADD_PAYMENT_SOURCE: 'Add a card',
  EDIT_PAYMENT_SOURCE: 'Edit Visa ending in 4242',
  VIEW_PAYMENT_SOURCE: 'Visa ending in 4242',
  CHOOSE_PAYMENT_METHOD_FOR_SUBSCRIPTION: 'Choose a payment method',
  BILLING_HISTORY: 'Billing history',
};

const names = Object.keys(sections) as (keyof typeof sections)[];
/** Those that `openSection` shows as a card: alone, without the portal's navigation. */
const namesOfCards: typeof names = [
  'SUBSCRIPTION_DETAILS',
  'ACCOUNT_DETAILS',
  'ADDRESS',
  'BILLING_HISTORY',
  'PAYMENT_SOURCES',
];

describe('chargebee.js: the sections', () => {
  let fixture: Fixture;

  beforeAll(async () => (fixture = await Fixture.start()));
  afterEach(() => fixture.reset());
  afterAll(() => fixture.close());

  const createParams = () => {
    const [source] = fixture.emulator.store.paymentSources.forCustomer('juniper-bakery');
    return { subscriptionId: 'juniper-growth', paymentSourceId: source?.id };
  };

  it('can all be opened in the full portal, which calls visit', async () => {
    const page = await fixture.merchantPage();
    for (const name of names) {
      const forward = { sectionType: sections[name], params: createParams() };
      await page.evaluate(`document.getElementById('calls').replaceChildren();
        merchant.calls.length = 0; merchant.open(${JSON.stringify(forward)})`);
      expect(await waitForCallback(page, 'visit')).toBe(sections[name]);
      const portal = portalFrame(page);
      expect(await portal.getByRole('heading', { level: 1 }).textContent()).toBe(titles[name]);
      expect(await portal.getByRole('navigation').count()).toBe(1);
      await page.evaluate('merchant.instance.closeAll()');
    }
  });

  /** Opens sections as cards, one after the other. */
  async function openAsCards(page: Page, sectionNames: typeof names): Promise<void> {
    for (const name of sectionNames) {
      await page.evaluate(`document.getElementById('calls').replaceChildren();
        merchant.calls.length = 0; merchant.openSection('${sections[name]}', ${JSON.stringify(createParams())})`);
      expect(await waitForCallback(page, 'visit')).toBe(sections[name]);
      const portal = portalFrame(page);
      expect(await portal.getByRole('heading', { level: 1 }).textContent()).toBe(titles[name]);
      expect(await portal.getByRole('navigation').count())
        .withContext(name)
        .toBe(0);
      await page.evaluate('merchant.instance.closeAll()');
    }
  }

  it('of five kinds can be opened as a card', async () => {
    await openAsCards(await fixture.merchantPage(), namesOfCards);
  });

  it('can all be opened as a card, with ?documented=open-section', async () => {
    await openAsCards(await fixture.merchantPage({}, { query: '?documented=open-section' }), names);
  });

  it('stay a card when the user navigates', async () => {
    const page = await fixture.merchantPage();
    await page.evaluate(`merchant.openSection('portal_payment_methods')`);
    const portal = portalFrame(page);
    await portal.getByRole('link', { name: 'Add a card' }).click();
    await portal.getByRole('heading', { name: 'Add a card' }).waitFor();
    expect(await portal.getByRole('navigation').count()).toBe(0);
  });

  it('make openSection throw when they have no card', async () => {
    const page = await fixture.merchantPage();
    for (const name of names.filter((each) => !namesOfCards.includes(each))) {
      await expectAsync(page.evaluate(`merchant.openSection('${sections[name]}')`))
        .withContext(name)
        .toBeRejectedWithError(/cannot be opened as a section of its own/);
    }
    await expectAsync(page.evaluate(`merchant.openSection()`)).toBeRejectedWithError(
      /cannot be opened/,
    );
    expect(await page.locator('#cb-container').count()).toBe(0);
  });

  it('default to the first subscription and the primary payment method', async () => {
    fixture.customer = 'harbor-cycles'; // Has two of each.
    const page = await fixture.merchantPage();
    await page.evaluate(`merchant.open({ sectionType: 'sub_details' })`);
    await portalFrame(page)
      .getByRole('heading', { name: /^Workshop/, level: 1 })
      .waitFor();
    await page.evaluate('merchant.instance.closeAll()');
    await page.evaluate(`merchant.open({ sectionType: 'portal_view_payment_method' })`);
    expect(await portalFrame(page).getByRole('heading', { level: 1 }).textContent()).toBe(
      'Mastercard ending in 4444',
    );
  });

  it('redirect to the overview when they are unknown', async () => {
    const page = await fixture.merchantPage();
    await page.evaluate(`merchant.open({ sectionType: 'portal_weather' })`);
    await waitForCallback(page, 'loaded');
    expect(await portalFrame(page).getByRole('heading', { level: 1 }).textContent()).toBe(
      'Hello, Juniper Bakery',
    );
  });

  it('of a subscription redirect to the overview when the customer has none', async () => {
    fixture.emulator.store.customers.create({ id: 'nobody-yet', company: 'Nobody Yet' });
    fixture.customer = 'nobody-yet';
    const page = await fixture.merchantPage();
    await page.evaluate(`merchant.open({ sectionType: 'sub_details' })`);
    await waitForCallback(page, 'loaded');
    expect(await portalFrame(page).getByRole('heading', { level: 1 }).textContent()).toBe(
      'Hello, Nobody Yet',
    );
  });
});
