import { LightAbortSignal } from '../light-abort-signal.js';
import { LocalBudget } from './local-budget.js';
import { Quota } from './quota.js';

describe('a quota that was paused', () => {
  let now: number;
  let wall: number;
  let quota: Quota;
  let warnings: object[];
  let pauses: number;
  const acquire = async () => {
    const permit = await quota.acquire({ deadline: now + 9000, signal: new LightAbortSignal() });
    permit.release('answered');
  };

  beforeEach(() => {
    now = 1000;
    wall = 1_800_000_000_000;
    spyOn(performance, 'now').and.callFake(() => now);
    spyOn(Date, 'now').and.callFake(() => wall);
    const local = new LocalBudget({
      requestsPerMinute: 10,
      requestsInFirstMinute: 10,
      maxConcurrency: 5,
      windowMs: 60_000,
      firstMinuteMs: 0,
      lateArrivalMs: 0,
      clock: () => now,
    });
    warnings = [];
    pauses = 0;
    quota = new Quota({
      local,
      logger: { warn: (facts) => warnings.push(facts) },
      onPause: () => (pauses += 1),
    });
    quota.pause(60);
  });

  it('makes no call until the pause is over, even if a shorter one is requested', async () => {
    quota.pause(10);
    now += 59_999;
    await expectAsync(acquire()).toBeRejected();
    now += 1;
    await expectAsync(acquire()).toBeResolved();
  });

  it('is logged and counted once, although many calls are refused together', () => {
    for (let call = 0; call < 40; call += 1) quota.pause(60);
    expect(warnings).toEqual([{ seconds: 60 }]);
    now += 60_000;
    quota.pause(30);
    expect(warnings).toEqual([{ seconds: 60 }, { seconds: 30 }]);
    expect(pauses).toBe(2);
  });

  it('makes calls again after the machine has slept as long, although the monotonic clock stood still', async () => {
    wall += 60_000;
    await expectAsync(acquire()).toBeResolved();
  });

  it('makes calls in time although the wall clock was set back', async () => {
    wall -= 3_600_000;
    now += 60_000;
    await expectAsync(acquire()).toBeResolved();
  });
});
