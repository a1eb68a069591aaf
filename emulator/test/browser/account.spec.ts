import { Fixture } from './fixture.js';

describe('The portal: account, addresses and billing history', () => {
  let fixture: Fixture;

  beforeAll(async () => (fixture = await Fixture.start()));
  afterEach(() => fixture.tidy());
  afterAll(() => fixture.close());

  const customer = () => fixture.emulator.store.customers.retrieve(fixture.customer);

  it('shows the account', async () => {
    fixture.customer = 'orchid-hotels';
    const page = await fixture.portalPage('account');
    const text = await page.locator('dl').textContent();
    expect(text).toContain('einkauf@orchid-hotels.example');
    expect(text).toContain('DE123456789');
  });

  it('shows a dash for what the account does not have', async () => {
    fixture.emulator.store.customers.create({ id: 'blank' });
    fixture.customer = 'blank';
    const page = await fixture.portalPage('account');
    const facts = await page.locator('dl.facts > *').allTextContents();
    expect(facts).toEqual([
      ...['Name', '–', 'Company', '–', 'E-mail', '–', 'Phone', '–', 'VAT number', '–'],
      ...['Customer ID', 'blank'],
    ]);
  });

  it('changes the account, and removes what is left empty', async () => {
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

  it('refuses an e-mail address that is none', async () => {
    const page = await fixture.portalPage('account/edit');
    await page.getByLabel('E-mail').fill('nowhere');
    await page.getByRole('button', { name: 'Save account' }).click();
    expect(await page.locator('#email-error').textContent()).toContain('Enter an e-mail address');
    expect(customer().email).toBe('billing@juniper-bakery.example');
  });

  it('escapes whatever a customer enters', async () => {
    const page = await fixture.portalPage('account/edit');
    const evil = '"><img src=x onerror="document.title=1">';
    await page.getByLabel('Company').fill(evil);
    await page.getByRole('button', { name: 'Save account' }).click();
    await page.getByRole('status').waitFor();
    expect(await page.locator('.who strong').textContent()).toBe(evil);
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

  it('adds a shipping address, for the subscriptions too', async () => {
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

  it('asks for the country', async () => {
    fixture.customer = 'atlas-freight';
    const page = await fixture.portalPage('addresses/billing');
    await page.getByLabel('Street and number').fill('1 Dock');
    await page.getByLabel('City').fill('Oslo');
    await page.getByRole('button', { name: 'Save address' }).click();
    expect(await page.locator('#country-error').textContent()).toBe('Choose a country.');
  });

  it('keeps a country that the list does not have', async () => {
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

  it('says when there is no invoice and no subscription', async () => {
    fixture.emulator.store.customers.create({ id: 'blank', company: 'Blank' });
    fixture.customer = 'blank';
    const page = await fixture.portalPage('home');
    const text = await page.locator('main').textContent();
    expect(text).toContain('You have no subscription yet.');
    expect(text).toContain('There are no invoices yet.');
    expect(text).toContain('There is no payment method yet.');
  });
});
