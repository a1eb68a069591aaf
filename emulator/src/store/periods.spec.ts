import { addPeriods, amountFor, monthly, periodStart } from './periods.js';
import type { PeriodUnit } from './resources.js';

/** Returns noon of a day in UTC seconds. */
const seconds = (day: string) => Date.parse(`${day}T12:00:00Z`) / 1000;
const dayOf = (time: number) => new Date(time * 1000).toISOString().slice(0, 10);
const after = (start: string, count: number, unit: PeriodUnit, preferredDay?: number) =>
  dayOf(addPeriods(seconds(start), count, unit, preferredDay));

describe('addPeriods', () => {
  it('adds days and weeks', () => {
    expect(after('2026-02-27', 2, 'day')).toBe('2026-03-01');
    expect(after('2026-12-30', 1, 'week')).toBe('2027-01-06');
  });

  it('ends on the last day of a shorter month', () => {
    expect(after('2026-01-31', 1, 'month')).toBe('2026-02-28');
    expect(after('2026-10-31', 1, 'month')).toBe('2026-11-30');
    expect(after('2028-02-29', 1, 'year')).toBe('2029-02-28');
  });

  it('returns to the given day after a shorter month', () => {
    expect(after('2026-02-28', 1, 'month', 31)).toBe('2026-03-31');
    expect(after('2029-02-28', 3, 'year', 29)).toBe('2032-02-29');
  });

  it('crosses the end of a year', () => {
    expect(after('2026-11-23', 3, 'month')).toBe('2027-02-23');
  });

  it('keeps the time of the day', () => {
    for (const unit of ['day', 'week', 'month', 'year'] as const) {
      expect(addPeriods(seconds('2026-01-31'), 1, unit) % 86_400).toBe(43_200);
    }
  });
});

describe('periodStart', () => {
  const start = (from: string, time: string, period: number, unit: PeriodUnit, day?: number) =>
    dayOf(periodStart(seconds(from), seconds(time), { period, period_unit: unit }, day));

  it('is the last start that is not after the time', () => {
    expect(start('2026-01-10', '2026-01-10', 1, 'month')).toBe('2026-01-10');
    expect(start('2026-01-10', '2046-05-09', 1, 'month')).toBe('2046-04-10');
    expect(start('2026-01-10', '2046-05-10', 1, 'month')).toBe('2046-05-10');
    expect(start('2026-01-10', '2046-05-10', 3, 'month')).toBe('2046-04-10');
    expect(start('2026-01-10', '2046-01-09', 2, 'year')).toBe('2044-01-10');
    expect(start('2026-01-10', '2026-01-30', 1, 'week')).toBe('2026-01-24');
    expect(start('2026-01-10', '2026-01-30', 3, 'day')).toBe('2026-01-28');
  });

  it('is on the given day', () => {
    expect(start('2026-02-28', '2026-12-31', 1, 'month', 31)).toBe('2026-12-31');
    expect(start('2026-02-28', '2026-12-30', 1, 'month', 31)).toBe('2026-11-30');
  });
});

describe('amountFor', () => {
  it('converts an amount to another period', () => {
    const month = { period: 1, period_unit: 'month' } as const;
    expect(amountFor(900, month, { period: 1, period_unit: 'year' })).toBe(10_800);
    expect(amountFor(900, month, { period: 3, period_unit: 'month' })).toBe(2700);
    expect(amountFor(100, { period: 1, period_unit: 'day' }, month)).toBe(3000);
    expect(amountFor(1000, month, { period: 1, period_unit: 'week' })).toBe(233);
  });
});

describe('monthly', () => {
  it('converts an amount to a month', () => {
    expect(monthly(12_000, 1, 'year')).toBe(1000);
    expect(monthly(3000, 3, 'month')).toBe(1000);
    expect(monthly(700, 1, 'week')).toBe(3000);
    expect(monthly(100, 1, 'day')).toBe(3000);
  });
});
