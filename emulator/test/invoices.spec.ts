import { call, closeEmulatorsAfterEach, emulatorForSpec, rejection, sdkFor } from './support.js';
import type { ApiError } from './support.js';

describe('invoices', () => {
  closeEmulatorsAfterEach();

  it('contain what was billed and paid', async () => {
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

  it('have unique numbers', async () => {
    const { store } = await emulatorForSpec();
    const ids = store.invoices.list().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^INV-\d{4}$/.test(id))).toBe(true);
  });

  it('continue their numbers after a restore, and restart them after a reset', async () => {
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

  it('can be downloaded as a valid PDF by a link that needs no key', async () => {
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

  it('can be displayed inline as a PDF', async () => {
    const sdk = sdkFor(await emulatorForSpec());
    const { download } = await sdk.invoice.pdf('INV-0001', { disposition_type: 'inline' });
    const { headers } = await fetch(download.download_url);
    expect(headers.get('content-disposition')).toBe('inline; filename="INV-0001.pdf"');
  });

  it('can be downloaded as a PDF with any content', async () => {
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

  it('are not found by an unknown number', async () => {
    const error = await rejection(sdkFor(await emulatorForSpec()).invoice.pdf('INV-9999'));
    expect(error.api_error_code).toBe('resource_not_found');
  });

  describe('that are not paid', () => {
    const CARD = { number: '4242424242424242', expiry_month: 1, expiry_year: 2090 };

    /** Returns the unpaid invoice of a customer whose only card has expired. */
    async function unpaid() {
      const emulator = await emulatorForSpec();
      const [invoice] = emulator.store.invoices.list(({ amount_due }) => amount_due > 0);
      if (!invoice) throw new Error('The seed has no unpaid invoice.');
      const { id, customer_id } = invoice;
      const types = () => emulator.store.events.list().map(({ type }) => type);
      return { emulator, sdk: sdkFor(emulator), invoice, id, customer_id, types };
    }

    it('are paid by a new card, with a transaction and its events', async () => {
      const { emulator, sdk, invoice, id, customer_id, types } = await unpaid();
      const { store } = emulator;
      const source = store.paymentSources.addCard(customer_id, CARD, { primary: true });
      const answer = await sdk.invoice.collectPayment(id);
      expect(answer.invoice).toEqual(
        jasmine.objectContaining({
          status: 'paid',
          amount_due: 0,
          amount_paid: invoice.total,
          paid_at: emulator.clock.now(),
        }),
      );
      expect(answer.transaction).toEqual(
        jasmine.objectContaining({
          status: 'success',
          amount: invoice.total,
          payment_source_id: source.id,
          initiator_type: 'merchant',
        }),
      );
      expect(answer.transaction.linked_invoices?.[0]?.invoice_id).toBe(id);
      expect(answer.invoice.linked_payments?.at(-1)?.txn_id).toBe(answer.transaction.id);
      const { total_dues, due_invoices_count } = store.subscriptions.retrieve('quarry-starter');
      expect([total_dues, due_invoices_count]).toEqual([undefined, 0]);
      expect(types().slice(0, 2)).toEqual(['invoice_updated', 'payment_succeeded']);
      expect((await rejection(sdk.invoice.collectPayment(id))).api_error_code).toBe(
        'invalid_state_for_request',
      );
    });

    it('are paid once, even by concurrent requests', async () => {
      const { emulator, sdk, invoice, id, customer_id, types } = await unpaid();
      const { store } = emulator;
      store.paymentSources.addCard(customer_id, CARD, { primary: true });
      const outcomes = await Promise.allSettled(
        Array.from({ length: 5 }, () => sdk.invoice.collectPayment(id)),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveSize(1);
      const refusals = outcomes.flatMap((one) =>
        one.status === 'rejected' ? [(one.reason as ApiError).api_error_code] : [],
      );
      expect(refusals).toEqual(Array<string>(4).fill('invalid_state_for_request'));
      expect(store.invoices.retrieve(id).amount_paid).toBe(invoice.total);
      expect(types().filter((type) => type === 'payment_succeeded')).toHaveSize(1);
    });

    it('are paid in parts, and by a given card', async () => {
      const { emulator, sdk, invoice, id, customer_id } = await unpaid();
      const { id: payment_source_id } = emulator.store.paymentSources.addCard(customer_id, CARD);
      const part = { amount: 1000, payment_source_id, payment_initiator: 'customer' as const };
      const first = await sdk.invoice.collectPayment(id, part);
      expect(first.invoice.status).toBe('not_paid');
      expect(first.invoice.amount_due).toBe(invoice.total - 1000);
      expect(first.transaction.initiator_type).toBe('customer');
      const tooMuch = sdk.invoice.collectPayment(id, { ...part, amount: invoice.total });
      expect((await rejection(tooMuch)).param).toBe('amount');
      const rest = await sdk.invoice.collectPayment(id, { payment_source_id });
      expect(rest.invoice.status).toBe('paid');
    });

    it('stay unpaid when the card is declined, and record the failed payment', async () => {
      const { emulator, sdk, id, types } = await unpaid();
      const payments = emulator.store.invoices.retrieve(id).linked_payments.length;
      const error = await rejection(sdk.invoice.collectPayment(id));
      expect([error.type, error.api_error_code]).toEqual(['payment', 'payment_processing_failed']);
      const after = emulator.store.invoices.retrieve(id);
      expect(after.status).toBe('not_paid');
      expect(after.linked_payments.length).toBe(payments + 1);
      expect(after.linked_payments.at(-1)?.txn_status).toBe('failure');
      expect(types()).toContain('payment_failed');
      expect(types()).not.toContain('payment_succeeded');
    });

    it('are not paid without a card, or with another customer’s card', async () => {
      const { emulator, sdk, id, customer_id } = await unpaid();
      const [other] = emulator.store.paymentSources.forCustomer('juniper-bakery');
      const foreign = sdk.invoice.collectPayment(id, { payment_source_id: other?.id ?? '' });
      expect((await rejection(foreign)).api_error_code).toBe('invalid_state_for_request');
      for (const source of emulator.store.paymentSources.forCustomer(customer_id)) {
        emulator.store.paymentSources.remove(source.id);
      }
      expect((await rejection(sdk.invoice.collectPayment(id))).api_error_code).toBe(
        'payment_method_not_present',
      );
    });
  });
});
