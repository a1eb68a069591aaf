import type { RedisConnection } from './redis-connection.js';
import { SharedBudget } from './shared-budget.js';
import { isRefusal, type Permit } from './upstream-quota.js';

describe('SharedBudget', () => {
  const OPENED = 1_800_000_000_000;
  /** How long after its beginning a new log opens, in milliseconds. */
  const CLOSED_FOR = 71_250;
  let now: number;
  /** How far Redis's clock is ahead of what it should be. */
  let jumped: number;
  let budget: SharedBudget;
  let warnings: string[];
  let redis: Record<'takeCall' | 'endCall' | 'restartLog', jasmine.Spy>;

  const redisNow = () => OPENED + 1_000_000 + now + jumped;
  const take = () => budget.take(() => undefined);

  beforeEach(() => {
    now = 1000;
    jumped = 0;
    warnings = [];
    spyOn(performance, 'now').and.callFake(() => now);
    redis = {
      takeCall: jasmine.createSpy('takeCall'),
      endCall: jasmine.createSpy('endCall').and.resolveTo(0),
      restartLog: jasmine.createSpy('restartLog').and.resolveTo(0),
    };
    redis.takeCall.and.callFake(() => Promise.resolve([0, 0, redisNow(), OPENED, 1]));
    const run = (command: (client: typeof redis) => Promise<unknown>) => command(redis);
    budget = new SharedBudget({
      connection: {
        run: run,
        send: (command: typeof run) => void run(command as never),
      } as never as RedisConnection,
      key: 'calls',
      requestsPerMinute: 10,
      maxConcurrency: 5,
      localRequestsPerMinute: 0,
      timeoutMs: 5000,
      windowMs: 60_000,
      lateArrivalMs: 5000,
      logger: { info: () => undefined, warn: (_facts, message) => warnings.push(message) },
    });
  });

  it('returns a permit that expires before the log in Redis stops counting the call as in flight', async () => {
    const permit = (await take()) as Permit;
    const [, , lease] = redis.takeCall.calls.mostRecent().args as [string, number, number];
    // A call that is sent at the last moment and cut off arrives within the lease.
    expect(permit.sendBy + 5000).toBeLessThanOrEqual(now + lease);
    permit.release('aborted');
    permit.release('answered');
    expect(redis.endCall).toHaveBeenCalledTimes(1);
  });

  it('does not use a permit that arrives after this process was suspended', async () => {
    redis.takeCall.and.callFake(() => {
      const answer = [0, 0, redisNow(), OPENED, 1];
      now += 70_000;
      return Promise.resolve(answer);
    });
    expect(isRefusal(await take())).toBeTrue();
    expect(redis.endCall.calls.mostRecent().args.at(-1)).toBe(-1);
  });

  it('grants the next call after this process was suspended between two requests', async () => {
    expect(isRefusal(await take())).toBeFalse();
    // Only the monotonic clock stands still.
    const wall = Date.now.bind(Date);
    spyOn(Date, 'now').and.callFake(() => wall() + 600_000);
    jumped = 600_000;
    expect(isRefusal(await take())).toBeFalse();
    expect(redis.restartLog).not.toHaveBeenCalled();
    expect(warnings).toEqual([]);
  });

  it('does not use a permit that arrived before a suspension, although the monotonic clock stood still', async () => {
    const wall = Date.now.bind(Date);
    redis.takeCall.and.callFake(() => {
      spyOn(Date, 'now').and.callFake(() => wall() + 70_000);
      return Promise.resolve([0, 0, redisNow(), OPENED, 1]);
    });
    expect(isRefusal(await take())).toBeTrue();
    expect(redis.endCall.calls.mostRecent().args.at(-1)).toBe(-1);
  });

  for (const jump of [61_000, -61_000]) {
    it(`grants nothing after Redis's clock was set by ${jump} ms, and begins a new log`, async () => {
      expect(isRefusal(await take())).toBeFalse();
      now += 100;
      jumped = jump;
      expect(await take()).toEqual(jasmine.objectContaining({ refused: 'spent' }));
      expect(redis.restartLog.calls.mostRecent().args.at(-1)).toBe(OPENED);
      expect(warnings.length).toBe(1);
      // The new log goes by the new clock. It opens after the minute, the tolerance and the lease.
      const opens = redisNow() + CLOSED_FOR;
      redis.takeCall.and.callFake(() =>
        Promise.resolve([1, opens - redisNow(), redisNow(), opens, 1]),
      );
      expect(await take()).toEqual({ refused: 'spent', retryMs: CLOSED_FOR });
      now += CLOSED_FOR;
      redis.takeCall.and.callFake(() => Promise.resolve([0, 0, redisNow(), opens, 1]));
      expect(isRefusal(await take())).toBeFalse();
      expect(redis.restartLog).toHaveBeenCalledTimes(1);
    });
  }

  it('grants nothing to requests that were in flight when Redis’s clock was set', async () => {
    await take();
    now += 100;
    jumped = 61_000;
    const answers = await Promise.all([take(), take(), take()]);
    expect(answers.map(isRefusal)).toEqual([true, true, true]);
    expect(warnings.length).toBe(1);
  });

  describe('with a log that it has not seen before', () => {
    /** Makes Redis respond with a log that was begun this many milliseconds ago. Returns when the log opens. */
    const answerFrom = (begunMsAgo: number) => {
      const opens = redisNow() - begunMsAgo + CLOSED_FOR;
      redis.takeCall.and.callFake(() => Promise.resolve([0, 0, redisNow(), opens, 1]));
      return opens;
    };

    it('grants nothing, and restarts the log, if it was begun before the last call', async () => {
      await take();
      now += 1000;
      const opens = answerFrom(3_600_000);
      expect(await take()).toEqual(jasmine.objectContaining({ refused: 'spent' }));
      expect(redis.restartLog.calls.allArgs().map((args: unknown[]) => args.at(-1))).toEqual([
        opens,
      ]);
      expect(warnings).toEqual([jasmine.stringMatching('leads to another Redis')]);
    });

    it('grants nothing either to the requests that were in flight with the first one', async () => {
      await take();
      now += 1000;
      answerFrom(3_600_000);
      const answers = await Promise.all([take(), take(), take()]);
      expect(answers.map(isRefusal)).toEqual([true, true, true]);
      expect(warnings.length).toBe(1);
    });

    it('uses it if it was begun after the last call, as after a loss of the data', async () => {
      await take();
      now += 90_000;
      answerFrom(80_000);
      expect(isRefusal(await take())).toBeFalse();
      expect(redis.restartLog).not.toHaveBeenCalled();
    });

    it('uses it if the last call no longer counts', async () => {
      await take();
      now += CLOSED_FOR;
      answerFrom(3_600_000);
      expect(isRefusal(await take())).toBeFalse();
      expect(redis.restartLog).not.toHaveBeenCalled();
    });
  });
});
