import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { LATE_ARRIVAL, type LocalQuota, type Verdict } from './local-quota.js';
import { SETTLING_MARGIN, type RedisLink } from './redis-link.js';
import type { CallEnd } from './upstream-quota.js';

/** So many calls are written at once when Redis has to be told of them. */
const BATCH = 500;

/** An instance that has not been heard of for so long is missing, in milliseconds. */
export const PRESENCE = 5000;

/** So long Redis keeps the log when no instance is left, in milliseconds. */
const KEEP = 3_600_000;

/** Redis's answer to a call that is asked for. */
export type SharedVerdict =
  | (Verdict & {
      /** Whether `retryMs` is exact: until then every answer would be the same. */
      exact?: boolean;
      /** Whether it is a pause that Chargebee asked for. */
      paused?: boolean;
    })
  /** Redis has lost the log that this instance knew by this mark, or has a new one. */
  | { kind: 'lost'; log: number };

/** How much of the quota is used. */
export interface QuotaUse {
  /** Calls a minute that are gone by. */
  limit: number;
  /** Calls that are left of them. */
  remaining: number;
  underWay: number;
  pausedMs: number;
}

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

/**
 * The calls of all instances, in Redis. A log there holds every call of the instances that have told it theirs, and
 * grants none to another: so one that was lost, and begun again empty, is found out by the first who asks.
 */
export class SharedQuota {
  readonly #instance = randomUUID();
  readonly #options: SharedQuotaOptions;
  readonly #calls: string;
  readonly #places: string;
  readonly #pause: string;
  readonly #instances: string;
  readonly #lease: number;
  /** When the log was begun that this instance has told its calls to, on Redis's clock; none yet. */
  #log = 0;

  constructor(options: SharedQuotaOptions) {
    this.#options = options;
    this.#calls = `${options.prefix}:calls`;
    this.#places = `${options.prefix}:places`;
    this.#pause = `${options.prefix}:pause`;
    this.#instances = `${options.prefix}:instances`;
    this.#lease = options.timeoutMs + LATE_ARRIVAL;
  }

  /** The mark of the log that this instance has told its calls to. */
  get log(): number {
    return this.#log;
  }

  async take(redis: Redis, call: number): Promise<SharedVerdict> {
    const { requestsPerMinute, maxConcurrency, instances, windowMs } = this.#options;
    const log = this.#log;
    const [code, retryMs, exact] = await redis.takeCall(
      ...[this.#calls, this.#places, this.#pause, this.#instances],
      ...[this.#id(call), log, requestsPerMinute, maxConcurrency, instances],
      ...[windowMs, this.#lease, PRESENCE],
    );
    switch (code) {
      case 0:
        return { kind: 'free' };
      case 2:
        return { kind: 'busy' };
      case 4:
        return { kind: 'lost', log };
      default:
        return { kind: 'spent', retryMs, exact: exact === 1, paused: code === 3 };
    }
  }

  end(redis: Redis, call: number, how: CallEnd): Promise<unknown> {
    const late = how === 'unsent' ? -1 : how === 'cut' ? LATE_ARRIVAL : 0;
    return redis.endCall(this.#calls, this.#places, this.#id(call), late, KEEP);
  }

  pause(redis: Redis, milliseconds: number): Promise<unknown> {
    return redis.pauseCalls(this.#pause, milliseconds);
  }

  /** Lets the others know that this instance is here, and gives how many are. */
  async stay(redis: Redis): Promise<number | { kind: 'lost'; log: number }> {
    const log = this.#log;
    const present = await redis.stay(
      ...[this.#calls, this.#instances],
      ...[this.#instance, log, PRESENCE, KEEP],
    );
    return present < 0 ? { kind: 'lost', log } : present;
  }

  /** Lets the others know that this instance calls no more. */
  leave(redis: Redis): Promise<unknown> {
    return redis.zrem(this.#instances, this.#instance);
  }

  async count(redis: Redis): Promise<QuotaUse> {
    const { requestsPerMinute, instances, windowMs } = this.#options;
    const [used, underWay, pausedMs, missing, heldMs] = await redis.countCalls(
      ...[this.#calls, this.#places, this.#pause, this.#instances],
      ...[windowMs, instances, PRESENCE],
    );
    const limit = requestsPerMinute - missing * Math.floor(requestsPerMinute / instances);
    const remaining = heldMs > 0 ? 0 : Math.max(0, limit - used);
    return { limit, remaining, underWay, pausedMs: Math.max(0, pausedMs) };
  }

  /** One call that was begun while Redis was coming back. */
  note(redis: Redis, call: number): Promise<unknown> {
    return this.#write(redis, [this.#id(call), 'open'], { pausedMs: 0, complete: false });
  }

  /**
   * Writes down everything that counts in this instance, and that it is here. Gives for how many milliseconds the log is
   * not to be relied on alone: calls may count that were lost with the one before. It always writes something, so that a
   * Redis that takes no writes fails here.
   */
  async restore(redis: Redis, local: LocalQuota): Promise<number> {
    const calls = [...local.calls()].map(({ call, endedAgo }) => [
      this.#id(call),
      endedAgo === undefined ? 'open' : Math.floor(endedAgo),
    ]);
    const pausedMs = Math.ceil(local.paused());
    const marks = new Set<number>();
    let lostAgo = -1;
    for (let from = 0; from === 0 || from < calls.length; from += BATCH) {
      const complete = from + BATCH >= calls.length;
      const batch = calls.slice(from, from + BATCH).flat();
      const [log, milliseconds] = await this.#write(redis, batch, { pausedMs, complete });
      marks.add(log);
      lostAgo = milliseconds;
    }
    const [log = 0, ...others] = marks;
    if (others.length > 0) {
      throw new Error('Redis has lost its data while it was told of calls.');
    }
    this.#log = log;
    return lostAgo < 0 ? 0 : Math.max(0, this.#options.windowMs + SETTLING_MARGIN - lostAgo);
  }

  /** `complete` when Redis knows with this that the instance is here, and of all its calls. */
  #write(
    redis: Redis,
    calls: (string | number)[],
    { pausedMs, complete }: { pausedMs: number; complete: boolean },
  ): Promise<[number, number]> {
    return redis.restoreCalls(
      ...[this.#calls, this.#places, this.#pause, this.#instances],
      ...[complete ? this.#instance : '', this.#options.windowMs, this.#lease, pausedMs, KEEP],
      this.#log,
      ...calls,
    );
  }

  #id(call: number): string {
    return `${this.#instance}:${call}`;
  }
}

/** The log of all instances, and the way to it. */
export interface SharedLog {
  quota: SharedQuota;
  link: RedisLink;
}

/** After an answer that the log is lost: tells Redis again what counts here, unless that was done since. */
export async function recover({ quota, link }: SharedLog, lost: number): Promise<void> {
  if (quota.log === lost) {
    await link.recover().catch(() => undefined);
  }
}
