import { LocalQuota } from './local-quota.js';
import type { UpstreamQuota } from './quota.js';
import { RedisLink, type LimitsLogger } from './redis-link.js';
import { SharedQuota } from './shared-quota.js';
import { Quota } from './upstream-quota.js';
import { UserRequests, type UserLimit } from './user-limit.js';

export type { CallEnd, Permit, PermitRequest, UpstreamQuota } from './quota.js';
export type { LimitsLogger } from './redis-link.js';
export type { UserLimit } from './user-limit.js';

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
  /** How many instances there are: each one's part is one of so many when Redis is away, or when there is none. */
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
   * Calls a minute that are gone by: the whole share; this process's own part while Redis is away; what is left of the
   * whole while parts are kept for instances that are missing.
   */
  requestsPerMinute: number;
  /** Calls that are left of this minute; of all instances together, as far as it is known. */
  remaining: number;
  /** Calls under way; likewise. */
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
  let link: RedisLink | undefined;
  let shared: { quota: SharedQuota; link: RedisLink } | undefined;
  if (redisUrl !== undefined) {
    const quota = new SharedQuota({ ...options, prefix, windowMs });
    link = new RedisLink({
      url: redisUrl,
      logger: options.logger,
      windowMs,
      restore: (redis) => quota.restore(redis, local),
    });
    shared = { quota, link };
  }
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
      link,
    }),
    upstream,
    ready: async () => link?.firstTry,
    async status() {
      const { limit, used, underWay, waiting, pausedMs } = await upstream.use();
      return {
        redis: link === undefined ? 'off' : link.up ? 'up' : 'away',
        requestsPerMinute: limit,
        remaining: pausedMs > 0 ? 0 : Math.max(0, limit - used),
        underWay,
        waiting,
        pausedSeconds: Math.ceil(pausedMs / 1000),
      };
    },
    async close() {
      upstream.close();
      await link?.close();
    },
  };
}
