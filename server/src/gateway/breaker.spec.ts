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

  const fail = () =>
    breaker.run('customer', () => Promise.reject(new UpstreamError('server_error')));
  const succeed = () => breaker.run('customer', () => Promise.resolve('value'));

  it('refuses calls until it has been open for halfOpenAfterMs', async () => {
    await expectAsync(fail()).toBeRejectedWithError(UpstreamError);
    now += 4999;
    expect(breaker.refuses).toBeTrue();
    await expectAsync(succeed()).toBeRejectedWithError(BrokenCircuitError);
    now += 1;
    expect(breaker.refuses).toBeFalse();
    await expectAsync(succeed()).toBeResolvedTo('value');
    expect(changes).toEqual(['open', 'half_open', 'closed']);
  });

  it('closes in time although the wall clock is set back by a day', async () => {
    await expectAsync(fail()).toBeRejectedWithError(UpstreamError);
    const wallClock = Date.now();
    spyOn(Date, 'now').and.returnValue(wallClock - 86_400_000);
    now += 5000;
    await expectAsync(succeed()).toBeResolvedTo('value');
    expect(breaker.state).toBe('closed');
  });

  it('stays open although the wall clock is set forward by a day', async () => {
    await expectAsync(fail()).toBeRejectedWithError(UpstreamError);
    const wallClock = Date.now();
    spyOn(Date, 'now').and.returnValue(wallClock + 86_400_000);
    await expectAsync(succeed()).toBeRejectedWithError(BrokenCircuitError);
  });

  it('refuses every call but the trial call', async () => {
    await expectAsync(fail()).toBeRejectedWithError(UpstreamError);
    now += 5000;
    let endTrial: () => void = () => undefined;
    const trial = breaker.run(
      'customer',
      () => new Promise<void>((resolve) => (endTrial = resolve)),
    );
    await expectAsync(succeed()).toBeRejectedWithError(BrokenCircuitError);
    endTrial();
    await expectAsync(trial).toBeResolved();
    await expectAsync(succeed()).toBeResolvedTo('value');
  });

  describe('with faults that may concern a single customer', () => {
    const failFor = (customer: string) =>
      breaker
        .run(customer, () =>
          Promise.reject(new UpstreamError('server_error', { scope: 'request' })),
        )
        .catch(() => undefined);

    beforeEach(() => {
      breaker = new Breaker({ failures: 3, halfOpenAfterMs: 5000 }, (state) => changes.push(state));
    });

    it('stays closed if only one customer has them, however often', async () => {
      for (let call = 0; call < 20; call += 1) {
        await failFor('juniper-bakery');
      }
      expect(breaker.state).toBe('closed');
    });

    it('opens when enough customers in a row have them', async () => {
      for (const customer of ['juniper-bakery', 'harbor-cycles', 'juniper-bakery', 'third']) {
        expect(breaker.state).toBe('closed');
        await failFor(customer);
      }
      expect(breaker.state).toBe('open');
    });

    it('resets the count after a success', async () => {
      for (let round = 0; round < 3; round += 1) {
        await failFor('juniper-bakery');
        await failFor('harbor-cycles');
        await succeed();
      }
      expect(breaker.state).toBe('closed');
    });

    it('closes when the trial call has one, since Chargebee answers', async () => {
      for (let call = 0; call < 3; call += 1) {
        await fail().catch(() => undefined);
      }
      now += 5000;
      await failFor('juniper-bakery');
      expect(breaker.state).toBe('closed');
    });
  });
});
