import type { FrameLocator, Locator, Page } from 'playwright-core';
import { enterCard } from './enter-card.js';
import { calls, waitForCallback, Fixture, portalFrame } from './fixture.js';

describe('The portal: payment methods', () => {
  let fixture: Fixture;
  let page: Page;
  let portal: FrameLocator;

  beforeAll(async () => (fixture = await Fixture.start()));
  afterEach(() => fixture.reset());
  afterAll(() => fixture.close());

  async function open(customer: string, section = 'portal_payment_methods'): Promise<void> {
    fixture.customer = customer;
    page = await fixture.merchantPage();
    await page.evaluate(`merchant.open({ sectionType: '${section}' })`);
    portal = portalFrame(page);
    await waitForCallback(page, 'visit');
  }

  const cards = () => fixture.emulator.store.paymentSources.forCustomer(fixture.customer);
  const primary = () =>
    fixture.emulator.store.paymentSources.primaryOf(fixture.customer)?.card.last4;
  const row = (card: string): Locator => portal.getByRole('listitem').filter({ hasText: card });

  it('lists the cards with their expiry, and marks the primary one', async () => {
    await open('harbor-cycles');
    expect(await row('Mastercard ending in 4444').textContent()).toContain('Primary');
    expect(await row('American Express ending in 0005').textContent()).toContain('Expires 11/');
  });

  it('adds a card', async () => {
    await open('juniper-bakery');
    await portal.getByRole('link', { name: 'Add a card' }).click();
    await enterCard(portal, '4012 8888 8888 1881');
    expect(await waitForCallback(page, 'paymentSourceAdd')).toBe('success');
    expect(await portal.getByRole('status').textContent()).toBe(
      'Visa ending in 1881 has been added.',
    );
    expect(cards().map(({ card }) => card.last4)).toContain('1881');
  });

  it('shows an error when a card is declined', async () => {
    await open('juniper-bakery', 'portal_add_payment_method');
    await enterCard(portal, '4000000000000002');
    const alert = await portal.getByRole('alert').textContent();
    expect(alert).toContain('The card was declined');
    expect(alert).not.toContain('card_declined');
    expect(cards()).toHaveSize(1);
    expect((await calls(page)).map(([name]) => name)).not.toContain('paymentSourceAdd');
  });

  it('accepts only test card numbers, and shows an error at the field', async () => {
    await open('juniper-bakery', 'portal_add_payment_method');
    await enterCard(portal, '4929000000006');
    expect(await portal.locator('#number-error').textContent()).toContain(
      'This is not a test card number.',
    );
    expect(cards()).toHaveSize(1);
  });

  it('shows the test numbers', async () => {
    await open('juniper-bakery', 'portal_add_payment_method');
    await portal.getByText('No real card works here').click();
    expect(await portal.getByText('4242 4242 4242 4242').isVisible()).toBeTrue();
  });

  it('requires all mandatory fields', async () => {
    await open('juniper-bakery', 'portal_add_payment_method');
    await portal.getByRole('button', { name: 'Add card' }).click();
    const alert = portal.getByRole('alert');
    await alert.waitFor();
    expect(await alert.getByRole('link').allTextContents()).toEqual([
      'Enter the card number.',
      'Enter a month from 1 to 12.',
      'Enter the year with four digits.',
      'Enter the security code: three or four digits.',
    ]);
    await alert.getByRole('link', { name: 'Enter the card number.' }).click();
    expect(await portal.locator(':focus').getAttribute('id')).toBe('number');
  });

  for (const [form, button] of [
    ['add', 'Add card'],
    ['edit', 'Save card'],
  ] as const) {
    it(`lists errors in the order of the fields: ${form}`, async () => {
      await open('juniper-bakery', `portal_${form}_payment_method`);
      for (const field of await portal.locator('main input').all()) {
        await field.evaluate((input) => {
          (input as HTMLInputElement).value = 'x'.repeat(60);
        });
      }
      await portal.getByRole('button', { name: button }).click();
      const alert = portal.getByRole('alert');
      await alert.waitFor();
      const targets = await alert
        .getByRole('link')
        .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
      const fields = await portal
        .locator('main input')
        .evaluateAll((inputs) => inputs.map(({ id }) => `#${id}`));
      expect(targets).toEqual(fields);
      expect(targets.length).toBe(form === 'add' ? 6 : 4);
    });
  }

  it('edits a card', async () => {
    await open('juniper-bakery');
    await row('Visa ending in 4242').getByRole('link', { name: /^Edit/ }).click();
    await portal.getByLabel('Expiry month').fill('2');
    await portal.getByLabel('First name').fill('Bakery');
    await portal.getByRole('button', { name: 'Save card' }).click();
    expect(await waitForCallback(page, 'paymentSourceUpdate')).toBe('success');
    expect(cards()[0]?.card).toEqual(
      jasmine.objectContaining({ expiry_month: 2, first_name: 'Bakery' }),
    );
  });

  it('rejects an expiry in the past, with an error at its field', async () => {
    await open('juniper-bakery', 'portal_edit_payment_method');
    await portal.getByLabel('Expiry year').fill('2019');
    await portal.getByRole('button', { name: 'Save card' }).click();
    expect(await portal.locator('#expiry_year-error').textContent()).toBe('The card has expired.');
  });

  it('makes another card the primary one', async () => {
    await open('harbor-cycles');
    await row('American Express')
      .getByRole('button', { name: /^Make primary/ })
      .click();
    await waitForCallback(page, 'paymentSourceUpdate');
    expect(primary()).toBe('0005');
    expect(await row('American Express').textContent()).toContain('Primary');
  });

  it('removes a card after confirmation', async () => {
    await open('harbor-cycles');
    await row('American Express')
      .getByRole('link', { name: /^Remove/ })
      .click();
    await portal.getByRole('heading', { name: 'Remove this card?' }).waitFor();
    expect(cards()).toHaveSize(2);
    await portal.getByRole('button', { name: 'Remove card' }).click();
    await waitForCallback(page, 'paymentSourceRemove');
    expect(cards().map(({ card }) => card.last4)).toEqual(['4444']);
  });

  it('shows one card in detail', async () => {
    await open('quarry-stone', 'portal_view_payment_method');
    const text = await portal.locator('main').textContent();
    expect(text).toContain('Visa ending in 1111');
    expect(text).toContain('Expired');
    expect(text).toContain('Credit card');
  });

  it('says when there is none', async () => {
    await open('atlas-freight');
    expect(await portal.locator('main').textContent()).toContain('There is no payment method yet.');
  });
});
