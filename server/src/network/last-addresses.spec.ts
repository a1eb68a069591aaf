import type { LookupFunction } from 'node:net';
import { withLastAddresses } from './last-addresses.js';

describe('a look-up that falls back to the last addresses', () => {
  /** The look-ups that the system has received. A test answers them by these callbacks. */
  let systemLookups: Parameters<LookupFunction>[2][];
  let lookup: LookupFunction;
  let now: number;

  beforeEach(() => {
    jasmine.clock().install();
    systemLookups = [];
    now = 0;
    spyOn(performance, 'now').and.callFake(() => now);
    lookup = withLastAddresses((_hostname, _options, answer) => systemLookups.push(answer));
  });

  afterEach(() => jasmine.clock().uninstall());

  const connect = (hostname = 'acme.chargebee.com', family = 0) => {
    const answer = jasmine.createSpy('answer');
    lookup(hostname, { family }, answer);
    return answer;
  };
  const pass = (milliseconds: number) => {
    now += milliseconds;
    jasmine.clock().tick(milliseconds);
  };
  const failure = (code: string) => Object.assign(new Error('unavailable'), { code });

  it('answers with the addresses that the system finds', () => {
    const first = connect();
    systemLookups[0]?.(null, '192.0.2.1', 4);
    expect(first).toHaveBeenCalledOnceWith(null, '192.0.2.1', 4);
    const second = connect();
    systemLookups[1]?.(null, '192.0.2.2', 4);
    expect(second).toHaveBeenCalledOnceWith(null, '192.0.2.2', 4);
    pass(5000);
    expect(second).toHaveBeenCalledTimes(1);
  });

  it('answers with the last addresses when it takes longer than a second', () => {
    connect();
    systemLookups[0]?.(null, '192.0.2.1', 4);
    const second = connect();
    pass(999);
    expect(second).not.toHaveBeenCalled();
    pass(1);
    expect(second).toHaveBeenCalledOnceWith(null, '192.0.2.1', 4);
    systemLookups[1]?.(null, '192.0.2.2', 4);
    expect(second).toHaveBeenCalledTimes(1);
    const third = connect();
    pass(1000);
    expect(third).toHaveBeenCalledOnceWith(null, '192.0.2.2', 4);
  });

  it('answers with them when the name server fails, but not when the name is unknown', () => {
    connect();
    systemLookups[0]?.(null, '192.0.2.1', 4);
    const second = connect();
    systemLookups[1]?.(failure('EAI_AGAIN'), '');
    expect(second).toHaveBeenCalledOnceWith(null, '192.0.2.1', 4);
    const third = connect();
    const unknown = failure('ENOTFOUND');
    systemLookups[2]?.(unknown, '');
    expect(third.calls.argsFor(0)[0]).toBe(unknown);
  });

  it('uses no addresses of another host or family, nor any that are older than an hour', () => {
    connect();
    systemLookups[0]?.(null, '192.0.2.1', 4);
    const others = [connect('login.example.com'), connect('acme.chargebee.com', 6)];
    now = 60 * 60_000;
    const late = connect();
    pass(5000);
    for (const answer of [...others, late]) expect(answer).not.toHaveBeenCalled();
    systemLookups[3]?.(failure('EAI_AGAIN'), '');
    expect(late.calls.argsFor(0)[0]).toEqual(jasmine.objectContaining({ code: 'EAI_AGAIN' }));
  });
});
