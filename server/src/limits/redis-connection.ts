import type { Cluster, Redis } from 'ioredis';
import { isDeepStrictEqual } from 'node:util';
import type { RedisConfig } from '../config/redis.js';
import { startTimer } from '../timer.js';
import { OutageLog, type WarningLogger } from './outage-log.js';

/** The logger of the limits, such as a pino logger. */
export interface LimitsLogger extends WarningLogger {
  info(facts: object, message: string): void;
}

/** The timeout of a command, short because a user is waiting. */
const COMMAND_TIMEOUT_MS = 500;

/** The maximum time to wait for the first attempt to connect. */
const FIRST_ATTEMPT_MS = 2000;

/** The delay before a failed set-up of a connection is retried. */
const SETUP_RETRY_MS = 1000;

const UNAVAILABLE = 'Redis is unavailable: the shared quota cannot be used';
const NEW_CONFIGURATION_FAILS =
  'Redis cannot be used with its new configuration; the previous connection stays in use';

export interface RedisConnectionOptions {
  redis: RedisConfig;
  logger: LimitsLogger;
  /** Called whenever a connection can be used. */
  onConnect: () => Promise<unknown>;
  /**
   * Called before a client replaces the one in use. Resolves to a task that has to run between the last command to the old
   * client and the first one to the new client, or to undefined if there is none.
   */
  onReplace: (redis: Redis | Cluster) => Promise<(() => Promise<unknown>) | undefined>;
}

/**
 * A connection to a Redis, to the master behind Sentinels, or to a Redis Cluster. Commands fail immediately while it is not
 * connected, and after half a second without a response.
 */
export class RedisConnection {
  /** The client in use. */
  #redis: Redis | Cluster | undefined;
  /** The last client that was usable. */
  #lastUsed: Redis | Cluster | undefined;
  /** The client for the current configuration: the one in use, or the one that will replace it when it is connected. */
  #latest: Redis | Cluster | undefined;
  #config: RedisConfig;
  readonly #options: RedisConnectionOptions;
  readonly #firstAttempt: Promise<void>;
  #endFirstAttempt: () => void = () => undefined;
  #usable = false;
  #healthy = false;
  #closed = false;
  #wasHealthy = false;
  readonly #outage: OutageLog;
  /** The log of the client that will replace the one in use. */
  #latestOutage: OutageLog | undefined;

