import { invalidState, paymentRefused, wrongValue } from '../errors.js';
import type { StoreCore } from './core.js';
import { toLinkedInvoice, toLinkedPayment, createPayment } from './payments.js';
import type { Payment } from './payments.js';
import type { PaymentSources } from './payment-sources.js';
import type { Invoice, PaymentSource, Transaction } from './resources.js';

/** Options for collecting the amount due of an invoice. */
export interface CollectOptions {
  /** Defaults to the full amount due. */
  amount?: number | undefined;
  /** Defaults to the payment source of the subscription, otherwise of the customer. */
  payment_source_id?: string | undefined;
  initiator?: Transaction['initiator_type'];
}

export interface CollectedPayment {
  invoice: Invoice;
  transaction: Transaction;
}

interface Payer {
  customer_id: string;
  payment_source_id?: string | undefined;
}

/** Collects and records the payments of invoices. */
export class InvoicePayments {
  /** @param refreshDues Recalculates the amounts that a subscription owes. */
  constructor(
    private readonly core: StoreCore,
    private readonly paymentSources: PaymentSources,
    private readonly refreshDues: (subscriptionId: string) => void,
  ) {}

  /**
   * Charges the amount due to a card, as `POST /invoices/{id}/collect_payment` and the portal's "Pay now" do.
   * @throws ChargebeeError of type `payment` when there is no card or it is declined; the failed payment is still recorded
   */
  collect(
    invoice: Invoice,
    { amount, payment_source_id, initiator = 'merchant' }: CollectOptions = {},
  ): CollectedPayment {
    if (invoice.amount_due === 0) throw invalidState(`The invoice ${invoice.id} has nothing due.`);
    const toCollect = amount ?? invoice.amount_due;
    if (toCollect < 1 || toCollect > invoice.amount_due) {
      throw wrongValue('amount', `must be from 1 to ${invoice.amount_due}, which is due`);
    }
    const source = this.#requirePaymentSource(invoice, payment_source_id);
    const payment = createPayment(invoice, source, toCollect, this.core.clock.now(), initiator);
    const updated = this.#apply(invoice, payment);
    const transaction = this.recordPayment(payment, updated, source);
    this.core.events.record('invoice_updated', invoice.customer_id, invoice.id);
    if (payment.status === 'failure') throw paymentRefused(payment.error_text ?? '');
    return { invoice: updated, transaction };
  }

  #requirePaymentSource(invoice: Invoice, id: string | undefined): PaymentSource {
    if (id !== undefined) {
      const chosen = this.paymentSources.retrieve(id, 'payment_source_id');
      if (chosen.customer_id === invoice.customer_id) return chosen;
      throw invalidState(`The payment source ${id} is another customer's.`);
    }
    const subscription = this.core.tables.subscriptions.get(invoice.subscription_id ?? '');
    const source = this.paymentSourceFor({
      customer_id: invoice.customer_id,
      payment_source_id: subscription?.payment_source_id,
    });
    if (!source) {
      throw paymentRefused('There is no payment method.', 'payment_method_not_present');
    }
    return source;
  }

  /** Returns the payment source to charge: the one chosen for the subscription, otherwise the customer's primary one. */
  paymentSourceFor({ customer_id, payment_source_id }: Payer): PaymentSource | undefined {
    return payment_source_id
      ? this.core.tables.payment_sources.get(payment_source_id)
      : this.paymentSources.primaryOf(customer_id);
  }

  /** Applies a payment to its invoice and marks the invoice as paid when nothing is due any more. */
  #apply(invoice: Invoice, payment: Payment): Invoice {
    const { amount, status, date } = payment;
    const paid = status === 'success' ? amount : 0;
    const settled = paid === invoice.amount_due;
    const updated = this.core.tables.invoices.update(invoice.id, {
      linked_payments: [...invoice.linked_payments, toLinkedPayment(payment, date)],
      amount_paid: invoice.amount_paid + paid,
      amount_due: invoice.amount_due - paid,
      ...(settled ? { status: 'paid', paid_at: date } : {}),
      ...(status === 'failure' ? { status: 'not_paid' } : {}),
    });
    if (invoice.subscription_id !== undefined) this.refreshDues(invoice.subscription_id);
    return updated;
  }

  /** Stores an attempted payment as a transaction and records its event. */
  recordPayment(
    payment: Payment,
    invoice: Invoice,
    payment_source: PaymentSource | undefined,
  ): Transaction {
    const transaction = this.core.tables.transactions.insert({
      ...payment,
      linked_invoices: [toLinkedInvoice(invoice, payment)],
    });
    const type = transaction.status === 'success' ? 'payment_succeeded' : 'payment_failed';
    this.core.events.record(type, invoice.customer_id, transaction.id, {
      transaction,
      invoice,
      payment_source,
      subscription_id: invoice.subscription_id,
    });
    return transaction;
  }
}
