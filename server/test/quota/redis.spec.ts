import { once } from 'node:events';
import { copyFile, readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aRequest, failureOf, abortedSignal } from '../support/gateway.js';
import {
  TestRedis,
  describeIfRedis,
  describeWithRedis,
  redisConfig,
  startProxy,
} from '../support/redis.js';
import { createDocumentedUser } from '../support/redis-user.js';
import { eventually } from '../support/eventually.js';
import { SHORT_WINDOW, Site, type Instance } from '../support/site.js';
import { html, startUpstream, succeed } from '../support/upstream.js';

const UNAVAILABLE = 'warn Redis is unavailable: the shared quota cannot be used';
const BACK = 'info Redis is back: the quota is shared again';
const NO_RECORD =
  'warn Redis has no complete record of the last minute: no calls are made until a minute has certainly passed';
const LIMIT_OF_SITE_REACHED =
  'warn Chargebee answers 429, as when the limit of the whole site is reached: no calls are made for a while';

const GUIDE = fileURLToPath(new URL('../../../docs/server/operations.md', import.meta.url));

/** Returns the key of a site that the guide tells operators to delete. */
async function documentedKey(site: string): Promise<string> {
  const [, key = ''] = /redis-cli del '(.+?)'/.exec(await readFile(GUIDE, 'utf8')) ?? [];
  return key.replace('acme-test', site);
}

