import type { Redis } from 'ioredis';
import { Heartbeat } from './heartbeat.js';
import { LocalQuota } from './local-quota.js';
import { Quota } from './quota.js';
import { RedisLink, type LimitsLogger } from './redis-link.js';
import { SharedQuota, type SharedLog, type SharedQuotaOptions } from './shared-quota.js';
import type { UpstreamQuota } from './upstream-quota.js';
import { UserRequests, type UserLimit } from './user-limit.js';

const MINUTE = 60_000;

/** How the limits are set up. */
export interface LimitsOptions {
  /** The site's name: instances of one site share its limits, those of another site on the same Redis do not. */
  site: string;
  /** Calls to Chargebee in any 60 seconds, for all instances together. */
  requestsPerMinute: number;
  /** Calls to Chargebee at once, for all instances together. */
  maxConcurrency: number;
  /** Requests of one user that would go upstream, in any 60 seconds. */
  userRequestsPerMinute: number;
  /** How long one call to Chargebee can take, in milliseconds. */
  timeoutMs: number;
  /**
   * How many instances there are. Each one's part is one of so many when Redis is away, or when there is none; the parts
   * of those that Redis has not heard of are kept back.
   */
  instances: number;
  /** Where the limits are shared; in this process's memory when left out. */
  redisUrl?: string | undefined;
  /** The window of both limits, in milliseconds: a minute, as Chargebee's own, unless given. */
  windowMs?: number;
  logger: LimitsLogger;
}

/** How the limits stand, for metrics. */
export interface LimitsStatus {
  /** `off` when no Redis is set up. */
  redis: 'off' | 'up' | 'away';
  /**
   * Calls a minute that are gone by: the whole share; what is left of it while parts are kept back for instances that are
   * missing; this process's own part while Redis is away, or alone not to be relied on.
   */
  requestsPerMinute: number;
  /** Calls that this process could still make in this minute, as far as it is known. */
  remaining: number;
  /** Calls under way, of all instances together as far as it is known. */
  underWay: number;
  /** Requests of this process that wait for a simultaneous place. */
  waiting: number;
  /** Seconds that are left of a pause which Chargebee asked for. */
  pausedSeconds: number;
}

/** The two limits, and what they stand at. */
export interface Limits {
  user: UserLimit;
  /** For the gateway. */
  upstream: UpstreamQuota;
  /** Resolves when it is known whether Redis is there; at once when none is set up. */
  ready(): Promise<void>;
  status(): Promise<LimitsStatus>;
  close(): Promise<void>;
}

/** Makes the limit of each user and the quota of all, in memory or shared through Redis. */
export function createLimits(options: LimitsOptions): Limits {
  const { instances, requestsPerMinute, redisUrl, windowMs = MINUTE } = options;
  // In braces, so that a clustered Redis keeps a site's keys together.
  const prefix = `chargebee-portal:{${options.site}}`;
  const local = new LocalQuota(requestsPerMinute, windowMs);
  const shared =
    redisUrl === undefined
      ? undefined
      : shareThroughRedis(redisUrl, local, { ...options, prefix, windowMs });
  const heartbeat = shared && new Heartbeat({ shared, instances, logger: options.logger });
  const upstream = new Quota({
    requestsPerMinute,
    maxConcurrency: options.maxConcurrency,
    instances,
    local,
    shared,
  });

  return {
    user: new UserRequests({
      requestsPerMinute: options.userRequestsPerMinute,
      windowMs,
      instances,
      prefix,
      link: shared?.link,
    }),
    upstream,
    ready: async () => shared?.link.firstTry,
    async status() {
      const { limit, remaining, underWay, waiting, pausedMs } = await upstream.use();
      return {
        redis: shared === undefined ? 'off' : shared.link.up ? 'up' : 'away',
        requestsPerMinute: limit,
        remaining: pausedMs > 0 ? 0 : remaining,
        underWay,
        waiting,
        pausedSeconds: Math.ceil(pausedMs / 1000),
      };
    },
    async close() {
      upstream.close();
      heartbeat?.stop();
      await shared?.link.close();
    },
  };
}

function shareThroughRedis(
  url: string,
  local: LocalQuota,
  options: SharedQuotaOptions & { logger: LimitsLogger },
): SharedLog {
  const { logger, windowMs } = options;
  const quota = new SharedQuota(options);
  const restore = (redis: Redis) => quota.restore(redis, local);
  return { quota, link: new RedisLink({ url, logger, windowMs, restore }) };
}
