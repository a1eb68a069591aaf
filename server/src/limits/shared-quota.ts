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

/** The calls of all instances, in Redis. */
export class SharedQuota {
  readonly #instance = randomUUID().slice(0, 8);
  readonly #keys: { calls: string; places: string; pause: string; probe: string };
  readonly #lease: number;
  readonly #windowMs: number;

  /** `prefix` names the site; `timeoutMs` is how long a call can take, `windowMs` the minute. */
  constructor(prefix: string, timeoutMs: number, windowMs: number) {
    const key = (name: string) => `${prefix}:${name}`;
    this.#keys = {
      calls: key('calls'),
      places: key('places'),
      pause: key('pause'),
      probe: key('probe'),
    };
    this.#lease = timeoutMs + LATE_ARRIVAL;
    this.#windowMs = windowMs;
  }

  async take(redis: Redis, call: number, limit: number, places: number): Promise<SharedVerdict> {
    const keys = [this.#keys.calls, this.#keys.places, this.#keys.pause];
    const [code, retryMs, exact] = await redis.takeCall(
      ...keys,
      this.#id(call),
      limit,
      places,
      this.#windowMs,
      this.#lease,
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
    return redis.endCall(
      this.#keys.calls,
      this.#keys.places,
      this.#id(call),
      late,
      this.#windowMs + this.#lease,
    );
  }

  pause(redis: Redis, milliseconds: number): Promise<unknown> {
    return redis.pauseCalls(this.#keys.pause, milliseconds);
  }

  async count(redis: Redis): Promise<{ used: number; underWay: number; pausedMs: number }> {
    const keys = [this.#keys.calls, this.#keys.places, this.#keys.pause];
    const [used, underWay, pausedMs] = await redis.countCalls(...keys, this.#windowMs);
    return { used, underWay, pausedMs: Math.max(0, pausedMs) };
  }

  /** One call that was begun while Redis was coming back. */
  note(redis: Redis, call: number): Promise<unknown> {
    return this.#write(redis, [this.#id(call), 'open'], 0);
  }

  /** Everything that counts in this process. Gives the number of calls. */
  async restore(redis: Redis, local: LocalQuota): Promise<number> {
    const calls = [...local.calls()].map(({ call, endedAgo }) => [
      this.#id(call),
      endedAgo === undefined ? 'open' : Math.floor(endedAgo),
    ]);
    for (let from = 0; from === 0 || from < calls.length; from += BATCH) {
      await this.#write(redis, calls.slice(from, from + BATCH).flat(), Math.ceil(local.paused()));
    }
    return calls.length;
  }

  #write(redis: Redis, calls: (string | number)[], pausedMs: number): Promise<unknown> {
    const { calls: log, places, pause, probe } = this.#keys;
    return redis.restoreCalls(
      log,
      places,
      pause,
      probe,
      this.#windowMs,
      this.#lease,
      pausedMs,
      ...calls,
    );
  }

  #id(call: number): string {
    return `${this.#instance}:${call}`;
  }
}
