import { createKeyScope } from './scoped-key.js';

describe('createKeyScope', () => {
  const scope = createKeyScope('test_key');
  const gesture = {
    userId: 'user-1',
    customerId: 'juniper-bakery',
    operation: 'createPortalSession',
    key: 'gesture-1',
  };

  it('gives the same key for the same gesture, in every instance', () => {
    expect(createKeyScope('test_key')(gesture)).toBe(scope(gesture));
  });

  it('gives a key that Chargebee takes, and that shows nothing of what it was made of', () => {
    const key = scope({ ...gesture, key: 'k'.repeat(1000) });
    expect(key).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  for (const other of [
    { userId: 'user-2' },
    { customerId: 'harbor-cycles' },
    { operation: 'createManagePaymentSourcesPage' },
    { key: 'gesture-2' },
    { userId: 'user-1"', customerId: '"juniper-bakery' },
  ]) {
    it(`gives another key for ${JSON.stringify(other)}`, () => {
      expect(scope({ ...gesture, ...other })).not.toBe(scope(gesture));
    });
  }

  it('cannot be worked out without the API key', () => {
    expect(createKeyScope('another_key')(gesture)).not.toBe(scope(gesture));
  });
});
