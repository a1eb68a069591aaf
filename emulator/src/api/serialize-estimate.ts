import type { Estimate, EstimatedCredit } from '../store/estimates.js';
import type { Invoice, Subscription } from '../store/resources.js';

// Estimates as Chargebee's API returns them.

export const serializeEstimate = (
  now: number,
  { subscription, invoice, next_invoice, credits }: Estimate,
) => ({
  estimate: {
    created_at: now,
    object: 'estimate' as const,
    subscription_estimate: subscriptionEstimate(subscription),
    ...(invoice ? { invoice_estimate: invoiceEstimate(invoice) } : {}),
    ...(next_invoice ? { next_invoice_estimate: invoiceEstimate(next_invoice) } : {}),
    ...(credits.length > 0 ? { credit_note_estimates: credits.map(creditNoteEstimate) } : {}),
  },
});

export const serializeInvoiceEstimates = (now: number, invoices: readonly Invoice[]) => ({
  estimate: {
    created_at: now,
    object: 'estimate' as const,
    invoice_estimates: invoices.map(invoiceEstimate),
  },
});

const subscriptionEstimate = ({
  id,
  status,
  currency_code,
  next_billing_at,
  pause_date,
  resume_date,
  shipping_address,
}: Subscription) => ({
  id,
  status,
  currency_code,
  ...(next_billing_at === undefined ? {} : { next_billing_at }),
  ...(pause_date === undefined ? {} : { pause_date }),
  ...(resume_date === undefined ? {} : { resume_date }),
  ...(shipping_address ? { shipping_address } : {}),
  object: 'subscription_estimate' as const,
});

const NO_TAXES_OR_DISCOUNTS = {
  line_item_discounts: [],
  line_item_taxes: [],
  discounts: [],
  taxes: [],
  round_off_amount: 0,
};

/** An estimated invoice is not paid, so the amount that would be charged to the card is due. */
const invoiceEstimate = ({ total, credits_applied, ...invoice }: Invoice) => ({
  recurring: invoice.recurring,
  price_type: invoice.price_type,
  currency_code: invoice.currency_code,
  sub_total: invoice.sub_total,
  total,
  credits_applied,
  amount_paid: 0,
  amount_due: total - credits_applied,
  line_items: invoice.line_items.map((item) => ({ ...item, customer_id: invoice.customer_id })),
  ...NO_TAXES_OR_DISCOUNTS,
  customer_id: invoice.customer_id,
  object: 'invoice_estimate' as const,
});

const creditNoteEstimate = ({ type, invoice, amount, allocated }: EstimatedCredit) => ({
  reference_invoice_id: invoice.id,
  type,
  price_type: invoice.price_type,
  currency_code: invoice.currency_code,
  sub_total: amount,
  total: amount,
  amount_allocated: allocated,
  amount_available: amount - allocated,
  line_items: [],
  ...NO_TAXES_OR_DISCOUNTS,
  customer_id: invoice.customer_id,
  object: 'credit_note_estimate' as const,
});
