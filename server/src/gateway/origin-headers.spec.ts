import { originHeaders } from './origin-headers.js';

describe('originHeaders', () => {
  for (const [given, sent] of [
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    // As Node has it of a connection over IPv4 to a server that listens at "::".
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    // As some proxies write it.
    ['192.0.2.1:54321', '192.0.2.1'],
    ['[2001:db8::1]:54321', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[::ffff:192.0.2.1]:54321', '192.0.2.1'],
    ['unknown', undefined],
    ['192.0.2.1:54321:1', undefined],
    ['192.0.2.256:80', undefined],
    ['[192.0.2.1', undefined],
    ['', undefined],
    [undefined, undefined],
  ] as const) {
    it(`have ${sent ?? 'no address'} for ${given === undefined ? 'none' : `"${given}"`}`, () => {
      expect(originHeaders({ ip: given })['chargebee-request-origin-ip']).toBe(sent);
    });
  }

  it('contains the characters of the device that a header allows', () => {
    const device = (text: string) =>
      originHeaders({ device: text })['chargebee-request-origin-device'];
    expect(device('Test/1.0 (ä)')).toBe('Test/1.0 ( )');
    expect(device('a\r\nx-injected: 1')).toBe('a x-injected: 1');
    expect(device('x'.repeat(300))?.length).toBe(250);
    expect(device('\u0007')).toBeUndefined();
  });
});
