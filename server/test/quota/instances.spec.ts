import { IdentityProvider } from '../support/identity-provider.js';
import { Program } from '../support/program.js';
import { describeWithRedis } from '../support/redis.js';
import { eventually } from '../support/eventually.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

const SHARE = 30;

/** Instances of the server in child processes, with one upstream. */
class Instances {
  urls: string[] = [];
  metricsUrls: string[] = [];
  readonly #programs: Program[];
  readonly #tokens: Promise<string>[];

  constructor(
    count: number,
    private readonly idp: IdentityProvider,
    upstream: Upstream,
    env: Record<string, string> = {},
  ) {
    this.#programs = Array.from(
      { length: count },
      () =>
        new Program({
          HOST: '127.0.0.1',
          PORT: '0',
          METRICS_PORT: '0',
          CHARGEBEE_SITE: 'acme-test',
          CHARGEBEE_API_KEY: 'test_key',
          CHARGEBEE_BASE_URL: upstream.url,
          CHARGEBEE_REQUESTS_PER_MINUTE: String(SHARE),
          CHARGEBEE_MAX_CONCURRENCY: '8',
          ...idp.env,
          ...env,
        }),
    );
    // Enough users that none of them reaches the user limit.
    this.#tokens = Array.from({ length: 30 }, (_, user) => this.idp.token({ sub: `user-${user}` }));
  }

  async started(): Promise<this> {
    const lines = await Promise.all(this.#programs.map((program) => program.listening()));
    this.urls = lines.map(({ url }) => url);
    this.metricsUrls = lines.map(({ metricsUrl }) => metricsUrl ?? '');
    return this;
  }

  /** Sends this many requests at once, to all instances in turn. */
  async burst(count: number): Promise<Response[]> {
    const tokens = await Promise.all(this.#tokens);
    return Promise.all(
      Array.from({ length: count }, (_, index) =>
        fetch(`${this.urls[index % this.urls.length]}/portal-session`, {
          method: 'POST',
          headers: { authorization: `Bearer ${tokens[index % tokens.length]}` },
        }),
      ),
    );
  }

  /** Repeats bursts until this many requests were granted: while Redis is slow on a busy machine, instances refuse. */
  async burstsUntil(granted: number, count: number): Promise<Response[]> {
    const answers: Response[] = [];
    for (let bursts = 0; bursts < 5; bursts += 1) {
      answers.push(...(await this.burst(count)));
      if (answers.filter(({ ok }) => ok).length >= granted) break;
    }
    return answers;
  }

  /** Returns the value of a metric of each instance. */
  async metric(name: string): Promise<number[]> {
    return Promise.all(
      this.metricsUrls.map(async (url) => {
        const text = await (await fetch(url)).text();
        return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
      }),
    );
  }

  /** Whether each instance has this value of a metric. On a busy machine Redis is late, and seems unavailable for a moment. */
  reach(name: string, expected: number): () => Promise<boolean> {
    return async () => (await this.metric(name)).every((value) => value === expected);
  }

  logs(message: string): Promise<unknown> {
    return Promise.all(this.#programs.map((program) => program.logs(message)));
  }

  async stop(): Promise<void> {
    this.#programs.forEach((program) => program.signal('SIGTERM'));
    await Promise.all(this.#programs.map((program) => program.exit));
  }
}

/** Expects that every caller got a session, or `RATE_LIMITED` with a time. */
function expectGranted(answers: Response[], granted: number): void {
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.filter(({ status }) => status === 200).length).toBe(granted);
  expect(refused.length).toBe(answers.length - granted);
  for (const { headers } of refused) {
    const seconds = Number(headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(72);
  }
}

describe('one instance of the server', () => {
  it('does not exceed its share of the quota in a burst', async () => {
    const [idp, upstream] = await Promise.all([IdentityProvider.start(), startUpstream()]);
    const one = await new Instances(1, idp, upstream).started();
    // In its first minute, an instance makes only half of the calls, because of those of a replaced one.
    expectGranted(await one.burst(10 * SHARE), SHARE / 2);
    expect(upstream.requests.length).toBe(SHARE / 2);
    expect(upstream.maxConcurrent).toBeLessThanOrEqual(8);
    expect(await one.metric('chargebee_quota_remaining')).toEqual([0]);
    expect(await one.metric('portal_redis_up')).toEqual([NaN]);
    await one.stop();
    await Promise.all([idp.stop(), upstream.close()]);
  });
});

describeWithRedis('three instances of the server', (redis) => {
  let idp: IdentityProvider;
  let upstream: Upstream;

  beforeEach(async () => {
    [idp, upstream] = await Promise.all([IdentityProvider.start(), startUpstream()]);
  });

  afterEach(async () => {
    await Promise.all([idp.stop(), upstream.close()]);
  });

  it('do not exceed their share of the quota together in a burst, with Redis and without', async () => {
    await redis().openLog('acme-test');
    const three = await new Instances(3, idp, upstream, { REDIS_URL: redis().url }).started();
    expectGranted(await three.burstsUntil(SHARE, 10 * SHARE), SHARE);
    expectGranted(await three.burst(SHARE), 0);
    expect(upstream.requests.length).toBe(SHARE);
    expect(upstream.maxConcurrent).toBeLessThanOrEqual(8);
    expect(await three.metric('chargebee_quota_requests_per_minute')).toEqual([30, 30, 30]);
    expect(await three.metric('chargebee_quota_remaining')).toEqual([0, 0, 0]);
    await eventually(three.reach('portal_redis_up', 1));

    await redis().stop();
    await three.logs('Redis is unavailable: the shared quota cannot be used');
    expectGranted(await three.burst(SHARE), 0);
    expect(await three.metric('chargebee_quota_requests_per_minute')).toEqual([0, 0, 0]);
    expect(await three.metric('portal_redis_up')).toEqual([0, 0, 0]);

    await redis().start();
    await eventually(three.reach('portal_redis_up', 1));
    expectGranted(await three.burst(SHARE), 0);
    expect(upstream.requests.length).toBe(SHARE);
    await three.stop();
  });

  it('are not ready before they have connected to Redis, and stay ready when it becomes unavailable later', async () => {
    await redis().stop();
    const one = await new Instances(1, idp, upstream, { REDIS_URL: redis().url }).started();
    const ready = async () => (await fetch(`${one.urls[0]}/readyz`)).status;
    expect(await ready()).toBe(503);
    expect((await fetch(`${one.urls[0]}/healthz`)).status).toBe(200);
    await redis().start();
    await eventually(async () => (await ready()) === 200);
    await redis().stop();
    expect(await ready()).toBe(200);
    await one.stop();
    await redis().start();
  });
});
