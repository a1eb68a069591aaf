import type { RedisConfig } from '../config/redis.js';
import { LocalBudget, type LocalBudgetOptions } from './local-budget.js';
import { Quota } from './quota.js';
import { RedisConnection, type LimitsLogger } from './redis-connection.js';
import { SharedBudget } from './shared-budget.js';
import { LATE_ARRIVAL_MS, type UpstreamQuota } from './upstream-quota.js';
import { UserRequests, type UserLimit } from './user-limit.js';

const MINUTE_MS = 60_000;

export interface LimitsOptions {
  /** The site's name. Instances of the same site share its limits; other sites in the same Redis have separate ones. */
  site: string;
  /** Calls to Chargebee in any 60 seconds, for all instances together. */
  requestsPerMinute: number;
  /** Simultaneous calls to Chargebee, for all instances together. */
  maxConcurrency: number;
  /** Upstream requests of one user, in any 60 seconds. */
  userRequestsPerMinute: number;
  /** The timeout of one call to Chargebee, in milliseconds. */
  timeoutMs: number;
  /**
   * The maximum number of instances that run at once. Without Redis, the share is divided equally among them; the default is 1.
   * With Redis, half of the share is divided among them, as a local budget of each that can be used while Redis is unavailable; the
   * default is no local budget.
   */
  instances?: number | undefined;
  /** The Redis that shares the limits. Without it, they are kept in this process's memory. */
  redis?: RedisConfig | undefined;
  logger: LimitsLogger;
  /** Called whenever a pause begins that Chargebee requested of this instance. */
  onPause?: (() => void) | undefined;
  /** For tests: the length of the minute, in milliseconds. */
  windowMs?: number;
  /** For tests: how long after it was aborted a call may still arrive, in milliseconds. */
  lateArrivalMs?: number;
  /** For tests: the clock of the local budget. */
  clock?: () => number;
}

/** The state of the limits, for metrics. */
export interface LimitsStatus {
  /** `off` when no Redis is configured. */
  redis: 'off' | 'up' | 'down';
  /** The limit of calls per minute that this instance can use now. While Redis is unavailable, the shared quota is not included. */
  requestsPerMinute: number;
  /** Calls that this instance could still make in this minute. */
  remaining: number;
  /** Calls in flight, of all instances while Redis can be reached. */
  inFlight: number;
  /** Requests of this process that wait for one of the concurrency slots. */
  waiting: number;
  /** The seconds left of a pause that Chargebee requested. */
  pausedSeconds: number;
}

/** The limit of each user and the quota of the site. */
export interface Limits {
  user: UserLimit;
  /** The quota of calls to Chargebee, for the gateway. */
  upstream: UpstreamQuota;
  /** Resolves after the first attempt to connect to Redis; at once without Redis. */
  ready(): Promise<void>;
  /** Whether calls can be granted: without Redis, with a local budget, or after the first connection to Redis. */
  readonly usable: boolean;
  status(): Promise<LimitsStatus>;
  /** Switches to another configuration of Redis, such as a rotated password. Has no effect without Redis. */
  reconfigureRedis(redis: RedisConfig): void;
  close(): Promise<void>;
}

/** Creates the limit of each user and the quota of the site, in memory or shared through Redis. */
export function createLimits(options: LimitsOptions): Limits {
  const { redis, instances, logger, windowMs = MINUTE_MS } = options;
  // A hash tag (in braces): a Redis Cluster keeps all keys of a site on one node.
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
      const { limit, remaining, inFlight, waiting, pausedMs } = await upstream.usage();
      return {
        redis: connection === undefined ? 'off' : connection.healthy ? 'up' : 'down',
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

/** Divides the share of the site's quota into a shared and a local budget, whose sum does not exceed it. */
function createQuota(
  options: LimitsOptions,
  connection: RedisConnection | undefined,
  key: string,
): Quota {
  const { requestsPerMinute, maxConcurrency, timeoutMs, logger, onPause } = options;
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
      logger,
      onPause,
      local: local({
        requestsPerMinute: part,
        requestsInFirstMinute: Math.floor(part / 2),
        maxConcurrency: Math.floor(maxConcurrency / (instances ?? 1)),
      }),
    });
  }
  const partOf = (whole: number) => (instances ? Math.floor(whole / 2 / instances) : 0);
  return new Quota({
    logger,
    onPause,
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
