import type { StoreCore } from './core.js';
import { randomId } from './ids.js';
import { InvoicePayments } from './invoice-payments.js';
import type { CollectedPayment, CollectOptions } from './invoice-payments.js';
import { toLinkedPayment, createPayment } from './payments.js';
import type { PaymentSources } from './payment-sources.js';
import type { Invoice, LineItem, PaymentSource, Subscription } from './resources.js';

/** A charge that becomes a line item of an invoice. */
export interface Charge {
  description: string;
  amount: number;
  quantity?: number;
  from: number;
  to: number;
  itemPriceId?: string;
  type?: LineItem['entity_type'];
}

const DAY = 86_400;

export class Invoices {
  #lastNumber?: number;

  readonly #payments: InvoicePayments;

  constructor(
    private readonly core: StoreCore,
    paymentSources: PaymentSources,
  ) {
    this.#payments = new InvoicePayments(core, paymentSources, (id) => this.refreshDues(id));
  }

  /** @throws ChargebeeError `resource_not_found` */
  retrieve(id: string): Invoice {
    return this.core.tables.invoices.require(id);
  }

  list(matches?: (invoice: Invoice) => boolean): Invoice[] {
    return this.core.tables.invoices.list(matches);
  }

  forCustomer(customerId: string): Invoice[] {
    return this.list((invoice) => invoice.customer_id === customerId);
  }

  forSubscription(subscriptionId: string): Invoice[] {
    return this.core.tables.invoices.group(subscriptionId);
  }

  /**
   * Creates an invoice for charges and charges the subscription's or customer's card, if there is one. The payment fails if the card has
   * expired at that time.
   */
  bill(
    subscription: Subscription,
    charges: readonly Charge[],
    at = this.core.clock.now(),
  ): Invoice {
    const customer = this.core.tables.customers.require(subscription.customer_id);
    const total = charges.reduce((sum, charge) => sum + charge.amount, 0);
    const credits = Math.min(total, customer.refundable_credits);
    const source = this.#payments.paymentSourceFor(subscription);
    const toCollect = total - credits;
    const isAutomatic = (subscription.auto_collection ?? customer.auto_collection) === 'on';
    const payment =
      toCollect > 0 && isAutomatic && source
        ? createPayment(
            { ...subscription, subscription_id: subscription.id },
            source,
            toCollect,
            at,
          )
        : undefined;
    const collected = toCollect === 0 || payment?.status === 'success';
    const due = collected ? 0 : toCollect;
    const invoice = this.core.tables.invoices.insert({
      id: this.#nextNumber(),
      object: 'invoice',
      created_at: at,
      customer_id: customer.id,
      subscription_id: subscription.id,
      recurring: true,
      status: collected ? 'paid' : source ? 'not_paid' : 'payment_due',
      price_type: 'tax_exclusive',
      date: at,
      due_date: at + customer.net_term_days * DAY,
      ...(collected ? { paid_at: at } : {}),
      net_term_days: customer.net_term_days,
      currency_code: subscription.currency_code,
      sub_total: total,
      tax: 0,
      total,
      amount_paid: total - credits - due,
      amount_due: due,
      amount_adjusted: 0,
      write_off_amount: 0,
      credits_applied: credits,
      first_invoice: this.forSubscription(subscription.id).length === 0,
      term_finalized: true,
      is_gifted: false,
      line_items: charges.map((charge) => toLineItem(charge, subscription.id)),
      linked_payments: payment ? [toLinkedPayment(payment, at)] : [],
      ...(customer.billing_address ? { billing_address: customer.billing_address } : {}),
      deleted: false,
    });
    if (credits > 0) this.#changeCredits(customer.id, -credits);
    this.refreshDues(subscription.id);
    this.core.events.record('invoice_generated', customer.id, invoice.id);
    if (payment) this.#payments.recordPayment(payment, invoice, source);
    return invoice;
  }

  /** Returns the payment source that a subscription is charged to. */
  paymentSourceFor(subscription: Subscription): PaymentSource | undefined {
    return this.#payments.paymentSourceFor(subscription);
  }

  /** @throws ChargebeeError See `InvoicePayments.collect`. */
  collectPayment(id: string, options?: CollectOptions): CollectedPayment {
    return this.#payments.collect(this.retrieve(id), options);
  }

  /**
   * Credits an amount for the rest of the current term. It first reduces what is still due for that term; the remainder, which has been
   * paid already, becomes credit for later invoices.
   */
  credit({ id, customer_id }: Subscription, amount: number): void {
    const now = this.core.clock.now();
    const due = this.forSubscription(id).filter(
      (invoice) =>
        invoice.amount_due > 0 && invoice.line_items.some(({ date_to }) => date_to > now),
    );
    let remaining = amount;
    for (const invoice of due) if (remaining > 0) remaining -= this.#adjust(invoice, remaining);
    this.refreshDues(id);
    this.#changeCredits(customer_id, remaining);
  }

  #changeCredits(customerId: string, change: number): void {
    const { refundable_credits } = this.core.tables.customers.require(customerId);
    this.core.tables.customers.update(customerId, {
      refundable_credits: refundable_credits + change,
    });
  }

  /** Recalculates the amounts that a subscription owes. */
  refreshDues(subscriptionId: string): void {
    const unpaid = this.forSubscription(subscriptionId).filter((i) => i.amount_due > 0);
    this.core.tables.subscriptions.update(subscriptionId, {
      due_invoices_count: unpaid.length,
      total_dues: unpaid.length ? unpaid.reduce((sum, i) => sum + i.amount_due, 0) : undefined,
    });
  }

  /** Reduces the amount due by at most `amount`. Returns the actual reduction. */
  #adjust(invoice: Invoice, amount: number): number {
    const adjusted = Math.min(amount, invoice.amount_due);
    const settled = adjusted === invoice.amount_due;
    this.core.tables.invoices.update(invoice.id, {
      amount_adjusted: invoice.amount_adjusted + adjusted,
      amount_due: invoice.amount_due - adjusted,
      ...(settled ? { status: 'paid', paid_at: this.core.clock.now() } : {}),
    });
    this.core.events.record('invoice_updated', invoice.customer_id, invoice.id);
    return adjusted;
  }

  /** Restarts the invoice numbers after the highest existing one. Call it when the invoices have been replaced. */
  resetNumbering(): void {
    this.#lastNumber = undefined;
  }

  #nextNumber(): string {
    this.#lastNumber = (this.#lastNumber ?? this.#highestNumber()) + 1;
    return `INV-${String(this.#lastNumber).padStart(4, '0')}`;
  }

  #highestNumber(): number {
    return this.core.tables.invoices
      .dump()
      .reduce((highest, { id }) => Math.max(highest, Number(/^INV-(\d+)$/.exec(id)?.[1] ?? 0)), 0);
  }
}

function toLineItem(charge: Charge, subscriptionId: string): LineItem {
  const quantity = charge.quantity ?? 1;
  return {
    object: 'line_item',
    id: randomId(16, 'li_'),
    subscription_id: subscriptionId,
    date_from: charge.from,
    date_to: charge.to,
    unit_amount: Math.round(charge.amount / quantity),
    quantity,
    amount: charge.amount,
    description: charge.description,
    entity_type: charge.type ?? 'plan_item_price',
    ...(charge.itemPriceId ? { entity_id: charge.itemPriceId } : {}),
    is_taxed: false,
    tax_amount: 0,
  };
}
