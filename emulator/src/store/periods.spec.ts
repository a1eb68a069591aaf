import { addPeriods, monthly } from './periods.js';

const seconds = (day: string) => Date.parse(`${day}T12:00:00Z`) / 1000;
const after = (day: string, ...period: [number, Parameters<typeof addPeriods>[2]]) =>
  new Date(addPeriods(seconds(day), ...period) * 1000).toISOString().slice(0, 10);

describe('addPeriods', () => {
  it('adds days and weeks', () => {
    expect(after('2026-02-27', 2, 'day')).toBe('2026-03-01');
    expect(after('2026-12-30', 1, 'week')).toBe('2027-01-06');
  });

  it('ends on the last day of a month that is too short', () => {
    expect(after('2026-01-31', 1, 'month')).toBe('2026-02-28');
    expect(after('2026-10-31', 1, 'month')).toBe('2026-11-30');
    expect(after('2028-02-29', 1, 'year')).toBe('2029-02-28');
  });

  it('goes over the end of a year', () => {
    expect(after('2026-11-23', 3, 'month')).toBe('2027-02-23');
  });

  it('keeps the time of the day', () => {
    expect(addPeriods(seconds('2026-01-31'), 1, 'month') % 86_400).toBe(43_200);
  });
});

describe('monthly', () => {
  it('is what an amount comes to in a month', () => {
    expect(monthly(12_000, 1, 'year')).toBe(1000);
    expect(monthly(3000, 3, 'month')).toBe(1000);
    expect(monthly(700, 1, 'week')).toBe(3000);
    expect(monthly(100, 1, 'day')).toBe(3000);
  });
});
