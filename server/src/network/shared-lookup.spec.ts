import type { LookupFunction } from 'node:net';
import { createSharedLookup } from './shared-lookup.js';

describe('a shared look-up', () => {
  /** The look-ups that the system has received, with the callbacks by which a test answers them. */
  let systemLookups: { hostname: string; answer: Parameters<LookupFunction>[2] }[];
  let lookup: LookupFunction;
  let now: number;

  beforeEach(() => {
    systemLookups = [];
    now = 0;
    spyOn(performance, 'now').and.callFake(() => now);
    lookup = createSharedLookup((hostname, _options, answer) =>
      systemLookups.push({ hostname, answer }),
    );
  });

  const connect = (hostname = 'acme.chargebee.com', family = 0) => {
    const answer = jasmine.createSpy('answer');
    lookup(hostname, { family }, answer);
    return answer;
  };

  it('is shared by all connections to a host', () => {
    const answers = Array.from({ length: 50 }, () => connect());
    expect(systemLookups.length).toBe(1);
    systemLookups[0]?.answer(null, '192.0.2.1', 4);
    for (const answer of answers) expect(answer).toHaveBeenCalledOnceWith(null, '192.0.2.1', 4);
    connect();
    expect(systemLookups.length).toBe(2);
  });

  it('is not shared between hosts, nor between address families', () => {
    connect();
    connect('login.example.com');
    connect('acme.chargebee.com', 6);
    expect(systemLookups.map(({ hostname }) => hostname)).toEqual([
      'acme.chargebee.com',
      'login.example.com',
      'acme.chargebee.com',
    ]);
  });

  it('that hangs is joined only for a second by others, and is followed by at most one more', () => {
    const first = connect();
    now = 1500;
    const second = connect();
    expect(systemLookups.length).toBe(2);
    now = 60_000;
    const third = connect();
    expect(systemLookups.length).toBe(2);
    systemLookups[1]?.answer(null, '192.0.2.1', 4);
    for (const answer of [first, second, third]) expect(answer).toHaveBeenCalledTimes(1);
    connect();
    expect(systemLookups.length).toBe(3);
  });

  it('that fails ends no connection while another look-up is pending', () => {
    const error = Object.assign(new Error('unavailable'), { code: 'ENOTFOUND' });
    const first = connect();
    now = 1500;
    const second = connect();
    systemLookups[0]?.answer(error, '');
    expect(first).not.toHaveBeenCalled();
    systemLookups[1]?.answer(error, '');
    for (const answer of [first, second]) expect(answer.calls.argsFor(0)[0]).toBe(error);
  });
});
