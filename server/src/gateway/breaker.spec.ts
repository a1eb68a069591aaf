import { BrokenCircuitError } from 'cockatiel';
import { Breaker, type BreakerState } from './breaker.js';
import { UpstreamError } from './upstream-error.js';

describe('Breaker', () => {
  const changes: BreakerState[] = [];
  let now: number;
  let breaker: Breaker;

  beforeEach(() => {
    now = 1000;
    spyOn(performance, 'now').and.callFake(() => now);
    changes.length = 0;
    breaker = new Breaker({ failures: 1, halfOpenAfterMs: 5000 }, (state) => changes.push(state));
  });

  const fail = () => breaker.run(() => Promise.reject(new UpstreamError('server_error')));
  const succeed = () => breaker.run(() => Promise.resolve('value'));

  it('refuses calls that are made before it has been open for as long as it should', async () => {
    await expectAsync(fail()).toBeRejectedWithError(UpstreamError);
    now += 4999;
    expect(breaker.refuses).toBeTrue();
    await expectAsync(succeed()).toBeRejectedWithError(BrokenCircuitError);
    now += 1;
    expect(breaker.refuses).toBeFalse();
    await expectAsync(succeed()).toBeResolvedTo('value');
    expect(changes).toEqual(['open', 'half_open', 'closed']);
  });

  it('closes in time though the wall clock is set back by a day', async () => {
    await expectAsync(fail()).toBeRejectedWithError(UpstreamError);
    const wallClock = Date.now();
    spyOn(Date, 'now').and.returnValue(wallClock - 86_400_000);
    now += 5000;
    await expectAsync(succeed()).toBeResolvedTo('value');
    expect(breaker.state).toBe('closed');
  });

  it('stays open though the wall clock is set forward by a day', async () => {
    await expectAsync(fail()).toBeRejectedWithError(UpstreamError);
    const wallClock = Date.now();
    spyOn(Date, 'now').and.returnValue(wallClock + 86_400_000);
    await expectAsync(succeed()).toBeRejectedWithError(BrokenCircuitError);
  });

  it('refuses every call but the one that decides', async () => {
    await expectAsync(fail()).toBeRejectedWithError(UpstreamError);
    now += 5000;
    let decide: () => void = () => undefined;
    const deciding = breaker.run(() => new Promise<void>((resolve) => (decide = resolve)));
    await expectAsync(succeed()).toBeRejectedWithError(BrokenCircuitError);
    decide();
    await expectAsync(deciding).toBeResolved();
    await expectAsync(succeed()).toBeResolvedTo('value');
  });
});
