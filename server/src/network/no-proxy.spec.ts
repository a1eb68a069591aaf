import { isAddressEntry, matchesAddressEntry } from './no-proxy.js';

describe('NO_PROXY', () => {
  const HOSTS = ['10.1.2.3', '10.96.0.1', '192.168.7.7', '[fd00::b]', 'example.com'];

  for (const [noProxy, matched] of Object.entries({
    '10.0.0.0/8': ['10.1.2.3', '10.96.0.1'],
    '.svc, 10.96.0.1 ,192.168.0.0/16': ['10.96.0.1', '192.168.7.7'],
    '0.0.0.0/0': ['10.1.2.3', '192.168.7.7', '10.96.0.1'],
    'fd00::/8': ['[fd00::b]'],
    'fd00::b': ['[fd00::b]'],
    '[fd00::b]': ['[fd00::b]'],
    'fd00:0:0::b': ['[fd00::b]'],
    '10.0.0.0/33, 10.0.0.0/, 10.0.0.0/8/8, 10.*, http://10.1.2.3': [],
    'example.com': [],
    '*': [],
  })) {
    it(`"${noProxy}" matches ${matched.join(' and ') || 'no address'}`, () => {
      expect(HOSTS.filter((host) => matchesAddressEntry(host, noProxy)).sort()).toEqual(
        [...matched].sort(),
      );
    });
  }

  it('distinguishes addresses and ranges from other entries', () => {
    for (const entry of ['10.0.0.0/8', 'fd00::/8', '127.0.0.1', '[::1]']) {
      expect(isAddressEntry(entry)).withContext(entry).toBeTrue();
    }
    for (const entry of ['10.0.0.0/33', 'https://example.com', 'fd00::/129', '10/8', '']) {
      expect(isAddressEntry(entry)).withContext(entry).toBeFalse();
    }
  });
});
