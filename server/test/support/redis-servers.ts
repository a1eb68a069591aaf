import type { RedisConfig } from '../../src/config/redis.js';
import { describeIfRedis, TestRedis } from './redis.js';
import { SHORT, Site, eventually } from './site.js';
import { startUpstream } from './upstream.js';

const SHARE = 20;

/** A timeout for specs that wait in real time until faults are detected, on a machine that may be busy. */
export const PATIENCE_MS = 90_000;

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
    afterEach(() => servers.close(), PATIENCE_MS);
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
  async expectQuotaThrough(redis: RedisConfig, fail: () => Promise<void>): Promise<void> {
    const site = await this.siteOn(redis);
    const three = await site.start(3, { ...SHORT, requestsPerMinute: SHARE });
    const untilMore = async () => {
      const { calls } = site;
      await eventually(async () => {
        await site.burst(three, 6);
        return site.calls > calls + SHARE;
      });
    };
    await untilMore();
    await Promise.all([fail(), untilMore()]);
    await untilMore();
    site.expectNoWindowAbove(SHARE, SHORT.windowMs);
  }

  async close(): Promise<void> {
    await Promise.all(this.#sites.splice(0).map((site) => site.close()));
    await Promise.all(
      this.#servers.splice(0).map(async (server) => {
        server.thaw();
        await server.remove();
      }),
    );
  }

  #keep(server: TestRedis): TestRedis {
    this.#servers.push(server);
    return server;
  }
}
