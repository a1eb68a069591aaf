import type { StoreCore } from './core.js';
import { randomId } from './ids.js';
import { isChargeable } from './payment-sources.js';
import type { PaymentSources } from './payment-sources.js';
import type { Invoice, LineItem, Subscription } from './resources.js';

/** A charge that goes onto an invoice. */
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

  constructor(
    private readonly core: StoreCore,
    private readonly paymentSources: PaymentSources,
  ) {}

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

  /** Bills charges, and takes the money from the subscription's or the customer's card when there is one that is valid then. */
  bill(
    subscription: Subscription,
    charges: readonly Charge[],
    at = this.core.clock.now(),
  ): Invoice {
    const customer = this.core.tables.customers.require(subscription.customer_id);
    const total = charges.reduce((sum, charge) => sum + charge.amount, 0);
    const credits = Math.min(total, customer.refundable_credits);
    const payer = subscription.payment_source_id
      ? this.core.tables.payment_sources.get(subscription.payment_source_id)
      : this.paymentSources.primaryOf(customer.id);
    const collected =
      total === credits ||
      (customer.auto_collection === 'on' && payer !== undefined && isChargeable(at, payer.card));
    const due = collected ? 0 : total - credits;
    const invoice = this.core.tables.invoices.insert({
      id: this.#nextNumber(),
      object: 'invoice',
      created_at: at,
      customer_id: customer.id,
      subscription_id: subscription.id,
      recurring: true,
      status: collected ? 'paid' : payer ? 'not_paid' : 'payment_due',
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
      ...(customer.billing_address ? { billing_address: customer.billing_address } : {}),
      deleted: false,
    });
    if (credits > 0) {
      this.core.tables.customers.update(customer.id, {
        refundable_credits: customer.refundable_credits - credits,
      });
    }
    this.refreshDues(subscription.id);
    this.core.events.record('invoice_generated', customer.id, invoice.id);
    return invoice;
  }

  /**
   * Gives an amount of the current term back: it is taken off what is still due for that term, and only the rest, which
   * has been paid, is credit for invoices to come.
   */
  credit({ id, customer_id }: Subscription, amount: number): void {
    const now = this.core.clock.now();
    const due = this.forSubscription(id).filter(
      (invoice) =>
        invoice.amount_due > 0 && invoice.line_items.some(({ date_to }) => date_to > now),
    );
    let rest = amount;
    for (const invoice of due) if (rest > 0) rest -= this.#adjust(invoice, rest);
    this.refreshDues(id);
    const { refundable_credits } = this.core.tables.customers.require(customer_id);
    this.core.tables.customers.update(customer_id, {
      refundable_credits: refundable_credits + rest,
    });
  }

  /** Counts again what a subscription owes. */
  refreshDues(subscriptionId: string): void {
    const unpaid = this.forSubscription(subscriptionId).filter((i) => i.amount_due > 0);
    this.core.tables.subscriptions.update(subscriptionId, {
      due_invoices_count: unpaid.length,
      total_dues: unpaid.length ? unpaid.reduce((sum, i) => sum + i.amount_due, 0) : undefined,
    });
  }

  /** Takes an amount off what is due, as far as that goes. Returns how much that was. */
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

  /** To be called when others have been put in place of the invoices that there were: numbers go on from theirs. */
  forgetNumber(): void {
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