describeWithRedis('quota shared through Redis', (redisOf) => {
  let redis: TestRedis;
  let site: Site;
  let sites = 0;

  beforeEach(async () => {
    redis = redisOf();
    sites += 1;
    site = new Site(`site-${sites}`, await startUpstream(), redis.config);
    await redis.openLog(site.name);
  });

  afterEach(() => site.close());

  it('is not exceeded by a burst of ten times as many calls over three instances', async () => {
    const three = await site.start(3, { requestsPerMinute: 30, maxConcurrency: 8 });
    const outcomes = await site.burst(three, 300);
    expect(site.calls).toBe(30);
    expect(site.upstream.maxConcurrent).toBeLessThanOrEqual(8);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(30);
    for (const { limits } of three) {
      expect(await limits.status()).toEqual(
        jasmine.objectContaining({ redis: 'up', requestsPerMinute: 30, remaining: 0 }),
      );
    }
  });

  it('can be spent by one instance, and stays spent for those that start after it', async () => {
    const [one] = await site.start(1, { requestsPerMinute: 9 });
    await site.burst([one!], 9);
    expect(site.calls).toBe(9);
    await one!.limits.close();
    const [two] = await site.start(1, { requestsPerMinute: 9 });
    const failure = await failureOf(site.create(two!));
    expect(failure.code).toBe('RATE_LIMITED');
    expect(failure.retryAfter).toBeGreaterThan(50);
    expect(failure.retryAfter).toBeLessThanOrEqual(61);
  });

  describe('by instances that are configured with different limits', () => {
    const DIFFERENT =
      'warn instances have different values of CHARGEBEE_REQUESTS_PER_MINUTE, CHARGEBEE_MAX_CONCURRENCY or INSTANCES: until a minute after they agree again, the smallest values apply to all, and no instance uses its local part of the share';
    const AGREED = 'info all instances have the same limits again';

    it('is the smallest one, and instances have no local budgets', async () => {
      const [undeclared] = await site.start(1, { requestsPerMinute: 30 });
      const three = await site.start(2, { requestsPerMinute: 30, instances: 3 });
      const [one] = await site.start(1, { requestsPerMinute: 30, instances: 1 });
      await site.burst([undeclared!, ...three, one!], 200);
      expect(site.calls).toBe(15);
      expect((await one!.limits.status()).requestsPerMinute).toBe(15);
      for (const { logger } of [...three, one!]) expect(logger.messages).toEqual([DIFFERENT]);
    });

    it('applies to an instance that starts when the others have spent more', async () => {
      const [undeclared] = await site.start(1, { requestsPerMinute: 30 });
      await site.burst([undeclared!], 30);
      expect(site.calls).toBe(30);
      const [declared] = await site.start(1, { requestsPerMinute: 30, instances: 2 });
      const [smaller] = await site.start(1, { requestsPerMinute: 20, maxConcurrency: 1 });
      await site.burst([declared!, smaller!, undeclared!], 60);
      expect(site.calls).toBe(30);
    });

    it('has the smallest number of concurrency slots', async () => {
      await site.start(1, { maxConcurrency: 2 });
      const [other] = await site.start(1, { maxConcurrency: 8 });
      await site.burst([other!], 30);
      expect(site.calls).toBe(30);
      expect(site.upstream.maxConcurrent).toBeLessThanOrEqual(2);
    });

    it('is the full one again a minute after the last of them has stopped', async () => {
      const [declared] = await site.start(1, {
        ...SHORT_WINDOW,
        requestsPerMinute: 30,
        instances: 2,
      });
      const [before] = await site.start(1, { ...SHORT_WINDOW, requestsPerMinute: 30 });
      await site.burst([before!], 60);
      expect(site.calls).toBe(16);
      await before!.limits.close();
      await eventually(async () => (await declared!.limits.status()).requestsPerMinute === 23);
      expect(declared!.logger.messages).toEqual([DIFFERENT, AGREED]);
    });

    it('is not exceeded right after Redis has lost its data', async () => {
      const [declared] = await site.start(1, { requestsPerMinute: 30, instances: 2 });
      await site.start(1, { requestsPerMinute: 30 });
      await site.burst([declared!], 60);
      expect(site.calls).toBe(16);
      await redis.flush(site.key);
      await site.burst([declared!], 60);
      expect(site.calls).toBe(16);
    });

    it('keeps the local budgets of instances that agreed when Redis loses its data', async () => {
      const [declared] = await site.start(1, { requestsPerMinute: 30, instances: 2 });
      await redis.flush(site.key);
      await site.burst([declared!], 60);
      expect(site.calls).toBe(7);
    });
  });

  it('is not exceeded in any window of a continuous load', async () => {
    const requestsPerMinute = 20;
    const three = await site.start(3, { ...SHORT_WINDOW, requestsPerMinute, maxConcurrency: 10 });
    const until = performance.now() + 4000;
    while (performance.now() < until) {
      await site.burst(three, 30);
    }
    site.expectNoWindowAbove(requestsPerMinute, SHORT_WINDOW.windowMs);
    expect(site.calls).toBeGreaterThan(requestsPerMinute);
  });

  it('assigns a slot that one instance has freed to another that waits', async () => {
    const [one, two] = await site.start(2, { maxConcurrency: 1 });
    let answer: () => void = () => undefined;
    site.upstream.next = [(response, request) => (answer = () => succeed(response, request))];
    const first = site.create(one!);
    await site.upstream.arrived(1);
    const second = site.create(two!);
    await eventually(async () => (await two!.limits.status()).waiting === 1);
    expect(site.calls).toBe(1);
    answer();
    await expectAsync(Promise.all([first, second])).toBeResolved();
    expect(site.upstream.maxConcurrent).toBe(1);
  });

  it('recovers the slots of an instance that was killed', async () => {
    const [killed, other] = await site.start(2, { ...SHORT_WINDOW, maxConcurrency: 1 });
    const { deadline, signal } = aRequest();
    await killed!.limits.upstream.acquire({ deadline, signal });
    await killed!.limits.close();
    expect((await failureOf(site.create(other!, aRequest({ deadlineInMs: 100 })))).code).toBe(
      'BILLING_UNAVAILABLE',
    );
    await expectAsync(site.create(other!)).toBeResolved();
  });

  it('pauses every instance when Chargebee requests it from one', async () => {
    const [one, two] = await site.start(2);
    site.upstream.next = [html(429, { 'retry-after': '40' })];
    await failureOf(site.create(one!));
    const failure = await failureOf(site.create(two!));
    expect(failure.code).toBe('RATE_LIMITED');
    expect(failure.retryAfter).toBeGreaterThan(30);
    expect(failure.retryAfter).toBeLessThanOrEqual(40);
    expect((await two!.limits.status()).pausedSeconds).toBeGreaterThan(30);
    expect(site.calls).toBe(1);
  });

  it('does not count a slot that was never used', async () => {
    const [one, two] = await site.start(2, { requestsPerMinute: 1 });
    await failureOf(site.create(one!, aRequest({ signal: abortedSignal() })));
    await expectAsync(site.create(two!)).toBeResolved();
  });

  it('is not shared with another site on the same Redis', async () => {
    const other = `other-${site.name}`;
    await redis.openLog(other);
    const [one] = await site.start(1, { requestsPerMinute: 1 });
    const [two] = await site.start(1, { requestsPerMinute: 1, site: other });
    await site.create(one!);
    await expectAsync(site.create(two!)).toBeResolved();
  });

  it('limits a user over all instances, and stores only a hash of the id in Redis', async () => {
    const three = await site.start(3, { userRequestsPerMinute: 4 });
    const takes = await Promise.allSettled(
      Array.from({ length: 12 }, (_, index) =>
        three[index % 3]!.limits.user.take('ada@example.com'),
      ),
    );
    expect(takes.filter(({ status }) => status === 'fulfilled').length).toBe(4);
    const failure = await failureOf(three[0]!.limits.user.take('ada@example.com'));
    expect(failure.code).toBe('RATE_LIMITED');
    expect(failure.retryAfter).toBeGreaterThan(50);
    await redis.run(async (client) => {
      const keys = await client.keys(`*{${site.name}}:user:*`);
      expect(keys.length).toBe(1);
      expect(keys.join()).not.toContain('ada');
      expect(await client.pttl(keys[0]!)).toBeGreaterThan(0);
    });
  });

  it('does not keep a user out for longer after Redis’s clock was set back', async () => {
    const [one] = await site.start(1, { userRequestsPerMinute: 2 });
    await one!.limits.user.take('ada');
    await redis.run(async (client) => {
      const [key] = await client.keys(`*{${site.name}}:user:*`);
      // As if the clock had been ahead by an hour.
      await client.zadd(key!, Date.now() + 3_600_000, 'one', Date.now() + 3_600_000, 'two');
    });
    await one!.limits.user.take('ada');
    const failure = await failureOf(one!.limits.user.take('ada'));
    expect(failure.retryAfter).toBeLessThanOrEqual(61);
  });

  for (const [what, member] of [
    ['the time when the log opens', 'run'],
    ['a call', 'some-call'],
    ['a pause', 'pause'],
    ['the limits of an instance', 'limits:1:1:0'],
  ] as const) {
    it(`is available again a minute after Redis’s clock was set back, in a log with ${what} that is ahead`, async () => {
      await redis.run(async (client) => {
        const [run = ''] = await client.zrange(site.key, '0', '0');
        // As if the clock had been ahead by an hour.
        const ahead = Date.now() + 3_600_000;
        const score = member === 'some-call' ? ahead : -ahead;
        await client.zadd(site.key, score, member === 'run' ? run : member);
      });
      const [one] = await site.start(1, { ...SHORT_WINDOW, maxConcurrency: 1 });
      expect((await failureOf(site.create(one!))).retryAfter).toBeLessThanOrEqual(3);
      await eventually(async () => (await one!.limits.status()).remaining === 1000);
      for (let call = 0; call < 2; call += 1) await site.create(one!);
    });
  }

  it('does not treat Redis as unavailable when the process itself was blocked', async () => {
    const [one] = await site.start(1);
    const call = site.create(one!);
    const until = performance.now() + 700;
    while (performance.now() < until);
    await expectAsync(call).toBeResolved();
    expect(await site.stateOf(one!)).toBe('up');
    expect(one!.logger.messages).toEqual([]);
  });

  it('needs only the rights in Redis that the documentation lists', async () => {
    const url = new URL(redis.url);
    url.username = 'portal';
    url.password = await createDocumentedUser(redis);
    const [one] = await site.start(1, { redis: redisConfig(url.href) });
    await expectAsync(one!.limits.user.take('juniper')).toBeResolved();
    await expectAsync(site.create(one!)).toBeResolved();
    site.upstream.next = [html(429)];
    await failureOf(site.create(one!));
    expect((await one!.limits.status()).pausedSeconds).toBe(60);
    // No message says that Redis refused a command.
    expect(one!.logger.messages).toEqual([LIMIT_OF_SITE_REACHED]);
  });

  describe('with a Redis that has lost data', () => {
    it('is spent until no lost call can count any more', async () => {
      await redis.flush();
      const [one] = await site.start(1, { requestsPerMinute: 30 });
      const failure = await failureOf(site.create(one!));
      expect(failure.code).toBe('RATE_LIMITED');
      expect(failure.retryAfter).toBeGreaterThan(60);
      expect(failure.retryAfter).toBeLessThanOrEqual(72);
      expect((await one!.limits.status()).remaining).toBe(0);
      expect(one!.logger.messages).toEqual([NO_RECORD]);
    });

    for (const [name, lose] of [
      ['flushed', () => redis.flush()],
      ['evicted', () => redis.flush(site.key)],
    ] as const) {
      it(`is not exceeded when it was ${name}, and is available again later`, async () => {
        const requestsPerMinute = 30;
        const three = await site.start(3, { ...SHORT_WINDOW, requestsPerMinute });
        await site.burst(three, 90);
        expect(site.calls).toBe(30);
        await lose();
        await eventually(async () => {
          await site.burst(three, 30);
          return site.calls > 30;
        });
        site.expectNoWindowAbove(requestsPerMinute, SHORT_WINDOW.windowMs);
      });
    }
  });

  describe('with a Redis that is unavailable', () => {
    afterEach(async () => {
      redis.resume();
      await redis.start();
    });

    it('grants nothing, warns, and continues when Redis is back', async () => {
      const three = await site.start(3, { ...SHORT_WINDOW, requestsPerMinute: 30 });
      await redis.stop();
      await site.untilAll('down');
      const failure = await failureOf(site.create(three[0]!));
      expect(failure.code).toBe('RATE_LIMITED');
      expect(failure.retryAfter).toBe(5);
      expect(site.calls).toBe(0);
      for (const { limits, logger } of three) {
        expect(logger.messages).toEqual([UNAVAILABLE]);
        expect(await limits.status()).toEqual(
          jasmine.objectContaining({ redis: 'down', requestsPerMinute: 0, remaining: 0 }),
        );
      }
      await redis.start();
      await site.untilAll('up');
      expect(three[0]!.logger.messages).toContain(BACK);
      await eventually(async () => {
        await site.burst(three, 3);
        return site.calls > 0;
      });
    });

    it('refuses after a timeout when Redis does not respond, and continues at once when it does', async () => {
      const [one] = await site.start(1, { requestsPerMinute: 30 });
      redis.suspend();
      const requestedAt = performance.now();
      expect((await failureOf(site.create(one!))).code).toBe('RATE_LIMITED');
      expect(performance.now() - requestedAt).toBeLessThan(3000);
      expect(await site.stateOf(one!)).toBe('down');
      redis.resume();
      await eventually(async () => (await site.stateOf(one!)) === 'up');
      await expectAsync(site.create(one!)).toBeResolved();
      expect(one!.logger.messages).toEqual([UNAVAILABLE, BACK]);
    });

    it('is not available while Redis has no free memory and accepts only some commands', async () => {
      const [one] = await site.start(1, { requestsPerMinute: 30 });
      await redis.run((client) => client.config('SET', 'maxmemory', '1'));
      for (const user of ['ada', 'grace']) {
        await one!.limits.user.take(user);
        expect((await failureOf(site.create(one!))).code).toBe('RATE_LIMITED');
      }
      expect(one!.logger.messages).toEqual([UNAVAILABLE]);
      expect(JSON.stringify(one!.logger.facts)).toMatch(/OOM/);
      await redis.run((client) => client.config('SET', 'maxmemory', '0'));
      await expectAsync(site.create(one!)).toBeResolved();
      expect(one!.logger.messages).toEqual([UNAVAILABLE, BACK]);
    });

    it('is not usable before the first connection to Redis, and stays usable after it', async () => {
      redis.suspend();
      const [one] = await site.start(1);
      expect(one!.limits.usable).toBeFalse();
      expect((await failureOf(site.create(one!))).code).toBe('RATE_LIMITED');
      redis.resume();
      await site.untilAll('up');
      expect(one!.limits.usable).toBeTrue();
      await redis.stop();
      await site.untilAll('down');
      expect(one!.limits.usable).toBeTrue();
    });

    it('grants nothing with a wrong password, and logs the reason', async () => {
      await redis.run(async (client) => {
        await client.acl('SETUSER', 'other', 'reset', 'on', '>right', '~*', '+@all');
      });
      const url = new URL(redis.url);
      url.username = 'other';
      url.password = 'wrong';
      const [one] = await site.start(1, { redis: redisConfig(url.href) });
      expect((await failureOf(site.create(one!))).code).toBe('RATE_LIMITED');
      expect(one!.limits.usable).toBeFalse();
      expect(one!.logger.messages).toEqual([UNAVAILABLE]);
      expect(JSON.stringify(one!.logger.facts)).toMatch(/WRONGPASS/);
      expect(JSON.stringify(one!.logger.facts)).not.toContain('wrong"');
      await redis.run(async (client) => {
        await client.acl('SETUSER', 'other', '>wrong');
      });
      await site.untilAll('up');
      await expectAsync(site.create(one!)).toBeResolved();
    });

    it('logs the reason of a Redis that refuses the connection itself, as in protected mode', async () => {
      const refusal = 'DENIED Redis is running in protected mode';
      const server = createServer((client) =>
        client.on('error', () => undefined).end(`-${refusal}\r\n`),
      );
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const { port } = server.address() as AddressInfo;
      const [one] = await site.start(1, { redis: redisConfig(`redis://127.0.0.1:${port}`) });
      await eventually(() => Promise.resolve(JSON.stringify(one!.logger.facts).includes(refusal)));
      expect(one!.limits.usable).toBeFalse();
      server.close();
    });

    it('logs the reason why it cannot be used again after a connection was closed', async () => {
      const passwordOf = (...rules: string[]) =>
        redis.run((client) => client.acl('SETUSER', 'closed', ...rules));
      await passwordOf('reset', 'on', '>first', '~*', '+@all');
      const url = new URL(redis.url);
      url.username = 'closed';
      url.password = 'first';
      const [one] = await site.start(1, { redis: redisConfig(url.href) });
      await passwordOf('resetpass', '>second');
      await redis.run((client) => client.client('KILL', 'USER', 'closed'));
      const reasons = () => JSON.stringify(one!.logger.facts);
      await eventually(() => Promise.resolve(reasons().includes('WRONGPASS')));
      expect(one!.logger.messages).toEqual([UNAVAILABLE, UNAVAILABLE]);
      await passwordOf('>first');
      await site.untilAll('up');
      expect(one!.logger.messages).toEqual([UNAVAILABLE, UNAVAILABLE, BACK]);
    });

    describe('when Redis requires another password', () => {
      /** Returns the URL for a separate user of this spec. */
      const as = (user: string, password: string) => {
        const url = new URL(redis.url);
        Object.assign(url, { username: user, password });
        return redisConfig(url.href);
      };
      const setPassword = (user: string, password: string) =>
        redis.run((client) =>
          client.acl('SETUSER', user, 'reset', 'on', `>${password}`, '~*', '+@all'),
        );

      it('switches to the new password without a refused call', async () => {
        await setPassword('rotated', 'first');
        const [one] = await site.start(1, { redis: as('rotated', 'first') });
        await expectAsync(site.create(one!)).toBeResolved();
        await setPassword('rotated', 'second');
        one!.limits.reconfigureRedis(as('rotated', 'second'));
        await eventually(async () => {
          await site.create(one!);
          return one!.logger.messages.length > 0;
        });
        expect(one!.logger.messages).toEqual(['info Redis is used with the new configuration now']);
        await expectAsync(site.create(one!)).toBeResolved();
        // Only the new connection remains: the old one, with the old password, is closed.
        await eventually(() =>
          redis.run(async (client) => {
            const clients = String(await client.call('CLIENT', 'LIST'));
            return clients.split('user=rotated').length === 2;
          }),
        );
      });

      it('keeps the old connection while the new password is wrong', async () => {
        await setPassword('mistaken', 'first');
        const [one] = await site.start(1, { redis: as('mistaken', 'first') });
        one!.limits.reconfigureRedis(as('mistaken', 'wrong'));
        await eventually(() => Promise.resolve(one!.logger.messages.length > 0));
        expect(one!.logger.messages).toEqual([
          'warn Redis cannot be used with its new configuration; the previous connection stays in use',
        ]);
        expect(JSON.stringify(one!.logger.facts)).toMatch(/WRONGPASS/);
        await expectAsync(site.create(one!)).toBeResolved();
        await setPassword('mistaken', 'right');
        one!.limits.reconfigureRedis(as('mistaken', 'right'));
        await eventually(() =>
          Promise.resolve(
            one!.logger.messages.includes('info Redis is used with the new configuration now'),
          ),
        );
        await expectAsync(site.create(one!)).toBeResolved();
      });

      it('connects when the right password is configured after a wrong one', async () => {
        await setPassword('late', 'right');
        const [one] = await site.start(1, { redis: as('late', 'wrong') });
        expect(one!.limits.usable).toBeFalse();
        one!.limits.reconfigureRedis(as('late', 'right'));
        await site.untilAll('up');
        await expectAsync(site.create(one!)).toBeResolved();
      });
    });

    describe('when another Redis replaces it', () => {
      let other: TestRedis;

      beforeEach(async () => {
        other = await TestRedis.start();
      });

      afterEach(() => other.remove());

      const REPLACED = 'info Redis is used with the new configuration now';
      const SHARE_OF_SIX = { ...SHORT_WINDOW, requestsPerMinute: 6 };

      it('grants only one share within a minute, though the log there is open already', async () => {
        await other.openLog(site.name, 2);
        const [one] = await site.start(1, SHARE_OF_SIX);
        await site.burst([one!], 6);
        expect(site.calls).toBe(6);
        one!.limits.reconfigureRedis(other.config);
        await eventually(async () => {
          await site.burst([one!], 6);
          return site.calls >= 12;
        });
        expect(one!.logger.messages).toContain(REPLACED);
        expect(one!.logger.messages).toContain(NO_RECORD);
        site.expectNoWindowAbove(6, 1000);
      });

      it('grants only one share within a minute to new instances, once the key that the docs name is deleted', async () => {
        await other.openLog(site.name, 2);
        const [one] = await site.start(1, SHARE_OF_SIX);
        await site.burst([one!], 6);
        expect(site.calls).toBe(6);
        await other.flush(await documentedKey(site.name));
        const [next] = await site.start(1, { ...SHARE_OF_SIX, redis: other.config });
        await eventually(async () => {
          await site.burst([next!], 6);
          return site.calls >= 12;
        });
        site.expectNoWindowAbove(6, 1000);
      });

      it('grants only one share within a minute when the address leads to the other one', async () => {
        await other.openLog(site.name, 2);
        const proxy = await startProxy(redis.url);
        const [one] = await site.start(1, { ...SHARE_OF_SIX, redis: redisConfig(proxy.url) });
        await site.burst([one!], 6);
        expect(site.calls).toBe(6);
        proxy.redirectTo(other.url);
        proxy.disconnect();
        proxy.reconnect();
        await eventually(async () => {
          await site.burst([one!], 6);
          return site.calls >= 12;
        });
        expect(one!.logger.messages).toContain(NO_RECORD);
        site.expectNoWindowAbove(6, 1000);
        await proxy.close();
      });

      it('changes to it although the old one does not respond, and logs no outage', async () => {
        const [one] = await site.start(1, SHARE_OF_SIX);
        redis.suspend();
        const refused = failureOf(site.create(one!));
        one!.limits.reconfigureRedis(other.config);
        await eventually(() => Promise.resolve(one!.logger.messages.includes(REPLACED)));
        expect((await refused).code).toBe('RATE_LIMITED');
        redis.resume();
        expect(await site.stateOf(one!)).toBe('up');
        expect(one!.logger.messages).not.toContain(UNAVAILABLE);
      });

      it('grants only one share within a minute while instances change to it one after the other', async () => {
        const two = await site.start(2, SHARE_OF_SIX);
        const isReplaced = (instance: Instance) =>
          eventually(() => Promise.resolve(instance.logger.messages.includes(REPLACED)));
        const [first, last] = two;
        first!.limits.reconfigureRedis(other.config);
        await isReplaced(first!);
        // A record that begins now opens after 2350 ms.
        const closesSoon = performance.now() + 2000;
        await eventually(async () => {
          await site.burst(two, 12);
          return performance.now() > closesSoon;
        });
        last!.limits.reconfigureRedis(other.config);
        await isReplaced(last!);
        const { calls } = site;
        await eventually(async () => {
          await site.burst(two, 12);
          return site.calls >= calls + 6;
        });
        site.expectNoWindowAbove(6, 1000);
      });
    });

    it('grants nothing as long as the database that was configured cannot be used', async () => {
      await redis.run(async (client) => {
        await client.acl('SETUSER', 'default', '-select');
      });
      const [one] = await site.start(1, { ...SHORT_WINDOW, redis: redisConfig(`${redis.url}/3`) });
      const [none] = await site.start(1, { redis: redisConfig(`${redis.url}/99`) });
      for (const { limits, logger } of [one!, none!]) {
        expect((await limits.status()).redis).toBe('down');
        expect(logger.messages).toEqual([UNAVAILABLE]);
      }
      await redis.run(async (client) => {
        await client.acl('SETUSER', 'default', '+select');
      });
      await eventually(async () => (await site.stateOf(one!)) === 'up');
      await redis.run(async (client) => {
        await client.select(3);
        expect(await client.keys(`*{${site.name}}*`)).toEqual([site.key]);
      });
      expect(await site.stateOf(none!)).toBe('down');
    });

    it('writes a pause that Chargebee requested in the meantime to a Redis that is back', async () => {
      const proxy = await startProxy(redis.url);
      const [one] = await site.start(1, { redis: redisConfig(proxy.url) });
      const [two] = await site.start(1);
      let answer: () => void = () => undefined;
      site.upstream.next = [
        (response, request) =>
          (answer = () => html(429, { 'retry-after': '50' })(response, request)),
      ];
      const call = failureOf(site.create(one!));
      await site.upstream.arrived(1);
      proxy.disconnect();
      await eventually(async () => (await site.stateOf(one!)) === 'down');
      answer();
      await call;
      expect((await two!.limits.status()).pausedSeconds).toBe(0);
      proxy.reconnect();
      await eventually(async () => (await two!.limits.status()).pausedSeconds > 40);
      expect((await failureOf(site.create(two!))).code).toBe('RATE_LIMITED');
      await proxy.close();
    });

    it('divides the limit of one user', async () => {
      const [one] = await site.start(1, { userRequestsPerMinute: 6, instances: 3 });
      await redis.stop();
      await site.untilAll('down');
      await one!.limits.user.take('juniper');
      await one!.limits.user.take('juniper');
      expect((await failureOf(one!.limits.user.take('juniper'))).code).toBe('RATE_LIMITED');
    });

    it('leaves each declared instance its local budget, which is part of the share', async () => {
      const three = await site.start(3, { requestsPerMinute: 30, instances: 3 });
      expect(three[0]!.limits.usable).toBeTrue();
      await site.burst([three[0]!], 60);
      // The shared budget, and the local budget of this instance.
      expect(site.calls).toBe(15 + 5);
      await redis.stop();
      await site.untilAll('down');
      for (const { limits } of three) {
        expect((await limits.status()).requestsPerMinute).toBe(5);
      }
      await site.burst(three, 90);
      expect(site.calls).toBe(30);
      await redis.start();
      await site.untilAll('up');
      await site.burst(three, 90);
      expect(site.calls).toBe(30);
    });
  });
});

describeIfRedis('quota shared through a Redis that is restored from disk', () => {
  it('does not trust a log from before a restart of Redis', async () => {
    const redis = await TestRedis.start();
    const site = new Site('restored', await startUpstream(), redis.config);
    await redis.openLog('restored');
    const [one] = await site.start(1, { requestsPerMinute: 30 });
    await site.burst([one!], 10);
    const dump = join(redis.folder, 'dump.rdb');
    await redis.run((client) => client.save());
    await copyFile(dump, `${dump}.copy`);
    await site.burst([one!], 20);
    await redis.stop();
    await copyFile(`${dump}.copy`, dump);
    await redis.start();
    await site.untilAll('up');
    // The old log contains only ten calls.
    const failure = await failureOf(site.create(one!));
    expect(failure.retryAfter).toBeGreaterThan(60);
    expect(site.calls).toBe(30);
    await site.close();
    await redis.remove();
  });
});
