import { OutageLog } from './outage-log.js';

describe('the log of an outage of Redis', () => {
  let reasons: string[];
  let log: OutageLog;

  beforeEach(() => {
    reasons = [];
    const warn = (facts: object) => void reasons.push((facts as { reason: string }).reason);
    log = new OutageLog({ warn }, 'Redis is unavailable');
  });

  const closed = new Error('The connection was closed.');
  const systemError = (code: string) => Object.assign(new Error(`it failed: ${code}`), { code });
  const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });

  it('has one line for all errors that name no cause', () => {
    log.report(closed);
    log.report(systemError('ECONNREFUSED'));
    log.report(closed);
    expect(reasons).toEqual(['The connection was closed.']);
  });

  it('has a further line for each cause that Redis or TLS names', () => {
    log.report(closed);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      log.report(reply('WRONGPASS invalid username-password pair'));
      log.report(systemError('CERT_HAS_EXPIRED'));
      log.report(closed);
    }
    expect(reasons).toEqual([
      'The connection was closed.',
      'WRONGPASS invalid username-password pair',
      'it failed: CERT_HAS_EXPIRED',
    ]);
  });

  it('has no further line for a cause that Redis words differently for another command', () => {
    log.report(reply('OOM command not allowed, script: 1'));
    log.report(reply('OOM command not allowed, script: 2'));
    log.report(closed);
    expect(reasons).toEqual(['OOM command not allowed, script: 1']);
  });

  it('has the error of a node for a cluster', () => {
    const lastNodeError = reply('NOAUTH Authentication required.');
    log.report(closed);
    log.report(Object.assign(new Error('Failed to refresh.'), { lastNodeError }));
    expect(reasons[1]).toBe('Failed to refresh. NOAUTH Authentication required.');
  });

  it('begins again with the next outage', () => {
    expect(log.end()).toBeFalse();
    log.report(closed);
    expect(log.end()).toBeTrue();
    log.report(closed);
    expect(reasons.length).toBe(2);
  });
});
