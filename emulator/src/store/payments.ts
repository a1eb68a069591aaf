import { randomId } from './ids.js';
import { isChargeable } from './payment-sources.js';
import type {
  Invoice,
  LinkedInvoice,
  LinkedPayment,
  PaymentSource,
  Transaction,
} from './resources.js';

/** A payment before it is linked to its invoice. */
export type Payment = Omit<Transaction, 'linked_invoices'>;

/** The invoice or subscription that is paid. */
type Payable = Pick<Invoice, 'customer_id' | 'subscription_id' | 'currency_code'>;

/** Creates a payment by card. It fails if the card has expired at that time. */
export function createPayment(
  { customer_id, subscription_id, currency_code }: Payable,
  source: PaymentSource,
  amount: number,
  at: number,
  initiator_type: Transaction['initiator_type'] = 'merchant',
): Payment {
  const succeeded = isChargeable(at, source.card);
  return {
    id: randomId(16, 'txn_'),
    object: 'transaction',
    created_at: at,
    customer_id,
    ...(subscription_id === undefined ? {} : { subscription_id }),
    gateway_account_id: source.gateway_account_id,
    payment_source_id: source.id,
    payment_method: 'card',
    gateway: 'chargebee',
    type: 'payment',
    date: at,
    currency_code,
    amount,
    amount_unused: 0,
    id_at_gateway: randomId(16, 'cb_'),
    status: succeeded ? 'success' : 'failure',
    ...(succeeded ? {} : { error_code: 'expired_card', error_text: 'The card has expired.' }),
    initiator_type,
    three_d_secure: false,
    masked_card_number: source.card.masked_number,
    linked_refunds: [],
    deleted: false,
  };
}

/** Returns a payment as an invoice links it. A failed payment shows the attempted amount. */
export const toLinkedPayment = (payment: Payment, at: number): LinkedPayment => ({
  object: 'linked_payment',
  txn_id: payment.id,
  applied_amount: payment.amount,
  applied_at: at,
  txn_status: payment.status,
  txn_date: payment.date,
  txn_amount: payment.amount,
});

/** Returns an invoice as its payment links it. */
export const toLinkedInvoice = (invoice: Invoice, payment: Payment): LinkedInvoice => ({
  object: 'linked_invoice',
  invoice_id: invoice.id,
  applied_amount: payment.amount,
  applied_at: payment.date,
  invoice_date: invoice.date,
  invoice_total: invoice.total,
  invoice_status: invoice.status,
});
