import { LocalBudget, type LocalBudgetOptions } from './local-budget.js';
import { LATE_ARRIVAL_MS, isRefusal, type Permit } from './upstream-quota.js';

const MINUTE = 60_000;

/** Numbers between 0 and 1 that are the same in every run. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** Returns the largest number of these moments within any 60 seconds. */
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

describe('LocalBudget', () => {
  const nothing = () => undefined;
  let now: number;

  beforeEach(() => {
    now = 0;
  });

  /** A budget of a process that replaces none, unless the options say otherwise. */
  function budgetOf(requestsPerMinute: number, options: Partial<LocalBudgetOptions> = {}) {
    return new LocalBudget({
      requestsPerMinute,
      requestsInFirstMinute: requestsPerMinute,
      maxConcurrency: 1000,
      windowMs: MINUTE,
      firstMinuteMs: 0,
      lateArrivalMs: LATE_ARRIVAL_MS,
      clock: () => now,
      ...options,
    });
  }

  function permitOf(budget: LocalBudget): Permit {
    const taken = budget.take(nothing);
    if (isRefusal(taken)) {
      throw new Error(`Refused: ${taken.refused}`);
    }
    return taken;
  }

  /** Takes and ends all calls that it grants right now. */
  function drain(budget: LocalBudget): number {
    for (let granted = 0; ; granted += 1) {
      const taken = budget.take(nothing);
      if (isRefusal(taken)) return granted;
      taken.release('answered');
    }
  }

  for (const seed of [1, 2, 3, 4, 5]) {
    it(`never exceeds the limit in any minute of the upstream, whenever calls arrive (seed ${seed})`, () => {
      const random = pseudoRandom(seed);
      const limit = 20;
      const budget = budgetOf(limit);
      const arrivals: number[] = [];
      const inFlight: { permit: Permit; at: number; aborted: boolean }[] = [];
      for (; now < 20 * MINUTE; now += random() * 600) {
        for (const call of inFlight.filter(({ at }) => at <= now)) {
          call.permit.release(call.aborted ? 'aborted' : 'answered');
          inFlight.splice(inFlight.indexOf(call), 1);
        }
        const taken = budget.take(nothing);
        if (!isRefusal(taken)) {
          const duration = random() * 9000;
          const aborted = random() < 0.2;
          inFlight.push({ permit: taken, at: now + duration, aborted });
          arrivals.push(now + random() * (aborted ? duration + LATE_ARRIVAL_MS : duration));
        }
      }
      expect(mostInAnyMinute(arrivals)).toBeLessThanOrEqual(limit);
      // And it does let calls through: in 20 minutes, most of what the limit allows.
      expect(arrivals.length).toBeGreaterThan(20 * limit * 0.8);
    });
  }

  it('returns the time until a call is possible again', () => {
    const budget = budgetOf(1);
    const permit = permitOf(budget);
    now = 1000;
    permit.release('answered');
    now = 31_000;
    expect(budget.take(nothing)).toEqual({ refused: 'spent', retryMs: 30_000 });
    now = 61_000;
    expect(drain(budget)).toBe(1);
  });

  it('does not count a call that was never sent', () => {
    const budget = budgetOf(1);
    permitOf(budget).release('unsent');
    expect(budget.usage().remaining).toBe(1);
  });

  it('ignores a second release of the same permit', () => {
    const budget = budgetOf(2);
    const onRelease = jasmine.createSpy('onRelease');
    const permit = budget.take(onRelease) as Permit;
    permit.release('answered');
    permit.release('unsent');
    expect(budget.usage()).toEqual({ limit: 2, remaining: 1, inFlight: 0, pausedMs: 0 });
    expect(onRelease).toHaveBeenCalledTimes(1);
  });

  it('refuses with the number of calls left when all concurrency slots are taken', () => {
    const budget = budgetOf(10, { maxConcurrency: 2 });
    permitOf(budget);
    const permit = permitOf(budget);
    expect(budget.take(nothing)).toEqual({ refused: 'busy', remaining: 8 });
    permit.release('answered');
    expect(isRefusal(budget.take(nothing))).toBeFalse();
  });

  describe('in the first minute of a process', () => {
    const FIRST = { requestsInFirstMinute: 5, firstMinuteMs: 70_000 };

    it('grants the lower limit, and the full one when calls of a replaced process no longer count', () => {
      const budget = budgetOf(10, FIRST);
      expect(drain(budget)).toBe(5);
      now = 60_000;
      expect(drain(budget)).toBe(5);
      now = 70_000;
      expect(drain(budget)).toBe(5);
    });

    it('makes at most 1.5 times the limit of calls in a minute with one restart, and at most the limit after it', () => {
      for (const restart of [30_000, 59_999, 60_000, 61_000]) {
        now = 0;
        const arrivals: number[] = [];
        const burst = (budget: LocalBudget) => {
          const granted = drain(budget);
          arrivals.push(...Array.from({ length: granted }, () => now));
        };
        const before = budgetOf(10);
        for (; now < restart; now += 500) burst(before);
        const after = budgetOf(10, FIRST);
        for (; now < restart + 3 * MINUTE; now += 500) burst(after);
        expect(mostInAnyMinute(arrivals)).toBeLessThanOrEqual(15);
        const afterwards = arrivals.filter((at) => at >= restart);
        expect(mostInAnyMinute(afterwards)).toBeLessThanOrEqual(10);
      }
    });

    it('returns the time until its end, if that is before the first call no longer counts', () => {
      const budget = budgetOf(10, FIRST);
      now = 50_000;
      drain(budget);
      expect(budget.take(nothing)).toEqual({ refused: 'spent', retryMs: 20_000 });
      for (const firstMinuteMs of [30_000, 70_000]) {
        const closed = budgetOf(10, { requestsInFirstMinute: 0, firstMinuteMs });
        expect(closed.take(nothing)).toEqual({ refused: 'spent', retryMs: firstMinuteMs });
      }
    });
  });
});
