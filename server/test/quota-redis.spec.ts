import { Redis } from 'ioredis';
import type { Limits, LimitsOptions } from '../src/limits/index.js';
import type { ManagedGateway } from '../src/gateway/index.js';
import {
  aRequest,
  failureOf,
  gatewayTo,
  keepingLogger,
  limitsOf,
  stopped,
} from './support/gateway.js';
import { describeWithRedis, startProxy, type TestRedis } from './support/redis.js';
import { html, startUpstream, well, type Upstream } from './support/upstream.js';

/** One instance of the server, as far as its limits go. */
interface Instance {
  limits: Limits;
  gateway: ManagedGateway;
  logger: ReturnType<typeof keepingLogger>;
}

/** Tries again until it holds; the suite's own time-out ends it otherwise. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describeWithRedis('quota shared through Redis', (redisOf) => {
  let redis: TestRedis;
  let upstream: Upstream;
  let site = 0;
  const instances: Instance[] = [];

  beforeEach(async () => {
    redis = redisOf();
    upstream = await startUpstream();
    site += 1;
  });

  afterEach(async () => {
    for (const { gateway, limits } of instances.splice(0)) {
      await gateway.close();
      await limits.close();
    }
    await upstream.close();
  });

  /** Starts instances of one site that share the Redis: all that there are, unless told otherwise. */
  async function start(count: number, options: Partial<LimitsOptions> = {}): Promise<Instance[]> {
    const started = Array.from({ length: count }, () => {
      const logger = keepingLogger();
      const limits = limitsOf({
        site: `site-${site}`,
        redisUrl: redis.url,
        instances: count,
        logger,
        ...options,
      });
      return { limits, logger, gateway: gatewayTo(upstream.url, limits.upstream) };
    });
    instances.push(...started);
    await Promise.all(started.map(({ limits }) => limits.ready()));
    return started;
  }

  const create = ({ gateway }: Instance, request = aRequest()) =>
    gateway.createPortalSession({ customerId: 'juniper-bakery' }, request);
  const burst = async (over: Instance[], count: number) => {
    // Refusals come without any input or output: whoever asks on and on must let the rest of the program run.
    await new Promise((resolve) => setImmediate(resolve));
    return Promise.allSettled(
      Array.from({ length: count }, (_, index) => create(over[index % over.length]!)),
    );
  };
  /** No window has more calls in it than it may. */
  function expectNoWindowAbove(most: number, windowMs: number): void {
    const arrivals = upstream.requests.map(({ at }) => at).sort((a, b) => a - b);
    arrivals.slice(most).forEach((at, index) => {
      expect(at - arrivals[index]!).toBeGreaterThanOrEqual(windowMs);
    });
  }
  const wait = (milliseconds: number) =>
    new Promise((resolve) => setTimeout(resolve, milliseconds));
  const stateOf = async ({ limits }: Instance) => (await limits.status()).redis;
  const untilAll = (state: string) =>
    eventually(async () => (await Promise.all(instances.map(stateOf))).every((is) => is === state));

  it('is not passed by a burst of ten times as many over three instances', async () => {
    const three = await start(3, { requestsPerMinute: 30, maxConcurrency: 8 });
    const outcomes = await burst(three, 300);
    expect(upstream.requests.length).toBe(30);
    expect(upstream.mostAtOnce).toBeLessThanOrEqual(8);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(30);
    for (const { limits } of three) {
      expect(await limits.status()).toEqual(
        jasmine.objectContaining({ redis: 'up', requestsPerMinute: 30, remaining: 0 }),
      );
    }
  });

  it('may be spent by one instance alone', async () => {
    const [one, two] = await start(2, { requestsPerMinute: 9 });
    await burst([one!], 9);
    expect(upstream.requests.length).toBe(9);
    const failure = await failureOf(create(two!));
    expect(failure.code).toBe('RATE_LIMITED');
    expect(failure.retryAfter).toBeGreaterThan(50);
    expect(failure.retryAfter).toBeLessThanOrEqual(61);
  });

  it('holds in every window while the load goes on', async () => {
    const windowMs = 1000;
    const requestsPerMinute = 20;
    const three = await start(3, { requestsPerMinute, windowMs, maxConcurrency: 10 });
    const until = performance.now() + 4 * windowMs;
    while (performance.now() < until) {
      await burst(three, 30);
    }
    expectNoWindowAbove(requestsPerMinute, windowMs);
    expect(upstream.requests.length).toBeGreaterThan(2 * requestsPerMinute);
  });

  it('hands a place that one instance frees to another that waits', async () => {
    const [one, two] = await start(2, { maxConcurrency: 1 });
    let answer: () => void = () => undefined;
    upstream.next = [(response, request) => (answer = () => well(response, request))];
    const first = create(one!);
    await upstream.arrived(1);
    const second = create(two!);
    await eventually(async () => (await two!.limits.status()).waiting === 1);
    expect(upstream.requests.length).toBe(1);
    answer();
    await expectAsync(Promise.all([first, second])).toBeResolved();
    expect(upstream.mostAtOnce).toBe(1);
  });

  it('gets back the places of an instance that was killed', async () => {
    const [killed, other] = await start(2, { maxConcurrency: 1, timeoutMs: 100 });
    const { deadline, signal } = aRequest();
    await killed!.limits.upstream.acquire({ deadline, signal });
    await killed!.limits.close();
    expect((await failureOf(create(other!, aRequest({ ms: 100 })))).code).toBe(
      'BILLING_UNAVAILABLE',
    );
    await expectAsync(create(other!)).toBeResolved();
  }, 30_000);

  it('pauses every instance when Chargebee asks one', async () => {
    const [one, two] = await start(2);
    upstream.next = [html(429, { 'retry-after': '40' })];
    await failureOf(create(one!));
    const failure = await failureOf(create(two!));
    expect(failure.code).toBe('RATE_LIMITED');
    expect(failure.retryAfter).toBeGreaterThan(30);
    expect(failure.retryAfter).toBeLessThanOrEqual(40);
    expect((await two!.limits.status()).pausedSeconds).toBeGreaterThan(30);
    expect(upstream.requests.length).toBe(1);
  });

  it('does not count a place that was never used', async () => {
    const [one, two] = await start(2, { requestsPerMinute: 1 });
    await failureOf(create(one!, aRequest({ signal: stopped() })));
    await expectAsync(create(two!)).toBeResolved();
  });

  it('is not shared with another site on the same Redis', async () => {
    const [one] = await start(1, { requestsPerMinute: 1 });
    const [other] = await start(1, { requestsPerMinute: 1, site: `other-site-${site}` });
    await create(one!);
    await expectAsync(create(other!)).toBeResolved();
  });

  it('limits one user over all instances, without telling Redis who it is', async () => {
    const three = await start(3, { userRequestsPerMinute: 4 });
    const takes = await Promise.allSettled(
      Array.from({ length: 12 }, (_, index) =>
        three[index % 3]!.limits.user.take('ada@example.com'),
      ),
    );
    expect(takes.filter(({ status }) => status === 'fulfilled').length).toBe(4);
    const failure = await failureOf(three[0]!.limits.user.take('ada@example.com'));
    expect(failure.code).toBe('RATE_LIMITED');
    expect(failure.retryAfter).toBeGreaterThan(50);
    const client = new Redis(redis.url);
    const keys = await client.keys(`*site-${site}*`);
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.join()).not.toContain('ada');
    expect(await Promise.all(keys.map((key) => client.pttl(key)))).not.toContain(-1);
    await client.quit();
  });

  it('keeps a part for an instance that has lost its way to Redis, until it is back', async () => {
    const proxy = await startProxy(redis.url);
    const two = await start(2, { requestsPerMinute: 30, instances: 3 });
    const [lost] = await start(1, { requestsPerMinute: 30, instances: 3, redisUrl: proxy.url });
    expect((await two[0]!.limits.status()).requestsPerMinute).toBe(30);
    proxy.cut();
    await eventually(async () => (await stateOf(lost!)) === 'away');
    await eventually(async () => (await two[0]!.limits.status()).requestsPerMinute === 20);
    await burst([...two, lost!], 90);
    expect(upstream.requests.length).toBe(30);
    proxy.mend();
    await untilAll('up');
    await eventually(async () => (await two[0]!.limits.status()).requestsPerMinute === 30);
    await burst([...two, lost!], 90);
    expect(upstream.requests.length).toBe(30);
    await proxy.close();
  }, 30_000);

  it('keeps a part for an instance that has been shut down, and for one that never came', async () => {
    const [one, left] = await start(2, { requestsPerMinute: 30, instances: 3 });
    expect((await one!.limits.status()).requestsPerMinute).toBe(20);
    await left!.limits.close();
    expect((await one!.limits.status()).requestsPerMinute).toBe(10);
    await burst([one!], 90);
    expect(upstream.requests.length).toBe(10);
  });

  it('holds in every window while an instance calls that has never found Redis', async () => {
    const windowMs = 1000;
    const options = { requestsPerMinute: 30, instances: 3, windowMs };
    const two = await start(2, options);
    const astray = await start(1, { ...options, redisUrl: 'redis://127.0.0.1:1' });
    expect(await stateOf(astray[0]!)).toBe('away');
    const until = performance.now() + 4 * windowMs;
    while (performance.now() < until) {
      await burst([...two, ...astray], 90);
    }
    expectNoWindowAbove(30, windowMs);
    expect(upstream.requests.length).toBeGreaterThan(2 * 30);
  });

  it('warns once of more instances than there should be', async () => {
    const two = await start(2, { instances: 1 });
    const WARNING =
      'warn More instances are here than INSTANCES declares: without Redis their parts would pass the limits';
    await eventually(() =>
      Promise.resolve(two.every(({ logger }) => logger.messages.includes(WARNING))),
    );
    await wait(2000);
    for (const { logger } of two) {
      expect(logger.messages.filter((message) => message === WARNING)).toEqual([WARNING]);
    }
  }, 30_000);

  it('does not warn of an instance that was killed and started again', async () => {
    const proxy = await startProxy(redis.url);
    const [one] = await start(1, { instances: 2 });
    await start(1, { instances: 2, redisUrl: proxy.url });
    proxy.cut();
    await start(1, { instances: 2 });
    await wait(8000);
    expect(one!.logger.messages.join()).not.toContain('More instances');
    await proxy.close();
  }, 30_000);

  it('does not take Redis for away when it is the process itself that was held up', async () => {
    const [one] = await start(1);
    const call = create(one!);
    const until = performance.now() + 700;
    while (performance.now() < until);
    await expectAsync(call).toBeResolved();
    expect(await stateOf(one!)).toBe('up');
    expect(one!.logger.messages).toEqual([]);
  });

  describe('when Redis goes away', () => {
    afterEach(async () => {
      redis.thaw();
      await redis.start();
    });

    it('is parted among the instances, with a warning, and shared again when Redis is back', async () => {
      const three = await start(3, { requestsPerMinute: 30 });
      await redis.stop();
      await untilAll('away');
      await burst(three, 90);
      expect(upstream.requests.length).toBe(30);
      for (const { limits, logger } of three) {
        expect(logger.messages).toEqual([
          'warn Redis is away: this instance keeps to its own part of the limits',
        ]);
        expect(await limits.status()).toEqual(
          jasmine.objectContaining({ redis: 'away', requestsPerMinute: 10, remaining: 0 }),
        );
      }
      await redis.start();
      await untilAll('up');
      expect(three[0]!.logger.messages[1]).toBe('info Redis is back: limits are shared again');
      // What was called without it has been told to it.
      await eventually(async () => (await three[0]!.limits.status()).remaining === 0);
      expect((await three[0]!.limits.status()).requestsPerMinute).toBe(10);
      expect((await failureOf(create(three[0]!))).code).toBe('RATE_LIMITED');
      expect(upstream.requests.length).toBe(30);
    }, 30_000);

    it('is never doubled in the minute of the change, even if Redis has forgotten everything', async () => {
      const requestsPerMinute = 30;
      const three = await start(3, { requestsPerMinute });
      await burst([three[0]!], 60);
      expect(upstream.requests.length).toBe(requestsPerMinute);
      await redis.stop();
      await untilAll('away');
      await burst(three, 90);
      await redis.start();
      // The first that comes back finds an empty Redis, and must not believe that nobody has called.
      while ((await Promise.all(three.map(stateOf))).some((state) => state !== 'up')) {
        await burst(three, 90);
      }
      await burst(three, 300);
      expect(upstream.requests.length).toBeLessThan(2 * requestsPerMinute);
    }, 30_000);

    it('costs nobody more than a moment when Redis falls silent', async () => {
      const three = await start(3, { requestsPerMinute: 30 });
      redis.freeze();
      await expectAsync(create(three[0]!)).toBeResolved();
      expect(await stateOf(three[0]!)).toBe('away');
      await expectAsync(three[0]!.limits.user.take('juniper')).toBeResolved();
      redis.thaw();
      await untilAll('up');
      expect(three[0]!.logger.messages.length).toBe(2);
      // Another may still be without it, and be calling: for a minute each goes by its own part.
      expect((await three[0]!.limits.status()).requestsPerMinute).toBe(10);
    }, 30_000);

    it('finds Redis again after a long silence', async () => {
      const [one] = await start(1);
      redis.freeze();
      await create(one!);
      await new Promise((resolve) => setTimeout(resolve, 6000));
      redis.thaw();
      await untilAll('up');
      expect(await stateOf(one!)).toBe('up');
    }, 30_000);

    it('begins without Redis, and finds it later', async () => {
      await redis.stop();
      const [one, two] = await start(2, { requestsPerMinute: 9 });
      expect(await stateOf(one!)).toBe('away');
      await burst([one!], 9);
      expect(upstream.requests.length).toBe(4);
      await redis.start();
      await untilAll('up');
      // For a minute each still goes by its own part, and says so.
      const own = { redis: 'up', requestsPerMinute: 4 };
      expect(await one!.limits.status()).toEqual(
        jasmine.objectContaining({ ...own, remaining: 0 }),
      );
      expect(await two!.limits.status()).toEqual(
        jasmine.objectContaining({ ...own, remaining: 4 }),
      );
      await burst([one!, two!], 18);
      expect(upstream.requests.length).toBe(8);
    }, 30_000);

    it('is away as long as the database that is asked for cannot be had', async () => {
      const admin = new Redis(redis.url);
      await admin.acl('SETUSER', 'default', '-select');
      const [one] = await start(1, { redisUrl: `${redis.url}/3` });
      const [none] = await start(1, { redisUrl: `${redis.url}/99` });
      // Long enough for the connection to be made anew.
      await wait(3000);
      for (const { limits, logger } of [one!, none!]) {
        expect((await limits.status()).redis).toBe('away');
        expect(logger.messages).toEqual([
          'warn Redis is away: this instance keeps to its own part of the limits',
        ]);
      }
      await admin.acl('SETUSER', 'default', '+select');
      await eventually(async () => (await stateOf(one!)) === 'up');
      await create(one!);
      expect(await admin.keys(`*site-${site}*`)).toEqual([]);
      await admin.select(3);
      expect((await admin.keys(`*site-${site}*`)).length).toBeGreaterThan(0);
      expect(await stateOf(none!)).toBe('away');
      await admin.quit();
    }, 30_000);

    it('does not wait for a Redis that is silent from the beginning', async () => {
      redis.freeze();
      const [one] = await start(1, { requestsPerMinute: 9 });
      expect(await stateOf(one!)).toBe('away');
      await expectAsync(create(one!)).toBeResolved();
      redis.thaw();
      await untilAll('up');
      expect((await one!.limits.status()).remaining).toBe(8);
    }, 30_000);

    it('keeps a pause that Chargebee asked for meanwhile', async () => {
      const [one, two] = await start(2);
      await redis.stop();
      await untilAll('away');
      upstream.next = [html(429, { 'retry-after': '50' })];
      await failureOf(create(one!));
      await redis.start();
      await untilAll('up');
      expect((await failureOf(create(two!))).code).toBe('RATE_LIMITED');
      expect(upstream.requests.length).toBe(1);
    }, 30_000);

    it('parts the limit of one user too', async () => {
      const [one] = await start(1, { userRequestsPerMinute: 6, instances: 3 });
      await redis.stop();
      await untilAll('away');
      await one!.limits.user.take('juniper');
      await one!.limits.user.take('juniper');
      expect((await failureOf(one!.limits.user.take('juniper'))).code).toBe('RATE_LIMITED');
    });
  });

  describe('when Redis loses its data and keeps its connections', () => {
    const windowMs = 2000;
    const requestsPerMinute = 30;
    const LOST =
      'warn Redis has lost its data: for a minute each instance keeps to its own part of the limits';

    /** Each has found it out, by its next call or heartbeat, and has told Redis again. */
    const untilTold = (all: Instance[]) =>
      eventually(() => Promise.resolve(all.every(({ logger }) => logger.messages.includes(LOST))));

    it('holds in every window, whoever has called before', async () => {
      const three = await start(3, { requestsPerMinute, windowMs });
      for (let round = 0; round < 4; round += 1) {
        // One has called all that may be called, and has no reason to ask Redis again.
        await burst([three[round % 3]!], 40);
        await redis.flush();
        const until = performance.now() + windowMs;
        while (performance.now() < until) {
          await burst(three.slice(1), 40);
        }
        await burst(three, 90);
      }
      expectNoWindowAbove(requestsPerMinute, windowMs);
      expect(upstream.requests.length).toBeGreaterThan(2 * requestsPerMinute);
    }, 60_000);

    it('is not passed when the log alone is lost', async () => {
      const three = await start(3, { requestsPerMinute });
      await burst([three[0]!], 60);
      await redis.flush(`chargebee-portal:{site-${site}}:calls`);
      await burst([three[1]!], 60);
      await untilTold(three);
      await burst(three, 90);
      expect(upstream.requests.length).toBe(30);
    }, 30_000);

    it('is parted for a minute, with one warning', async () => {
      const three = await start(3, { requestsPerMinute });
      await redis.flush();
      for (const { limits } of three) {
        await eventually(async () => {
          const { requestsPerMinute: own, remaining } = await limits.status();
          return own === 10 && remaining === 10;
        });
      }
      await burst([three[0]!], 40);
      expect(upstream.requests.length).toBe(10);
      for (const { logger } of three) {
        expect(logger.messages.filter((message) => message === LOST)).toEqual([LOST]);
      }
    }, 30_000);

    it('is shared again after that minute', async () => {
      const three = await start(3, { requestsPerMinute, windowMs: 1000 });
      await redis.flush();
      await untilTold(three);
      await eventually(async () => (await three[0]!.limits.status()).requestsPerMinute === 30);
      await burst([three[0]!], 40);
      expect(upstream.requests.length).toBe(30);
    }, 30_000);

    it('is never doubled by a new instance that finds it empty, which has its part at most', async () => {
      const three = await start(3, { requestsPerMinute });
      await burst([three[0]!], 60);
      expect(upstream.requests.length).toBe(30);
      await three[2]!.limits.close();
      await redis.flush();
      const [fresh] = await start(1, { requestsPerMinute, instances: 3 });
      await burst([fresh!], 60);
      await untilTold(three.slice(0, 2));
      await burst([...three.slice(0, 2), fresh!], 90);
      expect(upstream.requests.length).toBeLessThanOrEqual(30 + 10);
    }, 30_000);

    it('is told again of calls under way and of a pause', async () => {
      const [one, two] = await start(2, { requestsPerMinute: 4 });
      let answer: () => void = () => undefined;
      upstream.next = [(response, request) => (answer = () => well(response, request))];
      const first = create(one!);
      await upstream.arrived(1);
      await redis.flush();
      await Promise.all([create(one!), create(two!)].map((call) => call.catch(() => undefined)));
      await eventually(async () => (await two!.limits.status()).underWay === 1);
      answer();
      await first;
      await eventually(async () => (await two!.limits.status()).underWay === 0);
      upstream.next = [html(429, { 'retry-after': '40' })];
      await eventually(async () => (await failureOf(create(two!))).code === 'RATE_LIMITED');
      await redis.flush();
      await eventually(async () => (await one!.limits.status()).pausedSeconds > 30);
      expect(upstream.requests.length).toBeLessThanOrEqual(4);
    }, 30_000);
  });
});
