import type { RedisConfig } from '../config/redis.js';
import { LocalBudget, type LocalBudgetOptions } from './local-budget.js';
import { Quota } from './quota.js';
import { RedisConnection, type LimitsLogger } from './redis-connection.js';
import { SharedBudget } from './shared-budget.js';
import { LATE_ARRIVAL_MS, type UpstreamQuota } from './upstream-quota.js';
import { UserRequests, type UserLimit } from './user-limit.js';

const MINUTE_MS = 60_000;

/** How the limits are set up. */
export interface LimitsOptions {
  /** The site's name: instances of one site share its limits, those of another site on the same Redis do not. */
  site: string;
  /** Calls to Chargebee in any 60 seconds, for all instances together. */
  requestsPerMinute: number;
  /** Simultaneous calls to Chargebee, for all instances together. */
  maxConcurrency: number;
  /** Requests of one user that would go upstream, in any 60 seconds. */
  userRequestsPerMinute: number;
  /** How long one call to Chargebee can take, in milliseconds. */
  timeoutMs: number;
  /**
   * The most instances that run at once. Without Redis each has an equal part, and one is assumed when this is left out.
   * With Redis it sets half of the share aside, an equal part of it for each, which needs no Redis.
   */
  instances?: number | undefined;
  /** Where the limits are shared; in this process's memory when left out. */
  redis?: RedisConfig | undefined;
  logger: LimitsLogger;
  /** For tests: the minute, in milliseconds. */
  windowMs?: number;
  /** For tests: how much later than it was cut off a call may arrive, in milliseconds. */
  lateArrivalMs?: number;
  /** For tests: the clock of what is counted in memory. */
  clock?: () => number;
}

/** How the limits stand, for metrics. */
export interface LimitsStatus {
  /** `off` when no Redis is set up. */
  redis: 'off' | 'up' | 'away';
  /** Calls per minute that this instance can draw on now: nothing of the shared quota while Redis is away. */
  requestsPerMinute: number;
  /** Calls that this instance could still make in this minute. */
  remaining: number;
  /** Calls in flight, of all instances as far as Redis tells. */
  inFlight: number;
  /** Requests of this process that wait for a simultaneous place. */
  waiting: number;
  /** Seconds that are left of a pause which Chargebee asked for. */
  pausedSeconds: number;
}

/** The limit of each user and the quota of the site. */
export interface Limits {
  user: UserLimit;
  /** For the gateway. */
  upstream: UpstreamQuota;
  /** Resolves when it is known whether Redis is there; at once when none is set up. */
  ready(): Promise<void>;
  /** Whether calls can be granted: without Redis, with a part that needs none, or once Redis has been reached. */
  readonly usable: boolean;
  status(): Promise<LimitsStatus>;
  /** Uses another configuration of Redis, such as a rotated password, from now on; nothing when none was set up. */
  reconfigureRedis(redis: RedisConfig): void;
  close(): Promise<void>;
}

/** Makes the limit of each user and the quota of all, in memory or shared through Redis. */
export function createLimits(options: LimitsOptions): Limits {
  const { redis, instances, logger, windowMs = MINUTE_MS } = options;
  // In braces, so that a Redis Cluster keeps all keys of a site on one node.
  const prefix = `chargebee-portal:{${options.site}}`;
  const connection =
    redis &&
    new RedisConnection({
      redis,
      logger,
      onConnect: () => upstream.onConnect(),
      onReplace: (client) => upstream.onReplace(client),
    });
  const upstream = createQuota(options, connection, `${prefix}:calls`);

  return {
    user: new UserRequests({
      requestsPerMinute: options.userRequestsPerMinute,
      windowMs,
      instances: instances ?? 1,
      prefix,
      connection,
    }),
    upstream,
    ready: async () => connection?.firstAttempt,
    get usable() {
      return connection === undefined || instances !== undefined || connection.wasHealthy;
    },
    async status() {
      const { limit, remaining, inFlight, waiting, pausedMs } = await upstream.use();
      return {
        redis: connection === undefined ? 'off' : connection.healthy ? 'up' : 'away',
        requestsPerMinute: limit,
        remaining,
        inFlight,
        waiting,
        pausedSeconds: Math.ceil(pausedMs / 1000),
      };
    },
    reconfigureRedis: (config) => connection?.reconfigure(config),
    async close() {
      upstream.close();
      await connection?.close();
    },
  };
}

/** Divides the share into budgets that do not overlap, so that whatever is spent of each, the share is kept. */
function createQuota(
  options: LimitsOptions,
  connection: RedisConnection | undefined,
  key: string,
): Quota {
  const { requestsPerMinute, maxConcurrency, timeoutMs, logger } = options;
  const { windowMs = MINUTE_MS, lateArrivalMs = LATE_ARRIVAL_MS, instances } = options;
  const local = (
    part: Pick<
      LocalBudgetOptions,
      'requestsPerMinute' | 'requestsInFirstMinute' | 'maxConcurrency'
    >,
  ) =>
    new LocalBudget({
      ...part,
      windowMs,
      lateArrivalMs,
      firstMinuteMs: windowMs + timeoutMs + lateArrivalMs,
      clock: options.clock ?? (() => performance.now()),
    });

  if (connection === undefined) {
    const part = Math.floor(requestsPerMinute / (instances ?? 1));
    return new Quota({
      local: local({
        requestsPerMinute: part,
        requestsInFirstMinute: Math.floor(part / 2),
        maxConcurrency: Math.floor(maxConcurrency / (instances ?? 1)),
      }),
    });
  }
  const partOf = (whole: number) => (instances ? Math.floor(whole / 2 / instances) : 0);
  return new Quota({
    shared: new SharedBudget({
      connection,
      key,
      requestsPerMinute: requestsPerMinute - (instances ?? 0) * partOf(requestsPerMinute),
      maxConcurrency: maxConcurrency - (instances ?? 0) * partOf(maxConcurrency),
      localRequestsPerMinute: partOf(requestsPerMinute),
      timeoutMs,
      windowMs,
      lateArrivalMs,
      logger,
    }),
    local: instances
      ? local({
          requestsPerMinute: partOf(requestsPerMinute),
          requestsInFirstMinute: 0,
          maxConcurrency: partOf(maxConcurrency),
        })
      : undefined,
  });
}
