import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createLogger, describeError } from './logger.js';

describe('the message of an error in the log', () => {
  for (const text of [
    'refused: Bearer HIDDEN',
    'redis://:HIDDEN@db failed',
    'GET https://idp.example/introspect?access_token=HIDDEN&x=1 failed',
    'https://acme.chargebeeportal.com/portal/v2/authenticate?token=HIDDEN',
    'https://acme.chargebee.com/portal/access/HIDDEN',
    'https://acme.chargebee.com/api/v2/portal_sessions/HIDDEN/logout',
    'no session for cookie session_id=HIDDEN; path=/',
    'headers: {"x-api-key": "HIDDEN", "accept": "*/*"}',
    'Cookie: theme=dark; sid=HIDDEN',
    'client_secret=HIDDEN, code 7',
    'a=b?my-token=HIDDEN',
    'invalid: sid-eyJHIDDEN.eyJHIDDEN.HIDDEN',
    '{"jwt":"eyJHIDDEN.eyJHIDDEN.HIDDEN"}',
  ]) {
    it(`does not contain the credential in “${text}”`, () => {
      const shown = JSON.stringify(describeError(new Error('x', { cause: new Error(text) })));
      expect(shown).toContain('[redacted]');
      expect(shown).not.toContain('HIDDEN');
    });
  }

  it('takes linear time for long words, which a caller may have sent', async () => {
    const words = ['token', 'cookie', 'eyJ', '-eyJ', 'a', '://', 'token=', 'bearer '];
    const program = `
      import { describeError } from ${JSON.stringify(new URL('logger.ts', import.meta.url).href)};
      for (const word of ${JSON.stringify(words)}) {
        describeError(new Error(word.repeat(100_000 / word.length)));
      }`;
    // In another process, which can be ended: with time that grows faster, it would run for minutes up to years.
    await expectAsync(
      promisify(execFile)(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '--eval', program],
        { timeout: 30_000 },
      ),
    ).toBeResolved();
  }, 40_000);

  it('keeps other text', () => {
    for (const text of [
      'portal_session: no such object',
      'POST https://acme.chargebee.com/api/v2/portal_sessions/portal_1/logout failed',
      'the token is expired',
      'connect ECONNREFUSED 127.0.0.1:6379',
      'it answered with status 500, a=1',
    ]) {
      expect(describeError(new Error(text))).toEqual(jasmine.objectContaining({ message: text }));
    }
  });
});

describe('a line of the log', () => {
  it('escapes control characters and line breaks of a caller, and parses to the same text', () => {
    const lines: string[] = [];
    const logger = createLogger('info', { write: (line) => void lines.push(line) });
    const userAgent = 'a\u001b[2J\u009b2J\u007f\u0085\u2028\u2029\u202e \\u0085 ä';
    logger.child({ origin: userAgent }).info({ userAgent }, 'm');
    const [line = ''] = lines;
    expect(line).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}\u202e]+\n$/u);
    expect(JSON.parse(line)).toEqual(
      jasmine.objectContaining({ origin: userAgent, userAgent, msg: 'm' }),
    );
  });
});
