import { createHash, randomUUID } from 'node:crypto';
import type { RedisConnection } from './redis-connection.js';
import { USER_LIMIT_EXCEEDED, rateLimited } from './limit-errors.js';
import { SlidingWindow } from './sliding-window.js';

/** The maximum number of users in memory. Beyond that, the user with the oldest last request is dropped. */
const MAX_USERS = 20_000;

/** The limit of requests of each user, in any 60 seconds. */
export interface UserLimit {
  /**
   * Counts an upstream request of a user. Rejects with `RATE_LIMITED` when the limit is exceeded; the request is then not
   * counted.
   */
  take(userKey: string): Promise<void>;
}

export interface UserLimitOptions {
  /** Requests per minute of one user, over all instances. */
  requestsPerMinute: number;
  instances: number;
  /** The length of the minute, in milliseconds. */
  windowMs: number;
  /** The prefix of keys in Redis, which contains the site. */
  prefix: string;
  connection?: RedisConnection | undefined;
}

/** Counts requests by user in this process, and in Redis if configured. */
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
      throw rateLimited(waitMs, USER_LIMIT_EXCEEDED);
    }
    // If Redis responds, its count decides: the local clock stands still while a serverless platform suspends this process.
    if (waitMs === undefined) {
      refuseFull(log, Math.max(1, Math.floor(requestsPerMinute / instances)));
    }
    const now = performance.now();
    if (log.size(now) < requestsPerMinute) log.add(now);
  }

  /** Returns the milliseconds that this user has to wait, 0 for none; undefined when Redis does not respond. */
  #takeShared(connection: RedisConnection, userKey: string): Promise<number | undefined> {
    const { prefix, requestsPerMinute, windowMs } = this.#options;
    // Hashed, since a user's id may be an e-mail address.
    const user = createHash('sha256').update(userKey).digest('base64url');
    const id = `${this.#instance}:${++this.#requests}`;
    return connection
      .run(
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
    if (this.#users.size > MAX_USERS) {
      const [oldest] = this.#users.keys();
      this.#users.delete(oldest ?? '');
    }
    return log;
  }
}

function refuseFull(log: SlidingWindow, limit: number): void {
  const now = performance.now();
  const size = log.size(now);
  if (size >= limit) {
    throw rateLimited(log.msUntilExpired(size - limit + 1, now) ?? 0, USER_LIMIT_EXCEEDED);
  }
}
