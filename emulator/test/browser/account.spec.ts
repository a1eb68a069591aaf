import { Fixture } from './fixture.js';

describe('The portal: account, addresses and billing history', () => {
  let fixture: Fixture;

  beforeAll(async () => (fixture = await Fixture.start()));
  afterEach(() => fixture.reset());
  afterAll(() => fixture.close());

  const customer = () => fixture.emulator.store.customers.retrieve(fixture.customer);

  it('shows the account', async () => {
    fixture.customer = 'orchid-hotels';
    const page = await fixture.portalPage('account');
    const text = await page.locator('dl').textContent();
    expect(text).toContain('einkauf@orchid-hotels.example');
    expect(text).toContain('DE123456789');
  });

  it('shows a dash for missing attributes', async () => {
    fixture.emulator.store.customers.create({ id: 'blank' });
    fixture.customer = 'blank';
    const page = await fixture.portalPage('account');
    const facts = await page.locator('dl.facts > *').allTextContents();
    expect(facts).toEqual([
      'Name',
      '–',
      'Company',
      '–',
      'E-mail',
      '–',
      'Phone',
      '–',
      'VAT number',
      '–',
      'Customer ID',
      'blank',
    ]);
  });

  it('changes the account, and removes empty attributes', async () => {
    const page = await fixture.portalPage('account/edit');
    await page.getByLabel('E-mail').fill('accounts@juniper.example');
    await page.getByLabel('Phone').fill('');
    await page.getByLabel('VAT number').fill('US-77');
    await page.getByRole('button', { name: 'Save account' }).click();
    await page.getByRole('status').waitFor();
    expect(customer()).toEqual(
      jasmine.objectContaining({ email: 'accounts@juniper.example', vat_number: 'US-77' }),
    );
    expect(customer().phone).toBeUndefined();
  });

  it('rejects an invalid e-mail address', async () => {
    const page = await fixture.portalPage('account/edit');
    await page.getByLabel('E-mail').fill('nowhere');
    await page.getByRole('button', { name: 'Save account' }).click();
    expect(await page.locator('#email-error').textContent()).toContain('Enter an e-mail address');
    expect(customer().email).toBe('billing@juniper-bakery.example');
  });

  it('escapes entered text', async () => {
    const page = await fixture.portalPage('account/edit');
    const markup = '"><img src=x onerror="document.title=1">';
    await page.getByLabel('Company').fill(markup);
    await page.getByRole('button', { name: 'Save account' }).click();
    await page.getByRole('status').waitFor();
    expect(await page.locator('.who strong').textContent()).toBe(markup);
    expect(await page.locator('img').count()).toBe(0);
  });

  it('shows both addresses', async () => {
    const page = await fixture.portalPage('addresses');
    expect(await page.getByRole('region', { name: 'Billing address' }).textContent()).toContain(
      '97205 Portland, Oregon',
    );
    expect(await page.getByRole('region', { name: 'Shipping address' }).textContent()).toContain(
      'United States',
    );
  });

  it('changes the billing address', async () => {
    const page = await fixture.portalPage('addresses');
    await page.getByRole('link', { name: 'Edit billing address' }).click();
    await page.getByLabel('Street and number').fill('2 Elm Street');
    await page.getByLabel('Country').selectOption('CA');
    await page.getByRole('button', { name: 'Save address' }).click();
    await page.getByRole('status').waitFor();
    expect(customer().billing_address).toEqual(
      jasmine.objectContaining({ line1: '2 Elm Street', country: 'CA', city: 'Portland' }),
    );
  });

  it('adds a shipping address to the customer and the subscriptions', async () => {
    fixture.customer = 'atlas-freight';
    const page = await fixture.portalPage('addresses/shipping');
    await page.getByLabel('Street and number').fill('1 Dock');
    await page.getByLabel('City').fill('Oslo');
    await page.getByLabel('Country').selectOption('NO');
    await page.getByRole('button', { name: 'Save address' }).click();
    await page.getByRole('status').waitFor();
    expect(customer().shipping_address?.city).toBe('Oslo');
    const subscription = fixture.emulator.store.subscriptions.retrieve('atlas-trial');
    expect(subscription.shipping_address?.city).toBe('Oslo');
  });

  it('requires a country', async () => {
    fixture.customer = 'atlas-freight';
    const page = await fixture.portalPage('addresses/billing');
    await page.getByLabel('Street and number').fill('1 Dock');
    await page.getByLabel('City').fill('Oslo');
    await page.getByRole('button', { name: 'Save address' }).click();
    expect(await page.locator('#country-error').textContent()).toBe('Choose a country.');
  });

  it('keeps a country that is not in the list', async () => {
    fixture.emulator.store.customers.updateBillingInfo('juniper-bakery', {
      billing_address: { line1: '1', city: 'Suva', country: 'FJ' },
    });
    const page = await fixture.portalPage('addresses/billing');
    expect(await page.getByLabel('Country').inputValue()).toBe('FJ');
  });

  it('lists the invoices, each with a real PDF', async () => {
    const page = await fixture.portalPage('billing-history');
    const rows = page.getByRole('row');
    const invoices = fixture.emulator.store.invoices.forCustomer('juniper-bakery');
    expect(await rows.count()).toBe(invoices.length + 1);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      rows.nth(1).getByRole('link').click(),
    ]);
    expect(download.suggestedFilename()).toBe(`${invoices[0]?.id}.pdf`);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('pays an unpaid invoice once there is a valid card', async () => {
    fixture.customer = 'quarry-stone';
    const { store } = fixture.emulator;
    const [invoice] = store.invoices.list(({ amount_due }) => amount_due > 0);
    const page = await fixture.portalPage('billing-history');
    const row = page.getByRole('row').filter({ hasText: invoice?.id ?? '' });
    expect(await row.textContent()).toContain('Not paid');
    expect(await page.getByRole('button', { name: /^Pay / }).count()).toBe(1);
    await row.getByRole('button', { name: /^Pay now/ }).click();
    expect(await page.getByRole('alert').textContent()).toBe(
      'The card has expired. Choose or add another card under Payment methods, then pay again.',
    );
    expect(store.invoices.retrieve(invoice?.id ?? '').status).toBe('not_paid');

    const card = { number: '4242424242424242', expiry_month: 1, expiry_year: 2090 };
    store.paymentSources.addCard('quarry-stone', card, { primary: true });
    await row.getByRole('button', { name: /^Pay now/ }).click();
    expect(await page.getByRole('status').textContent()).toBe(
      `Thank you: $29.00 was paid for invoice ${invoice?.id}.`,
    );
    expect(await page.getByRole('button', { name: /^Pay / }).count()).toBe(0);
    expect(store.invoices.retrieve(invoice?.id ?? '').status).toBe('paid');
    const event = store.events.list().find(({ type }) => type === 'payment_succeeded');
    expect([event?.source, event?.content.transaction?.initiator_type]).toEqual([
      'portal',
      'customer',
    ]);
  });

  it('does not pay another customer’s invoices', async () => {
    const [invoice] = fixture.emulator.store.invoices.list(({ amount_due }) => amount_due > 0);
    const page = await fixture.portalPage('billing-history');
    const answer = await page.request.post(
      `${fixture.emulator.url}/portal/v2/invoices/${invoice?.id}/pay`,
      { headers: { origin: fixture.emulator.url }, maxRedirects: 0 },
    );
    expect(answer.headers().location).toBe('/portal/v2/billing-history');
    await page.reload();
    expect(await page.getByRole('alert').textContent()).toContain('not found');
    expect(fixture.emulator.store.invoices.retrieve(invoice?.id ?? '').status).toBe('not_paid');
  });

  it('says when there are no invoices and no subscriptions', async () => {
    fixture.emulator.store.customers.create({ id: 'blank', company: 'Blank' });
    fixture.customer = 'blank';
    const page = await fixture.portalPage('home');
    const text = await page.locator('main').textContent();
    expect(text).toContain('You have no subscription yet.');
    expect(text).toContain('There are no invoices yet.');
    expect(text).toContain('There is no payment method yet.');
  });
});