  constructor(options: RedisConnectionOptions) {
    this.#options = options;
    this.#outage = new OutageLog(options.logger, UNAVAILABLE);
    this.#config = options.redis;
    void this.#connect();
    this.#firstAttempt = new Promise((resolve) => {
      const timer = setTimeout(resolve, FIRST_ATTEMPT_MS);
      this.#endFirstAttempt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Resolves when the first attempt to connect has succeeded, failed or timed out. */
  get firstAttempt(): Promise<void> {
    return this.#firstAttempt;
  }

  /** Whether the connection is usable and the last command of the quota succeeded. */
  get healthy(): boolean {
    return this.#usable && this.#healthy;
  }

  /** Whether any command of the quota has ever succeeded. */
  get wasHealthy(): boolean {
    return this.#wasHealthy;
  }

  /**
   * Runs a command. Rejects at once without a connection, and after half a second without a response.
   *
   * @param ofQuota whether it is a command of the quota. Only those show that the quota can be shared: a Redis that is out of
   *   memory still runs others
   */
  async run<T>(command: (redis: Redis | Cluster) => Promise<T>, ofQuota = true): Promise<T> {
    const redis = this.#redis;
    if (!redis || !this.#usable) {
      throw new Error('There is no connection to Redis.');
    }
    try {
      const answer = await withinTimeout(command(redis));
      if (ofQuota) this.#onSuccess();
      return answer;
    } catch (error) {
      // The client has been replaced meanwhile: the error says nothing about the new one.
      if (redis !== this.#redis) throw error;
      this.#onFailure(error);
      if (error instanceof CommandTimeoutError && this.#usable) {
        this.#usable = false;
        // The connection may be dead, which only a new one can show.
        redis.disconnect(true);
      }
      throw error;
    }
  }

  /** Runs a command without waiting for its outcome. */
  send(command: (redis: Redis | Cluster) => Promise<unknown>): void {
    this.run(command).catch(() => undefined);
  }

  /** Connects with another configuration. The current client stays in use until the new one is connected. */
  reconfigure(config: RedisConfig): void {
    if (isDeepStrictEqual(config, this.#config)) return;
    this.#config = config;
    void this.#connect();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#endFirstAttempt();
    if (this.#redis && this.#usable) {
      // QUIT is answered after all earlier commands.
      await withinTimeout(this.#redis.quit()).catch(() => undefined);
    }
    this.#usable = false;
    this.#redis?.disconnect();
    this.#latest?.disconnect();
  }

  async #connect(): Promise<void> {
    // Imported dynamically, so that servers without Redis do not load ioredis.
    const { createRedisClient } = await import('./redis-client.js');
    if (this.#closed) return;
    const config = this.#config;
    const redis = createRedisClient(config);
    if (this.#latest !== this.#redis) this.#latest?.disconnect();
    this.#latest = redis;
    this.#latestOutage = new OutageLog(this.#options.logger, NEW_CONFIGURATION_FAILS);
    this.#redis ??= redis;
    redis.on('error', (error: Error) => this.#onConnectionLost(redis, error));
    redis.on('close', () => this.#onConnectionLost(redis, new Error('The connection was closed.')));
    redis.on('ready', () => void this.#setUp(redis, config));
  }

  async #setUp(redis: Redis | Cluster, config: RedisConfig): Promise<void> {
    try {
      // ioredis also selects the database, but silently continues with database 0 when that fails.
      if (config.database !== 0) {
        await withinTimeout((redis as Redis).select(config.database));
      }
      const replaceTask = await this.#replaceTaskOf(redis);
      if (redis !== this.#latest) return;
      if (replaceTask) this.#usable = false;
      this.#replaceClient(redis);
      if (replaceTask) await withinTimeout(replaceTask());
      if (redis !== this.#redis) return;
      this.#usable = true;
      this.#lastUsed = redis;
      await this.#options.onConnect();
      this.#endFirstAttempt();
    } catch (error) {
      this.#onConnectionLost(redis, error);
      setTimeout(() => {
        const done = this.#usable && redis === this.#redis;
        if (!this.#closed && !done && redis.status === 'ready') {
          void this.#setUp(redis, config);
        }
      }, SETUP_RETRY_MS).unref();
    }
  }

  /**
   * Returns the task of `onReplace` if the client replaces one that was usable. The client may be in use already: when its task
   * has failed, the set-up starts again and needs a task again.
   */
  async #replaceTaskOf(redis: Redis | Cluster): Promise<(() => Promise<unknown>) | undefined> {
    if (!this.#lastUsed || this.#lastUsed === redis) return undefined;
    return withinTimeout(this.#options.onReplace(redis));
  }

  #replaceClient(redis: Redis | Cluster): void {
    const previous = this.#redis;
    this.#redis = redis;
    if (!previous || previous === redis) return;
    this.#options.logger.info({}, 'Redis is used with the new configuration now');
    // QUIT is answered after all earlier commands.
    void withinTimeout(previous.quit())
      .catch(() => undefined)
      .finally(() => previous.disconnect());
  }

  #onConnectionLost(redis: Redis | Cluster, error: unknown): void {
    if (redis !== this.#redis) {
      if (redis === this.#latest && !this.#closed) this.#latestOutage?.report(error);
      return;
    }
    this.#usable = false;
    this.#onFailure(error);
    this.#endFirstAttempt();
  }

  #onSuccess(): void {
    this.#healthy = true;
    this.#wasHealthy = true;
    if (this.#outage.end()) {
      this.#options.logger.info({}, 'Redis is back: the quota is shared again');
    }
  }

  #onFailure(error: unknown): void {
    this.#healthy = false;
    if (!this.#closed) this.#outage.report(error);
  }
}

class CommandTimeoutError extends Error {}

async function withinTimeout<T>(answer: Promise<T>): Promise<T> {
  let stopTimer = (): void => undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    const giveUp = () =>
      reject(new CommandTimeoutError(`Redis did not answer within ${COMMAND_TIMEOUT_MS} ms.`));
    stopTimer = startTimer(COMMAND_TIMEOUT_MS, giveUp);
  });
  try {
    return await Promise.race([answer, timeout]);
  } finally {
    stopTimer();
  }
}
