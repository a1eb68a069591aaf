import { Format } from './format.js';

describe('Format', () => {
  it('formats amounts in the locale', () => {
    expect(new Format('en').money(123456, 'USD')).toBe('$1,234.56');
    expect(new Format('de').money(123456, 'EUR')).toContain('1.234,56');
  });

  it('translates country names', () => {
    expect(new Format('de').country('NO')).toBe('Norwegen');
  });

  it('keeps invalid currency and country codes unchanged', () => {
    expect(new Format('en').money(123456, '12$')).toBe('12$ 1234.56');
    for (const code of ['12', 'zzz', 'a$', '']) expect(new Format('en').country(code)).toBe(code);
  });
});
