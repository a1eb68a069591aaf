import type { Cluster, Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { currentMoment, elapsedSince, NEVER, type Moment } from '../moment.js';
import type { LimitsLogger, RedisConnection } from './redis-connection.js';
import { CLOCK_TOLERANCE_MS, RedisClock } from './redis-clock.js';
import type { BudgetUsage, CallEnd, Permit, Refusal } from './upstream-quota.js';

/** A permit that takes longer to arrive is not used: this process was suspended in the meantime. */
const PERMIT_VALID_MS = 1000;

/** The `Retry-After` while Redis is unavailable. Attempts to reconnect are more frequent. */
const UNAVAILABLE_RETRY_MS = 5000;

export interface SharedBudgetOptions {
  connection: RedisConnection;
  /** The key of the log. */
  key: string;
  /** Calls of all instances in any window. */
  requestsPerMinute: number;
  /** Simultaneous calls of all instances. */
  maxConcurrency: number;
  /** Calls in any window of the local budget that each instance has in addition. */
  localRequestsPerMinute: number;
  /** The timeout of one call, in milliseconds. */
  timeoutMs: number;
  /** The length of the minute, in milliseconds. */
  windowMs: number;
  /** How long after it was aborted a call may still arrive, in milliseconds. */
  lateArrivalMs: number;
  logger: LimitsLogger;
}

/**
 * A budget of calls of all instances together, counted in a log in Redis. When in doubt, it counts as spent: no call is granted
 * while Redis does not respond, nor after a loss of the log until the lost calls can no longer count. When instances are
 * configured with different limits, the smallest ones apply to all.
 */
export class SharedBudget {
  readonly #options: SharedBudgetOptions;
  readonly #instance = randomUUID();
  readonly #windowMs: number;
  /** A call that Redis has granted arrives within this time, or is never sent. */
  readonly #leaseMs: number;
  #calls = 0;
  #clock = new RedisClock();
  /** When the log opens or has opened. Identifies the log. */
  #opensAt = 0;
  /** The log that was found unusable and is being replaced, identified by its `opensAt`. */
  #unusable: number | undefined;
  #lastGranted = NEVER;
  #agreed = true;

  constructor(options: SharedBudgetOptions) {
    this.#options = options;
    this.#windowMs = options.windowMs + CLOCK_TOLERANCE_MS;
    this.#leaseMs = PERMIT_VALID_MS + options.timeoutMs + options.lateArrivalMs;
  }

  /**
   * Whether all instances have the same limits, according to the last response. If not, their local budgets and the shared one
   * may together exceed the quota.
   */
  get agreed(): boolean {
    return this.#agreed;
  }

  /** Takes one call. `onRelease` is called when it has ended. */
  async take(onRelease: () => void): Promise<Permit | Refusal> {
    const { connection, timeoutMs } = this.#options;
    const id = `${this.#instance}:${++this.#calls}`;
    const requestedAt = currentMoment();
    const answer = await connection
      .run((redis) => redis.takeCall(...this.#log, id))
      .catch(() => undefined);
    if (answer === undefined) {
      return { refused: 'spent', retryMs: UNAVAILABLE_RETRY_MS };
    }
    const [code, value, redisNow, opensAt, agreed] = answer;
    this.#noteAgreement(agreed === 1, opensAt <= redisNow);
    if (!this.#isReliable(redisNow, opensAt, requestedAt)) {
      return { refused: 'spent', retryMs: this.#windowMs + this.#leaseMs };
    }
    switch (code) {
      case 0:
        this.#lastGranted = currentMoment();
        break;
      case 2:
        return { refused: 'busy', remaining: value };
      case 3:
        return { refused: 'paused', retryMs: value };
      default:
        return { refused: 'spent', retryMs: value };
    }
    if (elapsedSince(requestedAt) > PERMIT_VALID_MS) {
      this.#end(id, 'unsent');
      return { refused: 'spent', retryMs: UNAVAILABLE_RETRY_MS };
    }
    let released = false;
    return {
      sendBy: requestedAt.monotonic + PERMIT_VALID_MS + timeoutMs,
      release: (end) => {
        if (!released) {
          released = true;
          this.#end(id, end);
          onRelease();
        }
      },
    };
  }

  pause(milliseconds: number): void {
    this.#options.connection.send((redis) => redis.pauseCalls(...this.#log, milliseconds));
  }

  /**
   * Returns the task for `onReplace` of the connection. Another Redis does not know the calls that the old one has granted, so
   * each instance that changes to it restarts its log. Resolves to undefined if both clients have the same log.
   */
  async onReplace(redis: Redis | Cluster): Promise<(() => Promise<unknown>) | undefined> {
    // No call has been granted yet.
    if (this.#opensAt === 0) return undefined;
    const readOpensAt = async () => (await redis.countCalls(...this.#log))[4];
    if ((await readOpensAt()) === this.#opensAt) return undefined;
    // Read again: another instance may have restarted it meanwhile, which was too early for this instance.
    return async () => redis.restartLog(...this.#log, await readOpensAt());
  }

  /** Returns the usage by all instances; undefined if Redis does not respond. Creates the log if there is none. */
  async usage(): Promise<BudgetUsage | undefined> {
    const { connection } = this.#options;
    const requestedAt = currentMoment();
    const answer = await connection
      .run((redis) => redis.countCalls(...this.#log))
      .catch(() => undefined);
    if (answer === undefined) {
      return undefined;
    }
    const [used, inFlight, pausedMs, redisNow, opensAt, agreed, limit] = answer;
    this.#noteAgreement(agreed === 1, opensAt <= redisNow);
    const isOpen = this.#isReliable(redisNow, opensAt, requestedAt) && opensAt <= redisNow;
    const remaining = isOpen ? Math.max(0, limit - used) : 0;
    return { limit, remaining, inFlight, pausedMs };
  }

  /** The key and the first arguments of every script on the log. */
  get #log(): [string, number, number, string] {
    const { key, requestsPerMinute, maxConcurrency, localRequestsPerMinute } = this.#options;
    const limits = `${requestsPerMinute}:${maxConcurrency}:${localRequestsPerMinute}`;
    return [key, this.#windowMs, this.#leaseMs, limits];
  }

  /** Records whether the limits agree, and logs changes. A log that is not open yet may not contain all instances. */
  #noteAgreement(isAgreed: boolean, isOpen: boolean): void {
    const agreed = isAgreed && (isOpen || this.#agreed);
    if (agreed === this.#agreed) return;
    this.#agreed = agreed;
    const { logger } = this.#options;
    if (agreed) logger.info({}, 'all instances have the same limits again');
    else {
      logger.warn(
        {},
        'instances have different values of CHARGEBEE_REQUESTS_PER_MINUTE, CHARGEBEE_MAX_CONCURRENCY or INSTANCES: until a minute after they agree again, the smallest values apply to all, and no instance uses its local part of the share',
      );
    }
  }

  #end(id: string, end: CallEnd): void {
    const late = end === 'unsent' ? -1 : end === 'aborted' ? this.#options.lateArrivalMs : 0;
    this.#options.connection.send((redis) => redis.endCall(...this.#log, id, late));
  }

  /** Returns whether the log contains all calls that count. If it may not, it is unusable: begins a new one. */
  #isReliable(redisNow: number, opensAt: number, requestedAt: Moment): boolean {
    const { connection, logger } = this.#options;
    // Also for the further responses of requests that were in flight together: Redis had granted them before the restart.
    if (opensAt !== this.#unusable) {
      const fault = this.#faultOf(redisNow, opensAt, requestedAt);
      if (fault === undefined) return true;
      this.#unusable = opensAt;
      logger.warn({}, `${fault}: its record of the last minute cannot be used`);
    }
    connection.send((redis) => redis.restartLog(...this.#log, opensAt));
    return false;
  }

  /** Returns why the log may lack calls that count; undefined if it contains all. */
  #faultOf(redisNow: number, opensAt: number, requestedAt: Moment): string | undefined {
    const isOther = opensAt !== this.#opensAt;
    const isIncomplete = isOther && this.#opensAt !== 0 && this.#lacksLastCall(redisNow, opensAt);
    if (isOther) this.#useLog(redisNow, opensAt);
    const isSteady = this.#clock.isSteady(redisNow, requestedAt, currentMoment());
    if (!isSteady) return "Redis's clock was set";
    return isIncomplete ? 'the address leads to another Redis' : undefined;
  }

  #useLog(redisNow: number, opensAt: number): void {
    this.#opensAt = opensAt;
    this.#clock = new RedisClock();
    const seconds = Math.ceil((opensAt - redisNow) / 1000);
    if (seconds <= 0) return;
    this.#options.logger.warn(
      { seconds },
      'Redis has no complete record of the last minute: no calls are made until a minute has certainly passed',
    );
  }

  /**
   * Returns whether a log that this instance has not seen before lacks the last call that was granted to it: it was begun before
   * the call, in another Redis. An address can lead to several, for example to a standby without replication.
   */
  #lacksLastCall(redisNow: number, opensAt: number): boolean {
    const countsForMs = this.#windowMs + this.#leaseMs;
    const begunMsAgo = redisNow - (opensAt - countsForMs);
    return elapsedSince(this.#lastGranted) < Math.min(begunMsAgo, countsForMs);
  }
}
