import type { RedisConfig } from '../../src/config/redis.js';
import { describeIfRedis, TestRedis } from './redis.js';
import { eventually } from './eventually.js';
import { SHORT_WINDOW, Site } from './site.js';
import { startUpstream } from './upstream.js';

/** How many calls the sites may make in any window. */
const SHARE = 20;

/** The timeout of specs that wait in real time until faults are detected, on a machine that may be busy. */
export const SLOW_SPEC_TIMEOUT_MS = 90_000;

/** Like `describeIfRedis`, for specs that start several Redis servers. The servers are removed after each spec. */
export function describeWithRedisServers(
  title: string,
  define: (servers: () => RedisServers) => void,
): void {
  describeIfRedis(title, () => {
    let servers: RedisServers;
    beforeEach(() => {
      servers = new RedisServers();
    });
    afterEach(() => servers.close(), SLOW_SPEC_TIMEOUT_MS);
    define(() => servers);
  });
}

/** Several Redis servers, and the sites whose quota is shared through them. They are closed together. */
export class RedisServers {
  readonly #servers: TestRedis[] = [];
  readonly #sites: Site[] = [];

  async start(args: string[]): Promise<TestRedis> {
    return this.#keep(await TestRedis.start(args));
  }

  /** Starts a server without default arguments, such as a Sentinel. */
  async startBare(...args: Parameters<typeof TestRedis.startBare>): Promise<TestRedis> {
    return this.#keep(await TestRedis.startBare(...args));
  }

  async siteOn(redis: RedisConfig): Promise<Site> {
    const site = new Site('acme-test', await startUpstream(), redis);
    this.#sites.push(site);
    return site;
  }

  /**
   * Runs three instances under load before, during and after a fault. Expects that they make calls again after it, and that no
   * window has more calls than the share.
   */
  async expectQuotaThroughFault(
    redis: RedisConfig,
    causeFault: () => Promise<void>,
  ): Promise<void> {
    const site = await this.siteOn(redis);
    const instances = await site.start(3, { ...SHORT_WINDOW, requestsPerMinute: SHARE });
    const useMoreThanOneShare = async () => {
      const { calls } = site;
      await eventually(async () => {
        await site.burst(instances, 6);
        return site.calls > calls + SHARE;
      });
    };
    await useMoreThanOneShare();
    await Promise.all([causeFault(), useMoreThanOneShare()]);
    await useMoreThanOneShare();
    site.expectNoWindowAbove(SHARE, SHORT_WINDOW.windowMs);
  }

  async close(): Promise<void> {
    await Promise.all(this.#sites.splice(0).map((site) => site.close()));
    await Promise.all(
      this.#servers.splice(0).map(async (server) => {
        server.resume();
        await server.remove();
      }),
    );
  }

  #keep(server: TestRedis): TestRedis {
    this.#servers.push(server);
    return server;
  }
}
