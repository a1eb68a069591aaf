import type { PeriodUnit } from './resources.js';

/** A billing period. */
export interface Period {
  period: number;
  period_unit: PeriodUnit;
}

const DAY = 86_400;

const DAYS = { day: 1, week: 7 };

/** The length of each unit in months. A month counts as 30 days for units of days. */
const MONTHS: Record<PeriodUnit, number> = { day: 1 / 30, week: 7 / 30, month: 1, year: 12 };

/** Returns the day of the month of a time in UTC seconds. */
export const dayOfMonth = (seconds: number): number => new Date(seconds * 1000).getUTCDate();

/**
 * Adds billing periods to a time in UTC seconds. Periods of months and years end on `day` of the month, or on its last day if the month
 * is shorter.
 */
export function addPeriods(
  seconds: number,
  count: number,
  unit: PeriodUnit,
  day = dayOfMonth(seconds),
): number {
  if (isCountedInDays(unit)) return seconds + count * DAYS[unit] * DAY;
  const date = new Date(seconds * 1000);
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + count * MONTHS[unit]);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return Math.floor(date.getTime() / 1000);
}

/** Returns the start of the period that contains `time`, for consecutive periods that start at `from`. */
export function periodStart(
  from: number,
  time: number,
  { period, period_unit: unit }: Period,
  day = dayOfMonth(from),
): number {
  const units = isCountedInDays(unit)
    ? (time - from) / (DAYS[unit] * DAY)
    : monthsBetween(from, time) / MONTHS[unit];
  const count = Math.floor(units / period) * period;
  const start = addPeriods(from, count, unit, day);
  // monthsBetween ignores days, so the last month may be incomplete.
  return start > time ? addPeriods(from, count - period, unit, day) : start;
}

/** Converts an amount per `of` into the amount per `to`. */
export const amountFor = (amount: number, of: Period, to: Period): number =>
  Math.round((amount * MONTHS[to.period_unit] * to.period) / (MONTHS[of.period_unit] * of.period));

/** Converts an amount per period into the amount per month, for `mrr`. */
export const monthly = (amount: number, period: number, period_unit: PeriodUnit): number =>
  amountFor(amount, { period, period_unit }, { period: 1, period_unit: 'month' });

const isCountedInDays = (unit: PeriodUnit): unit is keyof typeof DAYS => unit in DAYS;

/** Returns the number of calendar months between two times, ignoring the days. */
function monthsBetween(from: number, to: number): number {
  const [a, b] = [new Date(from * 1000), new Date(to * 1000)];
  return (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
}
