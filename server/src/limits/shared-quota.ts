import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { LATE_ARRIVAL, type LocalQuota, type Verdict } from './local-quota.js';
import type { CallEnd } from './quota.js';

/** So many calls are written at once when Redis comes back. */
const BATCH = 500;

/** Redis's answer to a call that is asked for. */
export type SharedVerdict = Verdict & {
  /** Whether `retryMs` is exact: until then every answer would be the same. */
  exact?: boolean;
  /** Whether it is a pause that Chargebee asked for. */
  paused?: boolean;
};

/** An instance that has not been heard of for so long is missing, in milliseconds. */
const PRESENCE = 5000;

/** And after so long it is forgotten: then it has been shut down for good. */
const MEMORY = 3_600_000;

/** How the calls of all instances are kept. */
export interface SharedQuotaOptions {
  /** Names the site, in Redis's keys. */
  prefix: string;
  requestsPerMinute: number;
  maxConcurrency: number;
  instances: number;
  /** How long a call can take, in milliseconds. */
  timeoutMs: number;
  /** The minute, in milliseconds. */
  windowMs: number;
}

/** The calls of all instances, in Redis. */
export class SharedQuota {
  readonly #instance = randomUUID();
  readonly #options: SharedQuotaOptions;
  readonly #calls: string;
  readonly #places: string;
  readonly #pause: string;
  readonly #instances: string;
  readonly #lease: number;

  constructor(options: SharedQuotaOptions) {
    this.#options = options;
    this.#calls = `${options.prefix}:calls`;
    this.#places = `${options.prefix}:places`;
    this.#pause = `${options.prefix}:pause`;
    this.#instances = `${options.prefix}:instances`;
    this.#lease = options.timeoutMs + LATE_ARRIVAL;
  }

  async take(redis: Redis, call: number): Promise<SharedVerdict> {
    const { requestsPerMinute, maxConcurrency, instances, windowMs } = this.#options;
    const [code, retryMs, exact] = await redis.takeCall(
      ...[this.#calls, this.#places, this.#pause, this.#instances],
      ...[this.#id(call), this.#instance, requestsPerMinute, maxConcurrency, instances],
      ...[windowMs, this.#lease, PRESENCE, MEMORY],
    );
    switch (code) {
      case 0:
        return { kind: 'free' };
      case 2:
        return { kind: 'busy' };
      default:
        return { kind: 'spent', retryMs, exact: exact === 1, paused: code === 3 };
    }
  }

  end(redis: Redis, call: number, how: CallEnd): Promise<unknown> {
    const late = how === 'unsent' ? -1 : how === 'cut' ? LATE_ARRIVAL : 0;
    const expiry = this.#options.windowMs + this.#lease;
    return redis.endCall(this.#calls, this.#places, this.#id(call), late, expiry);
  }

  pause(redis: Redis, milliseconds: number): Promise<unknown> {
    return redis.pauseCalls(this.#pause, milliseconds);
  }

  /** Lets the others know that this instance is here. */
  stay(redis: Redis): Promise<unknown> {
    return redis.noteInstance(this.#instances, this.#instance, MEMORY);
  }

  /** Lets the others know that this instance calls no more. */
  leave(redis: Redis): Promise<unknown> {
    return redis.noteInstance(this.#instances, this.#instance, 0);
  }

  async count(redis: Redis): Promise<{
    limit: number;
    used: number;
    underWay: number;
    pausedMs: number;
  }> {
    const { requestsPerMinute, instances, windowMs } = this.#options;
    const [used, underWay, pausedMs, missing] = await redis.countCalls(
      ...[this.#calls, this.#places, this.#pause, this.#instances],
      ...[windowMs, instances, PRESENCE, MEMORY],
    );
    const limit = requestsPerMinute - missing * Math.floor(requestsPerMinute / instances);
    return { limit, used, underWay, pausedMs: Math.max(0, pausedMs) };
  }

  /** One call that was begun while Redis was coming back. */
  note(redis: Redis, call: number): Promise<unknown> {
    return this.#write(redis, [this.#id(call), 'open'], 0);
  }

  /**
   * Writes down that this instance is back, and everything that counts in it; gives the number of calls. It always writes
   * something, so that a Redis that takes no writes fails here.
   */
  async restore(redis: Redis, local: LocalQuota): Promise<number> {
    await this.stay(redis);
    const calls = [...local.calls()].map(({ call, endedAgo }) => [
      this.#id(call),
      endedAgo === undefined ? 'open' : Math.floor(endedAgo),
    ]);
    const pausedMs = Math.ceil(local.paused());
    for (let from = 0; from === 0 || from < calls.length; from += BATCH) {
      await this.#write(redis, calls.slice(from, from + BATCH).flat(), pausedMs);
    }
    return calls.length;
  }

  #write(redis: Redis, calls: (string | number)[], pausedMs: number): Promise<unknown> {
    return redis.restoreCalls(
      ...[this.#calls, this.#places, this.#pause],
      ...[this.#options.windowMs, this.#lease, pausedMs],
      ...calls,
    );
  }

  #id(call: number): string {
    return `${this.#instance}:${call}`;
  }
}
