import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ArrivalLog } from './arrivals.js';
import { QUOTA_INSTANCE } from './compiled-programs.js';
import { startInstance, type QuotaInstanceOptions } from './quota-instance.js';
import { TestRedis, redisConfig, startProxy, type RedisProxy } from './redis.js';

const SHARE = 12;
const WINDOW_MS = 1200;
const TIMEOUT_MS = 300;
const LATE_ARRIVAL_MS = 200;
/** Each instance attempts this many times the share. */
const OVERLOAD = 5;
const SITE = 'acme-test';
const PASSWORDS = ['first', 'second'];

/** The instances of a world. */
export interface WorldOptions {
  /** How many instances run at most. */
  atMost: number;
  /** Whether their number changes, other than by being killed and started again. */
  scales: boolean;
  /** Whether their number is declared, so that each has a part of its own. */
  declared?: boolean;
  /**
   * Whether they are configured with different limits. Then nothing cuts an instance off from Redis, from which alone it
   * learns of that.
   */
  haveDifferentLimits?: boolean;
  /** Whether they are processes of their own, which take longer to start, and can be frozen. */
  processes?: boolean;
}

type Action = [name: string, weight: number, act: () => Promise<unknown> | void];

interface Instance {
  proxy: RedisProxy;
  frozen: boolean;
  freeze(): void;
  thaw(): void;
  kill(): void | Promise<void>;
  stop(): Promise<void>;
}

/** A Redis, instances of the server, an upstream, and random faults between them, drawn from a seed. */
export class QuotaWorld {
  readonly share = SHARE;
  readonly #random: () => number;
  readonly #options: WorldOptions;
  readonly #redis: TestRedis;
  readonly #log: ArrivalLog;
  readonly #instances: Instance[] = [];
  readonly #history: string[] = [];
  readonly #startedAt = performance.now();
  /** Ends the faults that are active. */
  readonly #repairs = new Set<() => Promise<void>>();
  #password = '';
  /** The process of the next instance: it takes a while to load. */
  #spare: ChildProcess | undefined;

  private constructor(seed: number, options: WorldOptions, redis: TestRedis, log: ArrivalLog) {
    this.#random = randomOf(seed);
    this.#options = options;
    this.#redis = redis;
    this.#log = log;
  }

  static async start(seed: number, options: WorldOptions): Promise<QuotaWorld> {
    const [redis, log] = await Promise.all([TestRedis.start(), ArrivalLog.start()]);
    await redis.openLog(SITE);
    const world = new QuotaWorld(seed, options, redis, log);
    for (let count = 0; count < options.atMost; count += 1) {
      await world.#startInstance();
    }
    await world.#nextCall();
    return world;
  }

  get calls(): number {
    return this.#log.arrivals.length;
  }

  get mostInAnyWindow(): number {
    return this.#log.mostInAnyWindow(WINDOW_MS);
  }

  /** What was done and when, to explain a failure. */
  story(): string {
    return this.#history.join('\n');
  }

