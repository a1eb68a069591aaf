import type { Catalogue } from './catalogue.js';
import type { Charge, Invoices } from './invoices.js';
import { addPeriods, dayOfMonth, periodStart } from './periods.js';
import type { Period } from './periods.js';
import type { Subscription } from './resources.js';

/** Whether it has ever been more than a trial or a plan for the future: nothing is billed before. */
export const isActivated = ({ activated_at }: Subscription): boolean => activated_at !== undefined;

type Billing = Pick<Subscription, 'billing_period' | 'billing_period_unit' | 'billing_day'>;

type Term = Required<
  Pick<Subscription, 'current_term_start' | 'current_term_end' | 'next_billing_at'>
> &
  Pick<Subscription, 'billing_day'>;

/** The attributes of a term that begins at a time, and from which the later ones are counted. */
export const firstTerm = (start: number, billing: Billing): Term =>
  term(start, { ...billing, billing_day: dayOfMonth(start) });

/** The attributes of the term after the current one, or of the later one in which a time lies. */
export function nextTerm(
  subscription: Billing & Pick<Subscription, 'current_term_end'>,
  time?: number,
): Term {
  const { current_term_end: from = 0, billing_day } = subscription;
  return term(periodStart(from, time ?? from, periodOf(subscription), billing_day), subscription);
}

/** When the term after the current one begins; not known of a paused one while nobody has said when it resumes. */
export function nextTermStart(subscription: Subscription): number | undefined {
  const { status, start_date, current_term_end, resume_date } = subscription;
  if (status === 'future') return start_date;
  if (status !== 'paused') return current_term_end;
  return resume_date === undefined ? undefined : Math.max(resume_date, current_term_end ?? 0);
}

function term(start: number, billing: Billing): Term {
  const { period, period_unit } = periodOf(billing);
  const billing_day = billing.billing_day ?? dayOfMonth(start);
  const end = addPeriods(start, period, period_unit, billing_day);
  return {
    current_term_start: start,
    current_term_end: end,
    next_billing_at: end,
    // Terms of days and weeks begin on another day of the month each.
    billing_day: period_unit === 'month' || period_unit === 'year' ? billing_day : undefined,
  };
}

const periodOf = ({ billing_period, billing_period_unit }: Billing): Period => ({
  period: billing_period,
  period_unit: billing_period_unit,
});

/** The attributes that follow from another end of the current term. */
export function termEndAt(subscription: Subscription, end: number): Partial<Subscription> {
  const { status, current_term_end, pause_date, resume_date } = subscription;
  const pausesAtEnd = pause_date !== undefined && pause_date === current_term_end;
  // A pause that would end before it begins is none any more.
  const pause =
    resume_date !== undefined && resume_date <= end
      ? { pause_date: undefined, resume_date: undefined }
      : { pause_date: end };
  return {
    current_term_end: end,
    ...(status === 'non_renewing'
      ? { cancelled_at: end, next_billing_at: undefined }
      : { next_billing_at: end }),
    ...(isActivated(subscription) ? {} : { trial_end: end }),
    ...(pausesAtEnd ? pause : {}),
  };
}

/** The charges for the current term. */
export function termCharges(subscription: Subscription, catalogue: Catalogue): Charge[] {
  const { current_term_start: from = 0, current_term_end: to = 0 } = subscription;
  return subscription.subscription_items.map((item) => ({
    description: catalogue.itemPrice(item.item_price_id).external_name,
    amount: item.amount,
    quantity: item.quantity,
    itemPriceId: item.item_price_id,
    type: item.item_type === 'plan' ? ('plan_item_price' as const) : ('addon_item_price' as const),
    from,
    to,
  }));
}

/** Bills the current term. */
export function billTerm(
  subscription: Subscription,
  catalogue: Catalogue,
  invoices: Invoices,
  at = subscription.current_term_start,
): void {
  invoices.bill(subscription, termCharges(subscription, catalogue), at);
}
