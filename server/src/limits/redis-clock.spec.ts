import { RedisClock } from './redis-clock.js';

describe('RedisClock', () => {
  const START = 1_800_000_000_000;
  let clock: RedisClock;

  beforeEach(() => {
    clock = new RedisClock();
  });

  /** An answer that was written `after` milliseconds after the request was sent, and took `took` to come. */
  const isSteady = (sentAt: number, redisNow: number, took = 2) =>
    clock.isSteady(redisNow, sentAt, sentAt + took);

  it('is steady while both clocks run alike, however slow the answers are', () => {
    for (let at = 0; at < 600_000; at += 1000) {
      const took = (at % 7000) + 1;
      expect(isSteady(at, START + at + took / 2, took)).toBeTrue();
    }
  });

  it('is steady while one drifts as much as NTP adjusts it', () => {
    for (let at = 0; at < 3_600_000; at += 1000) {
      expect(isSteady(at, START + at * 1.0005)).toBeTrue();
    }
  });

  it('is steady when a lot of time has passed between two answers', () => {
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

  it('notices several small jumps once they add up', () => {
    const steady = [0, 100, 200, 300, 400].map((jumped, index) =>
      isSteady(index * 1000, START + index * 1000 + jumped),
    );
    expect(steady).toEqual([true, true, true, false, false]);
  });
});
