import { createKeyScoper } from './scoped-key.js';

describe('createKeyScoper', () => {
  const scopeKey = createKeyScoper('test_key');
  const input = {
    userKey: 'user-1',
    customerId: 'juniper-bakery',
    operation: 'createPortalSession',
    key: 'key-1',
  };

  it('returns the same key for the same scope, in every instance', () => {
    expect(createKeyScoper('test_key')(input)).toBe(scopeKey(input));
  });

  it('returns a key that Chargebee accepts, and that contains nothing of the scope', () => {
    const key = scopeKey({ ...input, key: 'k'.repeat(1000) });
    expect(key).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  for (const other of [
    { userKey: 'user-2' },
    { customerId: 'harbor-cycles' },
    { operation: 'createManagePaymentSourcesPage' },
    { key: 'key-2' },
  ]) {
    it(`returns another key for ${JSON.stringify(other)}`, () => {
      expect(scopeKey({ ...input, ...other })).not.toBe(scopeKey(input));
    });
  }

  for (const [one, other] of [
    [
      { userKey: 'ab', customerId: 'c' },
      { userKey: 'a', customerId: 'bc' },
    ],
    [
      { userKey: 'a","b', customerId: 'c' },
      { userKey: 'a', customerId: 'b","c' },
    ],
  ]) {
    it(`returns different keys for ${JSON.stringify(one)} and ${JSON.stringify(other)}`, () => {
      expect(scopeKey({ ...input, ...one })).not.toBe(scopeKey({ ...input, ...other }));
    });
  }

  it('returns another key with another secret', () => {
    expect(createKeyScoper('another_key')(input)).not.toBe(scopeKey(input));
  });
});
