import type { FrameLocator, Page } from 'playwright-core';
import { calls, waitForCallback, Fixture, portalFrame } from './fixture.js';

describe('The portal: subscriptions', () => {
  let fixture: Fixture;
  let page: Page;
  let portal: FrameLocator;

  beforeAll(async () => (fixture = await Fixture.start()));
  afterEach(() => fixture.reset());
  afterAll(() => fixture.close());

  async function open(customer: string, subscriptionId: string): Promise<void> {
    fixture.customer = customer;
    page = await fixture.merchantPage();
    const forward = { sectionType: 'sub_details', params: { subscriptionId } };
    await page.evaluate(`merchant.open(${JSON.stringify(forward)})`);
    portal = portalFrame(page);
    await waitForCallback(page, 'visit');
  }

  const link = (name: string) => portal.getByRole('link', { name, exact: true });
  const button = (name: string) => portal.getByRole('button', { name, exact: true });
  const notice = () => portal.getByRole('status').textContent();
  const subscription = (id: string) => fixture.emulator.store.subscriptions.retrieve(id);
  const eventData = (id: string) => ({ subscription: { id } });

  it('shows a subscription’s plan, price and next change', async () => {
    await open('harbor-cycles', 'harbor-workshop');
    const text = await portal.locator('main').textContent();
    expect(text).toContain('Paused');
    expect(text).toContain('$15.00');
    expect(text).toContain('Resumes on');
    expect(text).toContain('Mastercard ending in 4444');
  });

  it('shows the quantity of an add-on', async () => {
    page = await fixture.portalPage('subscriptions/juniper-growth');
    const facts = await page
      .getByRole('region', { name: 'Subscription', exact: true })
      .textContent();
    expect(facts).toContain('Extra seat, monthly × 2');
  });

  it('changes the plan and the quantity immediately', async () => {
    await open('juniper-bakery', 'juniper-growth');
    await link('Change plan').click();
    await portal.getByRole('radio', { name: /^Scale, monthly/ }).check();
    await portal.getByLabel('Quantity').fill('2');
    await button('Review change').click();
    await portal.getByText('$416.00', { exact: false }).first().waitFor();
    await button('Change subscription').click();
    expect(await waitForCallback(page, 'subscriptionChanged')).toEqual(eventData('juniper-growth'));
    expect(await notice()).toBe('Your subscription has been changed.');
    expect(subscription('juniper-growth').subscription_items[0]).toEqual(
      jasmine.objectContaining({ item_price_id: 'scale-USD-monthly', quantity: 2 }),
    );
  });

  it('shows the same price on every page, and the new one before it is confirmed', async () => {
    page = await fixture.portalPage('home');
    const plan = page.getByRole('region', { name: 'Growth, monthly' });
    expect(await plan.locator('.price').textContent()).toContain('$97.00');
    page = await fixture.portalPage('subscriptions/juniper-growth/edit');
    const current = page.locator('label').filter({ hasText: '(your plan)' });
    expect(await current.textContent()).toContain('$97.00 per month with your add-ons');
    await page.getByRole('radio', { name: /^Starter, monthly/ }).check();
    await page.getByRole('button', { name: 'Review change' }).click();
    expect(await page.locator('.price').textContent()).toBe('$47.00 per month');
    expect(await page.locator('dl').textContent()).toContain('Growth, monthly, $97.00 per month');
    expect(subscription('juniper-growth').subscription_items[0]?.item_price_id).toBe(
      'growth-USD-monthly',
    );
  });

  it('shows a scheduled change on the overview', async () => {
    page = await fixture.portalPage('subscriptions/juniper-growth/edit');
    await page.getByRole('radio', { name: /^Starter, monthly/ }).check();
    await page.getByRole('radio', { name: /At the end of the term/ }).check();
    await page.getByRole('button', { name: 'Review change' }).click();
    await page.getByRole('button', { name: 'Change subscription' }).click();
    await page.getByText(/^Your subscription changes on /).waitFor();
    page = await fixture.portalPage('home');
    const card = page.getByRole('region', { name: 'Growth, monthly' });
    expect(await card.locator('.notice').textContent()).toMatch(
      /^Changes to Starter, monthly on \S.* 20\d\d\.$/,
    );
  });

  it('schedules a plan change for the end of the term, shows it, and discards it', async () => {
    await open('juniper-bakery', 'juniper-growth');
    await link('Change plan').click();
    await portal.getByRole('radio', { name: /^Starter, monthly/ }).check();
    await portal.getByRole('radio', { name: /At the end of the term/ }).check();
    await button('Review change').click();
    await button('Change subscription').click();
    await waitForCallback(page, 'subscriptionChanged');
    expect(subscription('juniper-growth').has_scheduled_changes).toBeTrue();

    await link('View scheduled changes').click();
    // The previous page has such a list too.
    await portal.locator('dl').filter({ hasText: 'Starter, monthly × 1' }).waitFor();
    await button('Discard the change').click();
    await waitForCallback(page, 'subscriptionChanged', 2);
    expect(subscription('juniper-growth').has_scheduled_changes).toBeFalse();
  });

  it('shows the error of a plan change and keeps the entered values', async () => {
    await open('juniper-bakery', 'juniper-growth');
    await link('Change plan').click();
    await button('Review change').click();
    expect(await portal.getByRole('alert').textContent()).toContain('There is no change');

    await portal.getByLabel('Quantity').fill('0');
    await button('Review change').click();
    await portal.locator('#quantity-error').waitFor();
    expect(await portal.locator('#quantity-error').textContent()).toBe('Enter 1 or more.');
    expect(await portal.getByLabel('Quantity').getAttribute('aria-invalid')).toBe('true');
    expect(await portal.getByLabel('Quantity').inputValue()).toBe('0');
    expect((await calls(page)).map(([name]) => name)).not.toContain('subscriptionChanged');
  });

  it('links from an error to its field', async () => {
    await open('juniper-bakery', 'juniper-growth');
    await link('Change plan').click();
    await portal
      .getByRole('radio', { checked: true })
      .first()
      .evaluate((input) => {
        (input as HTMLInputElement).checked = false;
      });
    await button('Review change').click();
    await link('Choose a plan.').click();
    const first = portal.getByRole('radio').first();
    expect(await first.evaluate((input) => input === document.activeElement)).toBeTrue();
    const group = portal.getByRole('group', { name: 'Plan' });
    expect(await group.getAttribute('aria-describedby')).toBe('plan-error');
    expect(await portal.locator('#plan-error').textContent()).toBe('Choose a plan.');
  });

  it('schedules a change of a future subscription for its start', async () => {
    fixture.customer = 'delta-robotics';
    page = await fixture.portalPage('subscriptions/delta-next/edit');
    await page.getByRole('radio', { name: /^Growth, monthly/ }).check();
    await page.getByRole('radio', { name: /^When it starts, / }).check();
    await page.getByRole('button', { name: 'Review change' }).click();
    await page.getByRole('button', { name: 'Change subscription' }).click();
    await page.getByText(/^Your subscription changes on \w+ \d+, \d+\.$/).waitFor();
    expect(subscription('delta-next').has_scheduled_changes).toBeTrue();
  });

  it('offers only an immediate change of a non-renewing subscription', async () => {
    fixture.customer = 'orchid-hotels';
    page = await fixture.portalPage('subscriptions/orchid-scale/edit');
    const times = page.getByRole('group', { name: 'When' }).getByRole('radio');
    expect(await times.count()).toBe(1);
    expect(await times.inputValue()).toBe('now');
    expect(await times.isChecked()).toBeTrue();
  });

  it('mentions the price difference only when something is billed', async () => {
    const shown: [customer: string, id: string, costs: boolean][] = [
      ['juniper-bakery', 'juniper-growth', true],
      ['orchid-hotels', 'orchid-scale', true],
      ['atlas-freight', 'atlas-trial', false],
      ['delta-robotics', 'delta-next', false],
    ];
    for (const [customer, id, costs] of shown) {
      fixture.customer = customer;
      page = await fixture.portalPage(`subscriptions/${id}/edit`);
      const now = page.getByRole('radio', { name: /^Now/ }).locator('xpath=ancestor::label');
      expect((await now.textContent())?.includes('is billed or credited'))
        .withContext(id)
        .toBe(costs);
    }
  });

  it('says that a paused subscription changes when it resumes', async () => {
    fixture.emulator.store.subscriptions.pause('delta-growth');
    fixture.emulator.clock.advance(60 * 86_400);
    fixture.customer = 'delta-robotics';
    page = await fixture.portalPage('subscriptions/delta-growth');
    const main = page.locator('main');
    expect(await main.textContent()).toContain('Changes to Scale, monthly when it resumes.');
    await page.goto(`${page.url()}/scheduled-changes`);
    expect(await main.textContent()).toContain('The day it resumes');
  });

  it('shows the price of a scheduled change including add-ons', async () => {
    fixture.emulator.store.subscriptions.changePlan('juniper-growth', {
      item_price_id: 'growth-USD-yearly',
      at: 'term_end',
    });
    page = await fixture.portalPage('subscriptions/juniper-growth/scheduled-changes');
    const text = await page.getByRole('region', { name: 'Scheduled change' }).textContent();
    expect(text).toContain('$1,006.00 per year');
  });

  it('pauses immediately until a date, and resumes', async () => {
    await open('juniper-bakery', 'juniper-growth');
    await link('Pause').click();
    const day = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
    await portal.getByLabel('Resume on').fill(day);
    await button('Pause subscription').click();
    expect(await waitForCallback(page, 'subscriptionPaused')).toEqual(eventData('juniper-growth'));
    expect(subscription('juniper-growth').status).toBe('paused');
    expect(subscription('juniper-growth').resume_date).toBe(Date.parse(day) / 1000);

    await button('Resume now').click();
    expect(await waitForCallback(page, 'subscriptionResumed')).toEqual(eventData('juniper-growth'));
    expect(subscription('juniper-growth').status).toBe('active');
  });

  it('schedules a pause for the end of the term, and removes it', async () => {
    await open('juniper-bakery', 'juniper-growth');
    await link('Pause').click();
    await portal.getByRole('radio', { name: /At the end of the term/ }).check();
    await button('Pause subscription').click();
    await waitForCallback(page, 'subscriptionPaused');
    expect(await notice()).toContain('Your subscription pauses on');

    await button('Do not pause').click();
    expect(await waitForCallback(page, 'scheduledPauseRemoved')).toEqual(
      eventData('juniper-growth'),
    );
    expect(subscription('juniper-growth').pause_date).toBeUndefined();
  });

  it('rejects a resume date before the pause begins', async () => {
    await open('juniper-bakery', 'juniper-growth');
    await link('Pause').click();
    await portal.getByLabel('Resume on').fill('2020-01-01');
    await button('Pause subscription').click();
    expect(await portal.getByRole('alert').textContent()).toContain('Must be after the pause date');
    expect(subscription('juniper-growth').status).toBe('active');
  });

  it('schedules a cancellation for the end of the term, and removes it', async () => {
    await open('juniper-bakery', 'juniper-growth');
    await link('Cancel subscription').click();
    await portal.getByLabel('Why are you leaving?').selectOption('Too expensive');
    await button('Cancel subscription').click();
    expect(await waitForCallback(page, 'subscriptionCancelled')).toEqual(
      eventData('juniper-growth'),
    );
    expect(subscription('juniper-growth')).toEqual(
      jasmine.objectContaining({ status: 'non_renewing', cancel_reason_code: 'Too expensive' }),
    );

    await button('Keep the subscription').click();
    expect(await waitForCallback(page, 'scheduledCancellationRemoved')).toEqual(
      eventData('juniper-growth'),
    );
    expect(subscription('juniper-growth').status).toBe('active');
  });

  it('cancels immediately, and reactivates', async () => {
    await open('juniper-bakery', 'juniper-growth');
    await link('Cancel subscription').click();
    await portal.getByRole('radio', { name: /^Now/ }).check();
    await button('Cancel subscription').click();
    await waitForCallback(page, 'subscriptionCancelled');
    expect(await notice()).toBe('Your subscription has been cancelled.');
    expect(subscription('juniper-growth').status).toBe('cancelled');

    await button('Reactivate').click();
    expect(await waitForCallback(page, 'subscriptionReactivated')).toEqual(
      eventData('juniper-growth'),
    );
    expect(subscription('juniper-growth').status).toBe('active');
  });

  it('cancels a subscription without a running term, without a reason or a choice of time', async () => {
    const store = fixture.emulator.store;
    const ids = ['harbor-workshop', 'orchid-scale', 'delta-next'];
    for (const id of ids) {
      await open(store.subscriptions.retrieve(id).customer_id, id);
      await link('Cancel subscription').click();
      await portal.getByText('It ends at once.').waitFor();
      expect(await portal.getByRole('radio').count())
        .withContext(id)
        .toBe(0);
      await portal.getByLabel('Why are you leaving? (optional)').waitFor();
      await button('Cancel subscription').click();
      await waitForCallback(page, 'subscriptionCancelled');
      expect(subscription(id).status).withContext(id).toBe('cancelled');
    }
    expect(subscription('harbor-workshop').cancel_reason_code).toBeUndefined();
    // The reason was given when the cancellation was scheduled.
    expect(subscription('orchid-scale').cancel_reason_code).toBe('Moving to another product');
  });

  it('extends a trial', async () => {
    await open('atlas-freight', 'atlas-trial');
    const before = subscription('atlas-trial').current_term_end ?? 0;
    await button('Extend by 7 days').click();
    expect(await waitForCallback(page, 'subscriptionExtended')).toEqual(eventData('atlas-trial'));
    expect(subscription('atlas-trial').current_term_end).toBe(before + 7 * 86_400);
  });

  it('changes custom fields and keeps their types', async () => {
    fixture.emulator.store.subscriptions.updateFields('juniper-growth', {
      cf_seats: 4,
      cf_vip: true,
    });
    await open('juniper-bakery', 'juniper-growth');
    await link('Edit details').click();
    await portal.getByLabel('Purchase order').fill('PO-9000');
    await portal.getByLabel('Seats').fill('7');
    await portal.getByLabel('Vip').fill('false');
    await button('Save').click();
    expect(await waitForCallback(page, 'subscriptionCustomFieldsChanged')).toEqual(
      eventData('juniper-growth'),
    );
    expect(subscription('juniper-growth')).toEqual(
      jasmine.objectContaining({ cf_purchase_order: 'PO-9000', cf_seats: 7, cf_vip: false }),
    );
  });

  it('keeps a number when the entered value is not a number', async () => {
    fixture.emulator.store.subscriptions.updateFields('juniper-growth', { cf_seats: 4 });
    await open('juniper-bakery', 'juniper-growth');
    await link('Edit details').click();
    await portal.getByLabel('Seats').fill('');
    await button('Save').click();
    await waitForCallback(page, 'subscriptionCustomFieldsChanged');
    expect(subscription('juniper-growth').cf_seats).toBe(4);
  });

  it('says when there are no custom fields', async () => {
    await open('cedar-clinic', 'cedar-growth');
    await link('Edit details').click();
    await portal.getByText('This subscription has no further details.').waitFor();
    expect(await button('Save').count()).toBe(0);
  });

  it('chooses a payment method, and returns to the primary one', async () => {
    const store = fixture.emulator.store;
    const amex = store.paymentSources
      .forCustomer('harbor-cycles')
      .find(({ card }) => card.brand === 'american_express');
    await open('harbor-cycles', 'harbor-starter');
    await link('Choose payment method').click();
    await portal.getByRole('radio', { name: /American Express/ }).check();
    await button('Use this one').click();
    await waitForCallback(page, 'subscriptionChanged');
    expect(subscription('harbor-starter').payment_source_id).toBe(amex?.id);

    await link('Choose payment method').click();
    await portal.getByRole('radio', { name: /Your primary payment method/ }).check();
    await button('Use this one').click();
    await waitForCallback(page, 'subscriptionChanged', 2);
    expect(subscription('harbor-starter').payment_source_id).toBeUndefined();
  });

  it('shows an error when a form is outdated', async () => {
    await open('juniper-bakery', 'juniper-growth');
    await link('Cancel subscription').click();
    fixture.emulator.store.subscriptions.cancel('juniper-growth');
    await button('Cancel subscription').click();
    expect(await portal.getByRole('alert').textContent()).toContain('cannot be cancelled');
  });

  it('shows an error on the subscription’s page when a button is outdated', async () => {
    await open('harbor-cycles', 'harbor-workshop');
    fixture.emulator.store.subscriptions.resume('harbor-workshop');
    await button('Resume now').click();
    expect(await portal.getByRole('alert').textContent()).toBe(
      'A subscription that is active cannot be resumed.',
    );
    await link('Pause').waitFor();
    expect((await calls(page)).map(([name]) => name)).not.toContain('subscriptionResumed');
  });

  it('links to the overview when the subscription belongs to another customer', async () => {
    fixture.customer = 'juniper-bakery';
    page = await fixture.merchantPage();
    const forward = { sectionType: 'sub_details', params: { subscriptionId: 'harbor-starter' } };
    await page.evaluate(`merchant.open(${JSON.stringify(forward)})`);
    portal = portalFrame(page);
    await portal.getByRole('heading', { name: 'This cannot be shown' }).waitFor();
    await link('Go to your billing overview').click();
    await portal.getByRole('navigation', { name: 'Billing portal' }).waitFor();
    expect(await portal.getByRole('heading', { level: 1 }).textContent()).toBe(
      'Hello, Juniper Bakery',
    );
  });
});
