import { call, closeEmulatorsAfterEach, emulatorForSpec, rejection, sdkFor } from './support.js';
import type { ApiError } from './support.js';

describe('invoices', () => {
  closeEmulatorsAfterEach();

  it('tell what was billed and paid', async () => {
    const sdk = sdkFor(await emulatorForSpec());
    const { list } = await sdk.invoice.list({ customer_id: { is: 'juniper-bakery' }, limit: 1 });
    const { invoice } = await sdk.invoice.retrieve(list[0]?.invoice.id ?? '');
    expect(invoice.status).toBe('paid');
    expect(invoice.total).toBe(9700);
    expect(invoice.amount_paid).toBe(9700);
    expect(invoice.line_items?.map(({ description, amount }) => [description, amount])).toEqual([
      ['Growth, monthly', 7900],
      ['Extra seat, monthly', 1800],
    ]);
    expect(invoice.billing_address?.city).toBe('Portland');
  });

  it("are due after the customer's net term", async () => {
    const emulator = await emulatorForSpec();
    await call(emulator, 'POST', '/customers', 'id=patient&net_term_days=30');
    const { id } = emulator.store.subscriptions.create('patient', {
      item_price_id: 'starter-USD-monthly',
    });
    const [invoice] = emulator.store.invoices.list(({ subscription_id }) => subscription_id === id);
    expect((invoice?.due_date ?? 0) - (invoice?.date ?? 0)).toBe(30 * 86_400);
  });

  for (const days of ['-5', '1000']) {
    it(`cannot be due after ${days} days`, async () => {
      const emulator = await emulatorForSpec();
      for (const path of ['/customers', '/customers/juniper-bakery']) {
        const answer = await call(emulator, 'POST', path, `net_term_days=${days}`);
        expect(answer.status).toBe(400);
        expect(((await answer.json()) as ApiError).param).toBe('net_term_days');
      }
    });
  }

  it('have numbers of their own', async () => {
    const { store } = await emulatorForSpec();
    const ids = store.invoices.list().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^INV-\d{4}$/.test(id))).toBe(true);
  });

  it('have numbers that go on after a restore, and begin again after a reset', async () => {
    const emulator = await emulatorForSpec();
    const { store } = emulator;
    const bill = () => {
      const { id } = store.subscriptions.create('juniper-bakery', {
        item_price_id: 'starter-USD-monthly',
      });
      return store.invoices.forSubscription(id).map((invoice) => Number(invoice.id.slice(4)));
    };
    const count = store.invoices.list().length;
    expect([...bill(), ...bill()]).toEqual([count + 1, count + 2]);
    store.restore(store.snapshot());
    expect(bill()).toEqual([count + 3]);
    emulator.reset();
    expect(bill()).toEqual([count + 1]);
  });

  it('can be had as a real PDF by a link that needs no key', async () => {
    const emulator = await emulatorForSpec();
    const { download } = await sdkFor(emulator).invoice.pdf('INV-0001');
    const answer = await fetch(download.download_url);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="INV-0001.pdf"');
    const pdf = Buffer.from(await answer.arrayBuffer());
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.subarray(-6).toString().trim()).toBe('%%EOF');
  });

  it('can be had as a PDF that is shown instead of saved', async () => {
    const sdk = sdkFor(await emulatorForSpec());
    const { download } = await sdk.invoice.pdf('INV-0001', { disposition_type: 'inline' });
    const { headers } = await fetch(download.download_url);
    expect(headers.get('content-disposition')).toBe('inline; filename="INV-0001.pdf"');
  });

  it('can be had as a PDF whatever they say', async () => {
    const { store } = await emulatorForSpec();
    store.customers.update('quarry-stone', { company: undefined, first_name: 'Owner' });
    store.subscriptions.changePlan('juniper-growth', { item_price_id: 'starter-USD-monthly' });
    store.subscriptions.changePlan('juniper-growth', { item_price_id: 'scale-USD-monthly' });
    store.subscriptions.changePlan('quarry-starter', { item_price_id: 'scale-USD-yearly' });
    for (const { id } of store.invoices.list()) {
      expect((await store.invoicePdf(id)).length)
        .withContext(id)
        .toBeGreaterThan(1000);
    }
  });

  it('have links that work for an hour', async () => {
    const emulator = await emulatorForSpec();
    const { download } = await sdkFor(emulator).invoice.pdf('INV-0001');
    emulator.clock.advance(3600);
    expect((await fetch(download.download_url)).status).toBe(404);
    expect((await fetch(`${emulator.url}/downloads/invoices/guessed`)).status).toBe(404);
  });

  it('are not found by another number', async () => {
    const error = await rejection(sdkFor(await emulatorForSpec()).invoice.pdf('INV-9999'));
    expect(error.api_error_code).toBe('resource_not_found');
  });
});
