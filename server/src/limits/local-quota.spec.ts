import { LATE_ARRIVAL, LocalQuota } from './local-quota.js';

const MINUTE = 60_000;

/** Numbers between 0 and 1 that are the same in every run. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** The most of these moments that any 60 seconds hold. */
function mostInAnyMinute(moments: number[]): number {
  const sorted = [...moments].sort((a, b) => a - b);
  let first = 0;
  return sorted.reduce((most, moment, index) => {
    while ((sorted[first] ?? 0) <= moment - MINUTE) {
      first += 1;
    }
    return Math.max(most, index - first + 1);
  }, 0);
}

describe('LocalQuota', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    it(`lets no minute of the upstream's see more calls than the limit, whenever they arrive (seed ${seed})`, () => {
      const random = pseudoRandom(seed);
      const limit = 20;
      const quota = new LocalQuota(limit, MINUTE);
      const arrivals: number[] = [];
      const ends: { call: number; at: number; cut: boolean }[] = [];
      let call = 0;
      for (let now = 0; now < 20 * MINUTE; now += random() * 600) {
        for (const end of ends.filter(({ at }) => at <= now)) {
          quota.end(end.call, end.cut ? 'cut' : 'answered', end.at);
          ends.splice(ends.indexOf(end), 1);
        }
        if (quota.check(limit, Infinity, 0, now).kind === 'free') {
          const took = random() * 9000;
          const cut = random() < 0.2;
          quota.begin(++call);
          ends.push({ call, at: now + took, cut });
          arrivals.push(now + random() * (cut ? took + LATE_ARRIVAL : took));
        }
      }
      expect(mostInAnyMinute(arrivals)).toBeLessThanOrEqual(limit);
      // And it does let calls through: in 20 minutes, most of what the limit allows.
      expect(arrivals.length).toBeGreaterThan(20 * limit * 0.8);
    });
  }

  it('says honestly when there is room again', () => {
    const quota = new LocalQuota(1, MINUTE);
    quota.begin(1);
    quota.end(1, 'answered', 1000);
    const verdict = quota.check(1, 1, 0, 31_000);
    expect(verdict).toEqual({ kind: 'spent', retryMs: 30_000 });
    expect(quota.check(1, 1, 0, 61_000)).toEqual({ kind: 'free' });
  });

  it('counts those who wait before', () => {
    const quota = new LocalQuota(3, MINUTE);
    expect(quota.check(3, 1, 2, 0).kind).toBe('free');
    expect(quota.check(3, 1, 3, 0).kind).toBe('spent');
  });

  it('does not count a call that was never sent', () => {
    const quota = new LocalQuota(1, MINUTE);
    quota.begin(1);
    quota.end(1, 'unsent', 10);
    expect(quota.used(10)).toBe(0);
  });

  it('is busy when every simultaneous place is taken', () => {
    const quota = new LocalQuota(10, MINUTE);
    quota.begin(1);
    expect(quota.check(10, 1, 0, 0)).toEqual({ kind: 'busy' });
    expect(quota.check(10, 2, 0, 0)).toEqual({ kind: 'free' });
  });

  it('pauses for the longest that was asked for', () => {
    const quota = new LocalQuota(10, MINUTE);
    quota.pause(5000, 0);
    quota.pause(1000, 0);
    expect(quota.check(10, 10, 0, 2000)).toEqual({ kind: 'spent', retryMs: 3000 });
    expect(quota.check(10, 10, 0, 5000)).toEqual({ kind: 'free' });
    expect(quota.paused(2000)).toBe(3000);
  });
});
