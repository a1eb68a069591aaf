import type { PeriodUnit } from './resources.js';

const DAY = 86_400;

/** Adds billing periods to a time in UTC seconds. A month that is too short ends on its last day. */
export function addPeriods(seconds: number, count: number, unit: PeriodUnit): number {
  if (unit === 'day') return seconds + count * DAY;
  if (unit === 'week') return seconds + count * 7 * DAY;
  const date = new Date(seconds * 1000);
  const months = unit === 'month' ? count : count * 12;
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return Math.floor(date.getTime() / 1000);
}

/** What an amount for a period comes to in a month; for `mrr`. */
export function monthly(amount: number, period: number, unit: PeriodUnit): number {
  const months = { day: 1 / 30, week: 7 / 30, month: 1, year: 12 }[unit] * period;
  return Math.round(amount / months);
}
