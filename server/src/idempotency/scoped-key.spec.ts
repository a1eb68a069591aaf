import { createKeyScope } from './scoped-key.js';

describe('createKeyScope', () => {
  const scope = createKeyScope('test_key');
  const input = {
    userId: 'user-1',
    customerId: 'juniper-bakery',
    operation: 'createPortalSession',
    key: 'key-1',
  };

  it('returns the same key for the same scope, in every instance', () => {
    expect(createKeyScope('test_key')(input)).toBe(scope(input));
  });

  it('returns a key that Chargebee accepts, and that contains nothing of the scope', () => {
    const key = scope({ ...input, key: 'k'.repeat(1000) });
    expect(key).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  for (const other of [
    { userId: 'user-2' },
    { customerId: 'harbor-cycles' },
    { operation: 'createManagePaymentSourcesPage' },
    { key: 'key-2' },
    { userId: 'user-1"', customerId: '"juniper-bakery' },
  ]) {
    it(`returns another key for ${JSON.stringify(other)}`, () => {
      expect(scope({ ...input, ...other })).not.toBe(scope(input));
    });
  }

  it('returns another key with another secret', () => {
    expect(createKeyScope('another_key')(input)).not.toBe(scope(input));
  });
});
