import { createHash, randomUUID } from 'node:crypto';
import type { RedisLink } from './redis-link.js';
import { USER_ASKS_TOO_OFTEN, rateLimited } from './refusals.js';
import { SlidingWindow } from './sliding-window.js';

/** So many users are remembered; past that, the one who has asked least recently is forgotten. */
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
  link?: RedisLink | undefined;
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
    const { requestsPerMinute, instances, link } = this.#options;
    const limit = link?.decides
      ? requestsPerMinute
      : Math.max(1, Math.floor(requestsPerMinute / instances));
    const log = this.#log(userKey);
    refuseFull(log, limit);
    if (link?.up) {
      const waitMs = await this.#ask(link, userKey);
      if (waitMs === undefined) {
        // It has just gone away: from now on the own part counts.
        return this.take(userKey);
      }
      if (waitMs > 0) {
        throw rateLimited(waitMs, USER_ASKS_TOO_OFTEN);
      }
      refuseFull(log, requestsPerMinute);
    }
    log.add(performance.now());
  }

  /** Milliseconds that this user has to wait, 0 when they may go on; undefined when Redis does not answer. */
  #ask(link: RedisLink, userKey: string): Promise<number | undefined> {
    const { prefix, requestsPerMinute, windowMs } = this.#options;
    // A user's id may be an e-mail address: Redis gets its hash.
    const user = createHash('sha256').update(userKey).digest('base64url');
    const id = `${this.#instance}:${++this.#requests}`;
    return link
      .ask((redis) => redis.takeUser(`${prefix}:user:${user}`, id, requestsPerMinute, windowMs))
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
