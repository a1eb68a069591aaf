import { RedisClock } from './redis-clock.js';

describe('RedisClock', () => {
  const START = 1_800_000_000_000;
  let clock: RedisClock;

  beforeEach(() => {
    clock = new RedisClock();
    suspended = 0;
    set = 0;
  });

  /** For how long this process was suspended, and how far its wall clock was set. */
  let suspended: number;
  let set: number;

  /** An answer to a request that was sent at this moment, and took `roundTripMs` milliseconds to come. */
  const isSteady = (sentAt: number, redisNow: number, roundTripMs = 2) => {
    const moment = (at: number) => ({ monotonic: at - suspended, wall: START + at + set });
    return clock.isSteady(redisNow, moment(sentAt), moment(sentAt + roundTripMs));
  };

  it('is steady while both clocks run at the same rate, even with slow responses', () => {
    for (let at = 0; at < 600_000; at += 1000) {
      const roundTripMs = (at % 7000) + 1;
      expect(isSteady(at, START + at + roundTripMs / 2, roundTripMs)).toBeTrue();
    }
  });

  it('is steady while a clock drifts as much as NTP adjusts it', () => {
    for (let at = 0; at < 3_600_000; at += 1000) {
      expect(isSteady(at, START + at * 1.0005)).toBeTrue();
    }
  });

  it('is steady when a long time passes between two responses', () => {
    expect(isSteady(0, START)).toBeTrue();
    expect(isSteady(86_400_000, START + 86_400_000 + 5000)).toBeTrue();
  });

  for (const jump of [300, 60_000, -300, -3_600_000]) {
    it(`is not steady once it was set by ${jump} ms`, () => {
      expect(isSteady(0, START + 1)).toBeTrue();
      expect(isSteady(1000, START + 1001)).toBeTrue();
      expect(isSteady(2000, START + 2001 + jump)).toBeFalse();
      expect(isSteady(3000, START + 3001 + jump)).toBeFalse();
    });
  }

  it('is steady when this process is suspended repeatedly, for any time', () => {
    for (let at = 0, times = 0; at < 3_600_000; at += 1000 + suspended, times += 1) {
      suspended += (times % 10) * 60;
      expect(isSteady(at, START + at + 1))
        .withContext(`at ${at}`)
        .toBeTrue();
    }
  });

  it('is steady when this process is suspended while it waits for a response', () => {
    expect(isSteady(0, START + 1)).toBeTrue();
    const sent = { monotonic: 1000, wall: START + 1000 };
    const received = { monotonic: 1002, wall: START + 301_002 };
    expect(clock.isSteady(START + 1001, sent, received)).toBeTrue();
    expect(clock.isSteady(START + 301_002, { ...received }, { ...received })).toBeTrue();
  });

  it('is not steady after it was set while this process was suspended', () => {
    expect(isSteady(0, START + 1)).toBeTrue();
    suspended = 60_000;
    expect(isSteady(61_000, START + 61_001 + 400)).toBeFalse();
  });

  it('is not steady after it was set back together with the wall clock of this process', () => {
    expect(isSteady(0, START + 1)).toBeTrue();
    set = -60_000;
    expect(isSteady(1000, START + 1001 - 60_000)).toBeFalse();
  });

  it('is steady when only the wall clock of this process is set', () => {
    for (const [at, ahead] of [0, 3_600_000, -3_600_000, 300].entries()) {
      set = ahead;
      expect(isSteady(at * 1000, START + at * 1000 + 1)).toBeTrue();
    }
    // Also by the wall clock as it is now.
    suspended = 60_000;
    expect(isSteady(64_000, START + 64_001)).toBeTrue();
  });

  it('detects several small jumps when their sum is large enough', () => {
    const steady = [0, 100, 200, 300, 400].map((jumped, index) =>
      isSteady(index * 1000, START + index * 1000 + jumped),
    );
    expect(steady).toEqual([true, true, true, false, false]);
  });
});
