import { MAX_PAUSE_SECONDS, parseRetryAfter } from './retry-after.js';

describe('parseRetryAfter', () => {
  const now = Date.parse('Mon, 23 Nov 2026 12:00:00 GMT');

  for (const [header, seconds] of [
    ['17', 17],
    [' 17 ', 17],
    ['0', 1],
    ['86400', MAX_PAUSE_SECONDS],
    ['99999999999999999999', MAX_PAUSE_SECONDS],
    ['Mon, 23 Nov 2026 12:00:30 GMT', 30],
    ['Mon, 23 Nov 2026 11:00:00 GMT', 1],
    ['Tue, 24 Nov 2026 12:00:00 GMT', MAX_PAUSE_SECONDS],
    ['-5', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
    [['3', '4'], undefined],
  ] as const) {
    it(`reads ${JSON.stringify(header)} as ${String(seconds)}`, () => {
      expect(parseRetryAfter(header, now)).toBe(seconds);
    });
  }
});
