import { describeClaim, describeType, findClaim } from './claims.js';

describe('the value of a claim', () => {
  const claims = {
    plain: 1,
    'https://acme.example/app_metadata': { chargebee_id: 2, 'a.b': { c: 3 } },
    app_metadata: { chargebee_customer_id: 4, list: [{ id: 5 }], nothing: null },
    'app_metadata.exact': 6,
    'a.b': { c: 7 },
    a: { b: { c: 8, d: 9 } },
  };

  for (const [path, value] of [
    ['plain', 1],
    ['https://acme.example/app_metadata.chargebee_id', 2],
    ['https://acme.example/app_metadata.a.b.c', 3],
    ['app_metadata.chargebee_customer_id', 4],
    ['app_metadata.exact', 6],
    ['a.b.c', 7],
    ['a.b.d', undefined],
    ['app_metadata.nothing.x', undefined],
    ['missing', undefined],
    ['constructor', undefined],
    ['app_metadata.constructor.name', undefined],
    ['__proto__.x', undefined],
    ['.', undefined],
    ['', undefined],
  ] as const) {
    it(`returns ${String(value)} for ${JSON.stringify(path)}`, () => {
      expect(findClaim(claims, path)).toEqual(
        jasmine.objectContaining({ value, isObstacle: false }),
      );
    });
  }
});

describe('the path of a claim', () => {
  const claims = {
    number: 1,
    text: '{"id":"acme"}',
    list: [{ id: 'acme' }],
    'https://acme.example/meta': { inner: 7 },
    empty: '',
    none: [],
    nothing: null,
  };

  for (const [path, claim] of [
    ['text.id', 'text'],
    ['list.id', 'list'],
    ['number.toString', 'number'],
    ['https://acme.example/meta.inner.id', 'https://acme.example/meta.inner'],
  ] as const) {
    it(`finds the claim that the path ${path} cannot go beyond`, () => {
      expect(findClaim(claims, path)).toEqual(
        jasmine.objectContaining({ claim, isObstacle: true }),
      );
    });
  }

  for (const path of ['empty.id', 'none.id', 'nothing.id', 'missing.id', 'text']) {
    it(`finds no such claim for ${path}`, () => {
      expect(findClaim(claims, path)).toEqual(
        jasmine.objectContaining({ claim: path, isObstacle: false }),
      );
    });
  }
});

describe('the description of a claim', () => {
  it('shows shortened strings and lists of strings, and only the type of other values', () => {
    expect(describeClaim('web')).toBe('"web"');
    expect(describeClaim(['web', 'ios'])).toBe('["web", "ios"]');
    expect(describeClaim(['web'])).toBe('["web"]');
    expect(describeClaim('x'.repeat(500)).length).toBeLessThan(110);
    expect(describeClaim({ id: 'secret' })).toBe('an object');
    expect(describeClaim([])).toBe('an empty list');
    expect(describeClaim(undefined)).toBe('nothing');
  });

  it('can be limited to the type', () => {
    expect(describeType('x'.repeat(51))).toBe('a string of 51 characters');
    expect(describeType(7)).toBe('a number');
    expect(describeType([{ id: 1 }, 'acme'])).toBe('a list of an object, a string of 4 characters');
    expect(describeType(null)).toBe('null');
    const nested = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as unknown;
    expect(describeType([nested, []])).toBe('a list of a list');
  });
});
