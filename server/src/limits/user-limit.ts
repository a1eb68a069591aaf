import { createHash, randomUUID } from 'node:crypto';
import type { RedisConnection } from './redis-connection.js';
import { USER_ASKS_TOO_OFTEN, rateLimited } from './refusals.js';
import { SlidingWindow } from './sliding-window.js';

/** How many users are kept in memory; past that, the one whose last request is the oldest is dropped. */
const MOST_USERS = 20_000;

/** The limit of one user, in any 60 seconds. */
export interface UserLimit {
  /**
   * Counts one request of a user that would go upstream. Rejects with `RATE_LIMITED` when there were too many; such a
   * request is not counted.
   */
  take(userKey: string): Promise<void>;
}

/** How a user limit is set up. */
export interface UserLimitOptions {
  /** Requests a minute of one user, over all instances. */
  requestsPerMinute: number;
  instances: number;
  /** The minute, in milliseconds. */
  windowMs: number;
  /** Names the site, in Redis's keys. */
  prefix: string;
  connection?: RedisConnection | undefined;
}

/** Counts requests by user: in this process, and in Redis too when there is one. */
export class UserRequests implements UserLimit {
  readonly #options: UserLimitOptions;
  readonly #instance = randomUUID().slice(0, 8);
  readonly #users = new Map<string, SlidingWindow>();
  #requests = 0;

  constructor(options: UserLimitOptions) {
    this.#options = options;
  }

  async take(userKey: string): Promise<void> {
    const { requestsPerMinute, instances, connection } = this.#options;
    const log = this.#log(userKey);
    const waitMs = connection && (await this.#takeShared(connection, userKey));
    if (waitMs !== undefined && waitMs > 0) {
      throw rateLimited(waitMs, USER_ASKS_TOO_OFTEN);
    }
    // Where Redis answers, it decides: here the clock stands still while a serverless platform suspends this process.
    if (waitMs === undefined) {
      refuseFull(log, Math.max(1, Math.floor(requestsPerMinute / instances)));
    }
    const now = performance.now();
    if (log.size(now) < requestsPerMinute) log.add(now);
  }

  /** Milliseconds that this user has to wait, 0 when they may go on; undefined when Redis does not answer. */
  #takeShared(connection: RedisConnection, userKey: string): Promise<number | undefined> {
    const { prefix, requestsPerMinute, windowMs } = this.#options;
    // A user's id may be an e-mail address: Redis gets its hash.
    const user = createHash('sha256').update(userKey).digest('base64url');
    const id = `${this.#instance}:${++this.#requests}`;
    return connection
      .ask(
        (redis) => redis.takeUser(`${prefix}:user:${user}`, id, requestsPerMinute, windowMs),
        false,
      )
      .catch(() => undefined);
  }

  #log(userKey: string): SlidingWindow {
    const log =
      this.#users.get(userKey) ??
      new SlidingWindow(this.#options.requestsPerMinute, this.#options.windowMs);
    this.#users.delete(userKey);
    this.#users.set(userKey, log);
    if (this.#users.size > MOST_USERS) {
      const [longestAgo] = this.#users.keys();
      this.#users.delete(longestAgo ?? '');
    }
    return log;
  }
}

function refuseFull(log: SlidingWindow, limit: number): void {
  const now = performance.now();
  const size = log.size(now);
  if (size >= limit) {
    throw rateLimited(log.untilGone(size - limit + 1, now) ?? 0, USER_ASKS_TOO_OFTEN);
  }
}
