import type Chargebee from 'chargebee';
import type { Emulator } from '../src/index.js';
import { call, closeEmulatorsAfterEach, emulatorForSpec, rejection, sdkFor } from './support.js';

const GROWTH = { item_price_id: 'growth-USD-monthly' };
const SEATS = { item_price_id: 'extra-seat-USD-monthly', quantity: 3 };

describe('estimates', () => {
  closeEmulatorsAfterEach();

  let emulator: Emulator;
  let sdk: Chargebee;
  beforeEach(async () => {
    emulator = await emulatorForSpec();
    // The SDK's validation rejects lists of `subscription_items`.
    sdk = sdkFor(emulator, { enableValidation: false });
  });

  const amounts = ({ total = 0, credits_applied = 0, line_items = [] }: Partial<Amounts> = {}) => ({
    total,
    credits_applied,
    lines: line_items.map(({ amount, description, date_from, date_to }) => [
      amount,
      description,
      date_from,
      date_to,
    ]),
  });
  interface Amounts {
    total: number;
    credits_applied: number;
    line_items: { amount?: number; description: string; date_from: number; date_to: number }[];
  }
  const latestInvoice = (id: string) => emulator.store.invoices.forSubscription(id)[0];
  const credits = (id: string) => emulator.store.customers.retrieve(id).refundable_credits;

  describe('of a new subscription', () => {
    it('contain the invoice that creating it generates', async () => {
      const input = { subscription_items: [GROWTH, SEATS] };
      const now = emulator.clock.now();
      emulator.clock.set(now);
      const { estimate } = await sdk.estimate.createSubItemEstimate(input);
      emulator.clock.set(now);
      const { invoice, subscription } = await sdk.subscription.createWithItems(
        'atlas-freight',
        input,
      );
      expect(invoice?.total).toBe(7900 + 3 * 900);
      expect(amounts(estimate.invoice_estimate)).toEqual(amounts(invoice));
      expect(estimate.subscription_estimate).toEqual(
        jasmine.objectContaining({
          status: 'active',
          currency_code: 'USD',
          next_billing_at: subscription.next_billing_at,
        }),
      );
      expect(estimate.next_invoice_estimate).toBeUndefined();
    });

    it('are not paid: the total is due', async () => {
      const { estimate } = await sdk.estimate.createSubItemForCustomerEstimate('juniper-bakery', {
        subscription_items: [GROWTH],
      });
      expect(estimate.invoice_estimate).toEqual(
        jasmine.objectContaining({ amount_due: 7900, amount_paid: 0 }),
      );
    });

    it('of a trial contain only the invoice at its end', async () => {
      const trial_end = emulator.clock.now() + 10 * 86_400;
      const { estimate } = await sdk.estimate.createSubItemEstimate({
        subscription: { trial_end },
        subscription_items: [GROWTH],
      });
      expect(estimate.subscription_estimate?.status).toBe('in_trial');
      expect(estimate.invoice_estimate).toBeUndefined();
      expect(estimate.next_invoice_estimate?.line_items?.[0]?.date_from).toBe(trial_end);
      expect(estimate.next_invoice_estimate?.total).toBe(7900);
    });

    it('use the customer’s credits, unless `use_existing_balances` is false', async () => {
      emulator.store.tables.customers.update('atlas-freight', { refundable_credits: 1000 });
      const estimate = async (use_existing_balances?: boolean) =>
        (
          await sdk.estimate.createSubItemForCustomerEstimate('atlas-freight', {
            subscription_items: [GROWTH],
            ...(use_existing_balances === undefined ? {} : { use_existing_balances }),
          })
        ).estimate.invoice_estimate;
      expect(await estimate()).toEqual(
        jasmine.objectContaining({ credits_applied: 1000, amount_due: 6900 }),
      );
      expect(await estimate(false)).toEqual(
        jasmine.objectContaining({ credits_applied: 0, amount_due: 7900 }),
      );
      expect(credits('atlas-freight')).toBe(1000);
    });

    it('are rejected with the errors of creating the subscription', async () => {
      const noPlan = await rejection(
        sdk.estimate.createSubItemEstimate({ subscription_items: [SEATS] }),
      );
      expect([noPlan.api_error_code, noPlan.param]).toEqual([
        'param_wrong_value',
        'subscription_items[item_price_id]',
      ]);
      const unknown = await rejection(
        sdk.estimate.createSubItemEstimate({ subscription_items: [{ item_price_id: 'none' }] }),
      );
      expect(unknown.api_error_code).toBe('resource_not_found');
      const nobody = await rejection(
        sdk.estimate.createSubItemForCustomerEstimate('nobody', { subscription_items: [GROWTH] }),
      );
      expect(nobody.api_error_code).toBe('resource_not_found');
    });
  });

  describe('of a change', () => {
    for (const [what, id, item_price_id, quantity] of [
      ['a dearer plan', 'juniper-growth', 'scale-USD-monthly', 2],
      ['more of the plan', 'juniper-growth', 'growth-USD-monthly', 5],
      ['another billing period', 'juniper-growth', 'scale-USD-yearly', 1],
      ['a cheaper plan', 'juniper-growth', 'starter-USD-monthly', 1],
      ['a cheaper plan, with an unpaid invoice', 'quarry-starter', 'starter-USD-monthly', 1],
    ] as const) {
      it(`to ${what} contain the invoice and credits that the change generates`, async () => {
        if (id === 'quarry-starter') {
          emulator.store.subscriptions.changePlan(id, { item_price_id: 'scale-USD-monthly' });
        }
        const change = { subscription_items: [{ item_price_id, quantity }] };
        // Stop the clock, because proration depends on the time.
        const now = emulator.clock.now();
        emulator.clock.set(now);
        const { estimate } = await sdk.estimate.updateSubscriptionForItems({
          subscription: { id },
          ...change,
        });
        const { customer_id } = emulator.store.subscriptions.retrieve(id);
        const [creditsBefore, invoicesBefore] = [
          credits(customer_id),
          emulator.store.invoices.forSubscription(id),
        ];
        emulator.clock.set(now);
        const { invoice } = await sdk.subscription.updateForItems(id, change);
        expect(estimate.invoice_estimate === undefined).toBe(invoice === undefined);
        expect(amounts(estimate.invoice_estimate)).toEqual(amounts(invoice));

        const byType = (type: string) =>
          (estimate.credit_note_estimates ?? [])
            .filter((note) => note.type === type)
            .reduce((sum, { total }) => sum + total, 0);
        const used = invoice?.credits_applied ?? 0;
        expect(byType('refundable')).toBe(credits(customer_id) + used - creditsBefore);
        const adjusted = invoicesBefore.map(
          (old) => emulator.store.invoices.retrieve(old.id).amount_adjusted - old.amount_adjusted,
        );
        expect(byType('adjustment')).toBe(adjusted.reduce((sum, one) => sum + one, 0));
      });
    }

    it('credit the difference for the rest of the term when the new plan is cheaper', async () => {
      const { estimate } = await sdk.estimate.updateSubscriptionForItems({
        subscription: { id: 'juniper-growth' },
        subscription_items: [{ item_price_id: 'starter-USD-monthly' }],
      });
      expect(estimate.invoice_estimate).toBeUndefined();
      const [note] = estimate.credit_note_estimates ?? [];
      expect(note?.total).toBeGreaterThan(0);
      expect(note).toEqual(
        jasmine.objectContaining({
          type: 'refundable',
          reference_invoice_id: latestInvoice('juniper-growth')?.id,
          amount_allocated: 0,
          amount_available: note?.total,
        }),
      );
      expect(estimate.next_invoice_estimate?.credits_applied).toBe(note?.total);
    });

    it('at the end of the term contain the invoice of the next term', async () => {
      for (const option of [{ end_of_term: true }, { change_option: 'end_of_term' as const }]) {
        const { estimate } = await sdk.estimate.updateSubscriptionForItems({
          subscription: { id: 'juniper-growth' },
          subscription_items: [{ item_price_id: 'scale-USD-monthly' }],
          replace_items_list: true,
          ...option,
        });
        expect(estimate.invoice_estimate).toBeUndefined();
        expect(estimate.next_invoice_estimate?.total).toBe(19_900);
      }
    });

    it('change nothing', async () => {
      const before = JSON.stringify(emulator.store.snapshot());
      const observed: string[] = [];
      emulator.store.onWrite(({ table }) => observed.push(table));
      emulator.store.events.subscribe(({ type }) => observed.push(type));
      for (const item_price_id of ['scale-USD-yearly', 'starter-USD-monthly']) {
        await sdk.estimate.updateSubscriptionForItems({
          subscription: { id: 'juniper-growth' },
          subscription_items: [{ item_price_id }],
        });
      }
      await sdk.estimate.createSubItemEstimate({ subscription_items: [GROWTH] });
      await sdk.estimate.upcomingInvoicesEstimate('delta-robotics');
      expect(JSON.stringify(emulator.store.snapshot())).toBe(before);
      expect(observed).toEqual([]);
    });

    it('change nothing when the operation fails after its first writes', () => {
      const before = JSON.stringify(emulator.store.snapshot());
      expect(() =>
        emulator.store.rehearse(() => {
          emulator.store.customers.create({ id: 'half-way' });
          emulator.store.customers.remove('juniper-bakery');
          throw new Error('half-way');
        }),
      ).toThrowError('half-way');
      expect(JSON.stringify(emulator.store.snapshot())).toBe(before);
    });

    it('use no invoice number', async () => {
      await sdk.estimate.createSubItemEstimate({ subscription_items: [GROWTH] });
      const numbers = emulator.store.invoices.list().map(({ id }) => Number(id.slice(4)));
      const { invoice } = await sdk.subscription.createWithItems('juniper-bakery', {
        subscription_items: [GROWTH],
      });
      expect(Number(invoice?.id.slice(4))).toBe(Math.max(...numbers) + 1);
    });

    it('are rejected with the errors of the change', async () => {
      const cancelled = await rejection(
        sdk.estimate.updateSubscriptionForItems({
          subscription: { id: 'cedar-growth' },
          subscription_items: [{ item_price_id: 'scale-USD-monthly' }],
        }),
      );
      expect(cancelled.api_error_code).toBe('invalid_state_for_request');
      const none = await call(emulator, 'POST', '/estimates/update_subscription_for_items', '');
      expect(((await none.json()) as { param: string }).param).toBe('subscription[id]');
    });
  });

  describe('of a renewal', () => {
    it('contain the invoice that the renewal generates', async () => {
      const { estimate } = await sdk.estimate.renewalEstimate('juniper-growth');
      const { next_billing_at = 0 } = emulator.store.subscriptions.retrieve('juniper-growth');
      emulator.clock.set(next_billing_at + 1);
      const invoice = latestInvoice('juniper-growth');
      expect(invoice?.date).toBe(next_billing_at);
      expect(amounts(estimate.invoice_estimate)).toEqual(amounts(invoice));
      expect(estimate.subscription_estimate?.id).toBe('juniper-growth');
    });

    it('include the scheduled change, unless `ignore_scheduled_changes` is true', async () => {
      const total = async (input = {}) =>
        (await sdk.estimate.renewalEstimate('delta-growth', input)).estimate.invoice_estimate
          ?.total;
      expect(await total()).toBe(19_900);
      expect(await total({ ignore_scheduled_changes: true })).toBe(7900);
    });

    it('are rejected for a subscription that will be cancelled, unless `ignore_scheduled_cancellation` is true', async () => {
      for (const id of ['orchid-scale', 'cedar-growth']) {
        const error = await rejection(sdk.estimate.renewalEstimate(id));
        expect(error.api_error_code).withContext(id).toBe('invalid_state_for_request');
      }
      const { estimate } = await sdk.estimate.renewalEstimate('orchid-scale', {
        ignore_scheduled_cancellation: true,
      });
      expect(estimate.invoice_estimate?.total).toBe(3 * 199_000);
    });
  });

  it('of upcoming invoices contain one per subscription that is billed again', async () => {
    const { estimate } = await sdk.estimate.upcomingInvoicesEstimate('delta-robotics');
    expect(estimate.invoice_estimates?.map(({ total }) => total).sort()).toEqual([19_900, 2900]);
    const harbor = await sdk.estimate.upcomingInvoicesEstimate('harbor-cycles');
    expect(harbor.estimate.invoice_estimates?.map(({ total }) => total)).toEqual([29_000]);
    const nobody = await rejection(sdk.estimate.upcomingInvoicesEstimate('nobody'));
    expect(nobody.api_error_code).toBe('resource_not_found');
  });
});
