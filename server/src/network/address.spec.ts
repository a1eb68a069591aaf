import { addressOf } from './address.js';

describe('the address of a caller', () => {
  for (const [given, address] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:54321', '192.0.2.1'],
    ['[::ffff:192.0.2.1]:54321', '192.0.2.1'],
    ['[2001:db8::1]:54321', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%eth0]:54321', 'fe80::1'],
    ['192.0.2.256:80', '192.0.2.256:80'],
    ['unknown', 'unknown'],
    [undefined, undefined],
  ] as const) {
    it(`is ${address ?? 'unknown'} for ${given ?? 'a connection that was closed'}`, () => {
      expect(addressOf(given)).toBe(address);
    });
  }
});
