import { Redis } from 'ioredis';
import { SCRIPTS } from './scripts.js';

/** What the limits tell the operator; a pino logger will do. */
export interface LimitsLogger {
  warn(facts: object, message: string): void;
  info(facts: object, message: string): void;
}

/** A command must be answered within so many milliseconds: a person waits. */
const COMMAND_TIMEOUT = 500;

/** Connecting may take so many milliseconds. */
const CONNECT_TIMEOUT = 2000;

/** So often a Redis that does not answer is asked whether it does, in milliseconds. */
const PROBE_INTERVAL = 500;

/** After so many probes without an answer the connection is made anew: its other end may be gone for good. */
const PROBES_PER_CONNECTION = 4;

/**
 * So much longer than a minute Redis alone is not relied on when calls may count that it does not know of, in
 * milliseconds: its clock is read from afar.
 */
export const SETTLING_MARGIN = 1000;

/** How a connection is set up. */
export interface RedisLinkOptions {
  url: string;
  logger: LimitsLogger;
  /** The minute, in milliseconds. */
  windowMs: number;
  /** Writes down in Redis what counts here. Gives for how many milliseconds Redis is not to be relied on alone. */
  restore: (redis: Redis) => Promise<number>;
}

/**
 * A connection to Redis, and whether it can be relied on:
 * - `away`: not connected, or it has not answered in time
 * - `returning`: it answers again, and is being told what happened in the meantime
 * - `up`: limits are kept there
 *
 * Nothing waits for it: a command fails at once while it is away, and within half a second when it falls silent.
 */
export class RedisLink {
  readonly #redis: Redis;
  readonly #logger: LimitsLogger;
  readonly #windowMs: number;
  readonly #restore: (redis: Redis) => Promise<number>;
  #state: 'away' | 'returning' | 'up' = 'away';
  #warned = false;
  #settledAt = 0;
  #restoring: Promise<void> | undefined;
  #probe: NodeJS.Timeout | undefined;
  #probes = 0;
  #closed = false;
  readonly #firstTry: Promise<void>;
  #settleFirstTry: () => void = () => undefined;

  constructor({ url, logger, windowMs, restore }: RedisLinkOptions) {
    this.#logger = logger;
    this.#windowMs = windowMs;
    this.#restore = restore;
    this.#redis = new Redis(url, {
      scripts: SCRIPTS,
      // For ioredis's own commands; ours are given up by `ask`.
      commandTimeout: CONNECT_TIMEOUT,
      connectTimeout: CONNECT_TIMEOUT,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (times) => Math.min(50 * 2 ** times, 2000) * (0.5 + Math.random() / 2),
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
    });
    this.#redis.on('error', (error: Error) => this.#lose(error));
    this.#redis.on('close', () => this.#lose(new Error('The connection was closed.')));
    this.#redis.on('ready', () => void this.#comeBack());
    this.#firstTry = new Promise((resolve) => {
      const timer = setTimeout(resolve, CONNECT_TIMEOUT);
      this.#settleFirstTry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Resolves once the first try to connect has succeeded or failed, or has taken too long. */
  get firstTry(): Promise<void> {
    return this.#firstTry;
  }

  /** Whether limits are kept in Redis now. */
  get up(): boolean {
    return this.#state === 'up';
  }

  /**
   * Whether Redis alone may decide. Each instance also keeps to its own part for a minute after it came back, since other
   * instances may still be without it, and for a minute after it has lost what it knew.
   */
  get decides(): boolean {
    return this.up && performance.now() >= this.#settledAt;
  }

  /** Runs a command whose answer is needed. Rejects when Redis is away, and takes it for away when it does. */
  async ask<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_resolve, reject) => {
      const giveUp = () => reject(new Error(`No answer within ${COMMAND_TIMEOUT} ms.`));
      // When it is this process that was held up, the answer may lie there unread: it is read before giving up.
      timer = setTimeout(() => setImmediate(giveUp), COMMAND_TIMEOUT);
    });
    try {
      return await Promise.race([command(this.#redis), silence]);
    } catch (error) {
      this.#lose(error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Runs a command that nobody waits for, if there is a Redis to run it. */
  tell(command: (redis: Redis) => Promise<unknown>): void {
    if (this.#state !== 'away') {
      this.ask(command).catch(() => undefined);
    }
  }

  /** Redis has lost what it knew: it is told again what counts here. Rejects when it goes away meanwhile. */
  recover(): Promise<void> {
    if (this.#restoring === undefined) {
      this.#logger.warn(
        {},
        'Redis has lost its data: for a minute each instance keeps to its own part of the limits',
      );
    }
    return this.#restoreOnce();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#settleFirstTry();
    clearTimeout(this.#probe);
    await this.#redis.quit().catch(() => undefined);
    this.#redis.disconnect();
  }

  #lose(error: unknown): void {
    if (this.#closed) {
      return;
    }
    this.#state = 'away';
    this.#settleFirstTry();
    if (!this.#warned) {
      this.#warned = true;
      const reason = error instanceof Error ? error.message : 'unknown';
      this.#logger.warn(
        { reason },
        'Redis is away: this instance keeps to its own part of the limits',
      );
    }
    this.#probeLater();
  }

  /** ioredis makes new connections by itself; a connection that stays but does not answer has to be probed. */
  #probeLater(): void {
    this.#probe ??= setTimeout(() => {
      this.#probe = undefined;
      void this.#probeNow();
    }, PROBE_INTERVAL).unref();
  }

  async #probeNow(): Promise<void> {
    if (this.#state !== 'away' || this.#redis.status !== 'ready') {
      this.#probes = 0;
      return;
    }
    this.#probes += 1;
    await this.#comeBack();
    if (this.#probes >= PROBES_PER_CONNECTION) {
      this.#probes = 0;
      this.#redis.disconnect(true);
    }
  }

  async #comeBack(): Promise<void> {
    if (this.#state !== 'away' || this.#closed) {
      return;
    }
    this.#state = 'returning';
    const restored = await this.#selectDatabase()
      .then(() => this.#restoreOnce())
      .then(
        () => true,
        () => false,
      );
    if (!restored || this.#redis.status !== 'ready') {
      this.#lose(new Error('The connection was closed.'));
      return;
    }
    this.#probes = 0;
    this.#state = 'up';
    this.#settleFirstTry();
    if (this.#warned) {
      this.#warned = false;
      this.#doubt(this.#windowMs + SETTLING_MARGIN);
      this.#logger.info({}, 'Redis is back: limits are shared again');
    }
  }

  /** ioredis selects it too, but stays with the first database where that fails. */
  async #selectDatabase(): Promise<void> {
    const { db = 0 } = this.#redis.options;
    if (db !== 0) {
      await this.ask((redis) => redis.select(db));
    }
  }

  #restoreOnce(): Promise<void> {
    this.#restoring ??= this.ask(this.#restore)
      .then((doubtMs) => this.#doubt(doubtMs))
      .finally(() => {
        this.#restoring = undefined;
      });
    return this.#restoring;
  }

  #doubt(milliseconds: number): void {
    this.#settledAt = Math.max(this.#settledAt, performance.now() + milliseconds);
  }
}
