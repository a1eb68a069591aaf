import { Format } from './format.js';

describe('a format', () => {
  it('writes amounts in the reader’s way', () => {
    expect(new Format('en').money(123456, 'USD')).toBe('$1,234.56');
    expect(new Format('de').money(123456, 'EUR')).toContain('1.234,56');
  });

  it('names countries in the reader’s language', () => {
    expect(new Format('de').country('NO')).toBe('Norwegen');
  });

  it('leaves a currency and a country that cannot be as they are', () => {
    expect(new Format('en').money(123456, '12$')).toBe('12$ 1234.56');
    for (const code of ['12', 'zzz', 'a$', '']) expect(new Format('en').country(code)).toBe(code);
  });
});