  /** Causes faults for this long. */
  async run(milliseconds: number): Promise<void> {
    const until = performance.now() + milliseconds;
    while (performance.now() < until) {
      // Mostly faults overlap; now and then there is time to recover.
      await pause(this.#random() * (this.#random() < 0.3 ? 5000 : 700));
      await this.#act();
    }
  }

  /** Ends all faults. Resolves once a call comes through again. */
  async recover(): Promise<void> {
    for (const repair of [...this.#repairs]) {
      await repair();
    }
    await this.#startInstance();
    await this.#nextCall();
  }

  async stop(): Promise<void> {
    for (const repair of [...this.#repairs]) {
      await repair();
    }
    this.#spare?.kill('SIGKILL');
    await Promise.all([...this.#instances].map((instance) => this.#end(instance, 'kill')));
    await this.#redis.remove();
    await this.#log.close();
  }

  async #act(): Promise<void> {
    const actions: Action[] = [
      ['kill an instance and start another', 2, () => this.#replace('kill')],
      ['replace an instance in a rollout', 2, () => this.#replace('stop')],
      ['kill an instance', 1, () => this.#endOne('kill')],
      ['flush Redis', 0.4, () => this.#runOnRedis((client) => client.flushall())],
      ['evict the log', 0.4, () => this.#evict()],
      ['restart Redis', 0.4, () => this.#restartRedis()],
      ['restart Redis with old data', 0.6, () => this.#restoreRedis()],
      ...(this.#options.haveDifferentLimits
        ? []
        : ([
            ['freeze an instance', 3, () => this.#freezeOne()],
            ['cut an instance off from Redis', 2, () => this.#cutOne()],
            ['freeze Redis', 2, () => this.#freezeRedis()],
            ['change the password of Redis', 1, () => this.#changePassword()],
          ] as Action[])),
      ...(this.#options.scales
        ? ([
            ['scale up', 2, () => this.#startInstance()],
            ['scale down', 1, () => this.#endOne('stop')],
          ] as Action[])
        : []),
    ];
    const total = actions.reduce((sum, [, weight]) => sum + weight, 0);
    let left = this.#random() * total;
    const [name, , act] = actions.find(([, weight]) => (left -= weight) < 0)!;
    this.#history.push(`${Math.round(performance.now() - this.#startedAt)} ms: ${name}`);
    await act();
    while (this.#instances.length === 0) {
      await this.#startInstance();
    }
  }

  async #nextCall(): Promise<void> {
    const { calls } = this;
    while (this.calls === calls) {
      await pause(20);
    }
  }

  async #startInstance(): Promise<void> {
    if (this.#instances.length >= this.#options.atMost) {
      return;
    }
    const proxy = await startProxy(this.#redis.url);
    const url = new URL(proxy.url);
    url.password = this.#password;
    const limits = {
      site: SITE,
      requestsPerMinute: SHARE,
      maxConcurrency: 8,
      userRequestsPerMinute: 20,
      timeoutMs: TIMEOUT_MS,
      windowMs: WINDOW_MS,
      lateArrivalMs: LATE_ARRIVAL_MS,
      ...(this.#options.declared && { instances: this.#options.atMost }),
      ...(this.#options.haveDifferentLimits && this.#someLimits()),
      redis: redisConfig(url.href),
    };
    const options: QuotaInstanceOptions = {
      limits,
      upstreamUrl: this.#log.url,
      callEveryMs: WINDOW_MS / SHARE / OVERLOAD,
    };
    this.#instances.push({
      proxy,
      frozen: false,
      ...(this.#options.processes ? this.#startProcess(options) : startInProcess(options)),
    });
  }

  /** Limits of a rollout that changes them. */
  #someLimits() {
    const { atMost } = this.#options;
    const some = [
      {},
      { instances: atMost },
      { instances: 2 * atMost },
      { instances: atMost, requestsPerMinute: SHARE / 2 },
    ];
    return some[Math.floor(this.#random() * some.length)]!;
  }

  #startProcess(options: QuotaInstanceOptions): Omit<Instance, 'proxy' | 'frozen'> {
    const process = this.#spare ?? spawnProgram();
    this.#spare = spawnProgram();
    process.stdin?.write(`${JSON.stringify(options)}\n`);
    const end = async (signal: NodeJS.Signals) => {
      if (process.exitCode !== null || process.signalCode !== null) {
        return;
      }
      const exited = once(process, 'exit');
      process.kill(signal);
      const killTimer = setTimeout(() => process.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(killTimer);
    };
    return {
      freeze: () => process.kill('SIGSTOP'),
      thaw: () => process.kill('SIGCONT'),
      kill: () => end('SIGKILL'),
      stop: () => end('SIGTERM'),
    };
  }

  async #end(instance: Instance, how: 'kill' | 'stop'): Promise<void> {
    this.#instances.splice(this.#instances.indexOf(instance), 1);
    if (how === 'kill') {
      instance.proxy.cut();
      await instance.kill();
    } else {
      // One that is frozen would not notice.
      instance.thaw();
      await instance.stop();
    }
    await instance.proxy.close();
  }

  async #endOne(how: 'kill' | 'stop'): Promise<void> {
    const instance = this.#anyInstance();
    if (instance !== undefined) {
      await this.#end(instance, how);
    }
  }

  async #replace(how: 'kill' | 'stop'): Promise<void> {
    await this.#endOne(how);
    await this.#startInstance();
  }

  #freezeOne(): void {
    const instance = this.#anyInstance();
    if (instance === undefined || instance.frozen) {
      return;
    }
    instance.frozen = true;
    instance.freeze();
    this.#repairLater(2 * WINDOW_MS, () => {
      instance.frozen = false;
      instance.thaw();
    });
  }

  #cutOne(): void {
    const instance = this.#anyInstance();
    instance?.proxy.cut();
    this.#repairLater(4 * WINDOW_MS, () => {
      instance?.proxy.mend();
    });
  }

  #freezeRedis(): void {
    this.#redis.freeze();
    this.#repairLater(2 * WINDOW_MS, () => this.#redis.thaw());
  }

  async #evict(): Promise<void> {
    await this.#runOnRedis((client) => client.del(`chargebee-portal:{${SITE}}:calls`));
  }

  async #restartRedis(): Promise<void> {
    await this.#redis.stop();
    await pause(this.#random() * WINDOW_MS);
    await this.#redis.start();
    this.#password = '';
  }

  /** As when it saves every now and then, and is killed: it comes back with what it knew then. */
  async #restoreRedis(): Promise<void> {
    const dump = join(this.#redis.folder, 'dump.rdb');
    const copy = `${dump}.copy`;
    const saved = await this.#runOnRedis((client) => client.save());
    if (!saved) {
      return;
    }
    await copyFile(dump, copy);
    await pause(this.#random() * WINDOW_MS);
    await this.#redis.stop();
    await copyFile(copy, dump);
    await this.#redis.start();
    this.#password = '';
  }

  /** Those that run keep their connections or lose them; they know the old password alone, and those that start the new. */
  async #changePassword(): Promise<void> {
    const password = PASSWORDS[Math.floor(this.#random() * PASSWORDS.length)]!;
    const drops = this.#random() < 0.5;
    const changed = await this.#runOnRedis(async (client) => {
      await client.config('SET', 'requirepass', password);
      if (drops) {
        await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      }
    });
    if (changed) {
      this.#password = password;
      this.#repairLater(4 * WINDOW_MS, async () => {
        if (await this.#runOnRedis((client) => client.config('SET', 'requirepass', ''))) {
          this.#password = '';
        }
      });
    }
  }

  /** Runs a command, if Redis answers soon. */
  async #runOnRedis(command: Parameters<TestRedis['run']>[0]): Promise<boolean> {
    return this.#redis.run(command, { password: this.#password, timeoutMs: 1000 }).then(
      () => true,
      () => false,
    );
  }

  #anyInstance(): Instance | undefined {
    return this.#instances[Math.floor(this.#random() * this.#instances.length)];
  }

  /** Ends a fault after some time, or at the end. */
  #repairLater(atMostMs: number, repair: () => unknown): void {
    const run = async (): Promise<void> => {
      clearTimeout(timer);
      this.#repairs.delete(run);
      await repair();
    };
    const timer = setTimeout(() => void run(), this.#random() * atMostMs);
    this.#repairs.add(run);
  }
}

/** An instance in this process, for speed. It cannot be frozen. */
function startInProcess(options: QuotaInstanceOptions): Omit<Instance, 'proxy' | 'frozen'> {
  const nothing = (): void => undefined;
  return { ...startInstance(options), freeze: nothing, thaw: nothing };
}

function spawnProgram(): ChildProcess {
  const program = spawn(process.execPath, [QUOTA_INSTANCE], {
    stdio: ['pipe', 'inherit', 'inherit'],
    // Writing its coverage when it ends would take long.
    env: { ...process.env, NODE_V8_COVERAGE: '' },
  });
  // It may be killed before it has read its options.
  program.stdin.on('error', () => undefined);
  return program;
}

/** Numbers between 0 and 1 that are the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
