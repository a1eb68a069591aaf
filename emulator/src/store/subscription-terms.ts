import { wrongValue } from '../errors.js';
import type { Catalogue } from './catalogue.js';
import type { Charge, Invoices } from './invoices.js';
import { addPeriods, dayOfMonth, periodStart } from './periods.js';
import type { Period } from './periods.js';
import type { Invoice, Subscription } from './resources.js';

/** Returns whether the subscription has ever been active. Trials and future subscriptions are not billed. */
export const isActivated = ({ activated_at }: Subscription): boolean => activated_at !== undefined;

const MAX_CYCLES = 100;

type Billing = Pick<Subscription, 'billing_period' | 'billing_period_unit' | 'billing_day'>;

type Term = Required<
  Pick<Subscription, 'current_term_start' | 'current_term_end' | 'next_billing_at'>
> &
  Pick<Subscription, 'billing_day'>;

/** Returns the attributes of a first term that begins at `start`. Later terms are counted from there. */
export const firstTerm = (start: number, billing: Billing): Term =>
  term(start, { ...billing, billing_day: dayOfMonth(start) });

/**
 * Returns the initial attributes of a subscription: active, in trial, or starting in the future.
 * @throws ChargebeeError `param_wrong_value` when `start_date` is in the past or `trial_end` is not after it
 */
export function initialState(
  now: number,
  billing: Billing,
  {
    start_date = now,
    trial_end,
  }: { start_date?: number | undefined; trial_end?: number | undefined },
): Pick<Subscription, 'status'> & Partial<Subscription> {
  if (start_date < now) throw wrongValue('start_date', 'must not be in the past');
  if (trial_end !== undefined && trial_end <= start_date) {
    throw wrongValue('trial_end', 'must be after the start');
  }
  if (start_date > now) {
    if (trial_end !== undefined)
      throw wrongValue(
        'trial_end',
        'must be absent for a start in the future: the emulator only starts trials now',
      );
    return { status: 'future', start_date, next_billing_at: start_date };
  }
  const started = { start_date, started_at: now };
  if (trial_end === undefined) {
    return { status: 'active', ...started, activated_at: now, ...firstTerm(now, billing) };
  }
  return {
    ...started,
    status: 'in_trial',
    trial_start: now,
    trial_end,
    current_term_start: now,
    current_term_end: trial_end,
    next_billing_at: trial_end,
  };
}

/** Returns the attributes of the next term, or of the later term that contains `time`. */
export function nextTerm(
  subscription: Billing & Pick<Subscription, 'current_term_end'>,
  time?: number,
): Term {
  const { current_term_end: from = 0, billing_day } = subscription;
  return term(periodStart(from, time ?? from, periodOf(subscription), billing_day), subscription);
}

/** Returns the end of the given number of terms after the current one. @throws ChargebeeError `param_wrong_value` */
export function endOfCycles(
  { current_term_end: from = 0, billing_day, ...billing }: Subscription,
  cycles = 0,
): number {
  if (cycles < 1 || cycles > MAX_CYCLES) {
    throw wrongValue('skip_billing_cycles', `must be from 1 to ${MAX_CYCLES}`);
  }
  const { period, period_unit } = periodOf(billing);
  return addPeriods(from, period * cycles, period_unit, billing_day);
}

/** Returns the start of the next term, or undefined for a paused subscription without a resume date. */
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
    // Terms counted in days or weeks have no fixed day of the month.
    billing_day: period_unit === 'month' || period_unit === 'year' ? billing_day : undefined,
  };
}

const periodOf = ({ billing_period, billing_period_unit }: Billing): Period => ({
  period: billing_period,
  period_unit: billing_period_unit,
});

/** Returns the attributes that change when the end of the current term moves. */
export function termEndChanges(subscription: Subscription, end: number): Partial<Subscription> {
  const { status, current_term_end, pause_date, resume_date } = subscription;
  const pausesAtEnd = pause_date !== undefined && pause_date === current_term_end;
  // Drop a pause that would end before it begins.
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

/** Returns the charges for the current term. */
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

/**
 * Bills the current term.
 * @param at the date of the invoice; by default the start of the term
 */
export function billTerm(
  subscription: Subscription,
  catalogue: Catalogue,
  invoices: Invoices,
  at = subscription.current_term_start,
): Invoice {
  return invoices.bill(subscription, termCharges(subscription, catalogue), at);
}
