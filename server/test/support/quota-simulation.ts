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
/** The number of calls that each instance attempts, as a multiple of the share. */
const OVERLOAD = 5;
/** How long it takes on a busy machine, at most, until a call is made when there is no fault. */
const NEXT_CALL_TIMEOUT_MS = 60_000;
const SITE = 'acme-test';
const PASSWORDS = ['first', 'second'];

/** The instances of a `QuotaSimulation`. */
export interface SimulationOptions {
  /** The maximum number of instances. */
  maxInstances: number;
  /** Whether instances are also added and removed without a fault. They are killed and started again in any case. */
  scales: boolean;
  /** Whether `INSTANCES` is set to the maximum number, so that each instance has a local budget. */
  haveLocalBudgets?: boolean;
  /**
   * Whether instances have different limits. Then there are no faults that disconnect an instance from Redis, since it learns of
   * the other limits only through Redis.
   */
  haveDifferentLimits?: boolean;
  /** Whether instances are separate processes, which take longer to start, and can be suspended. */
  processes?: boolean;
}

type Action = [name: string, weight: number, act: () => Promise<unknown> | void];

interface Instance {
  proxy: RedisProxy;
  suspended: boolean;
  suspend(): void;
  resume(): void;
  kill(): void | Promise<void>;
  stop(): Promise<void>;
}

/** A simulation: a real Redis, instances of the server and an upstream, with random faults determined by a seed. */
export class QuotaSimulation {
  readonly share = SHARE;
  readonly #random: () => number;
  readonly #options: SimulationOptions;
  readonly #redis: TestRedis;
  readonly #log: ArrivalLog;
  readonly #instances: Instance[] = [];
  readonly #history: string[] = [];
  readonly #startedAt = performance.now();
  /** Functions that end the active faults. */
  readonly #repairs = new Set<() => Promise<void>>();
  #password = '';
  /** The process for the next instance, started in advance because it takes a while to load. */
  #spare: ChildProcess | undefined;

  private constructor(seed: number, options: SimulationOptions, redis: TestRedis, log: ArrivalLog) {
    this.#random = randomOf(seed);
    this.#options = options;
    this.#redis = redis;
    this.#log = log;
  }

  static async start(seed: number, options: SimulationOptions): Promise<QuotaSimulation> {
    const [redis, log] = await Promise.all([TestRedis.start(), ArrivalLog.start()]);
    await redis.openLog(SITE);
    const simulation = new QuotaSimulation(seed, options, redis, log);
    for (let count = 0; count < options.maxInstances; count += 1) {
      await simulation.#startInstance();
    }
    await simulation.#nextCall();
    return simulation;
  }

  get calls(): number {
    return this.#log.arrivals.length;
  }

  get mostInAnyWindow(): number {
    return this.#log.mostInAnyWindow(WINDOW_MS);
  }

  /** Returns the faults with their times, to explain a failure. */
  history(): string {
    return this.#history.join('\n');
  }

  /** Causes faults for this long. */
  async run(milliseconds: number): Promise<void> {
    const until = performance.now() + milliseconds;
    while (performance.now() < until) {
      // Most faults overlap; sometimes there is time to recover.
      await pause(this.#random() * (this.#random() < 0.3 ? 5000 : 700));
      await this.#act();
    }
  }

  /** Ends all faults. Resolves when a call reaches the upstream again. */
  async recover(): Promise<void> {
    for (const repair of [...this.#repairs]) {
      await repair();
    }
    // Earlier, Redis may have been suspended, or have executed a command after its timeout.
    await this.#removePassword();
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
            ['suspend an instance', 3, () => this.#suspendOne()],
            ['cut an instance off from Redis', 2, () => this.#cutOne()],
            ['suspend Redis', 2, () => this.#suspendRedis()],
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
    const deadline = performance.now() + NEXT_CALL_TIMEOUT_MS;
    while (this.calls === calls) {
      if (performance.now() > deadline) {
        throw new Error(`No call within ${NEXT_CALL_TIMEOUT_MS} ms after\n${this.history()}`);
      }
      await pause(20);
    }
  }

  async #startInstance(): Promise<void> {
    if (this.#instances.length >= this.#options.maxInstances) {
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
      ...(this.#options.haveLocalBudgets && { instances: this.#options.maxInstances }),
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
      suspended: false,
      ...(this.#options.processes ? this.#startProcess(options) : startInProcess(options)),
    });
  }

  /** Returns random limits, as during a rollout that changes them. */
  #someLimits() {
    const { maxInstances } = this.#options;
    const some = [
      {},
      { instances: maxInstances },
      { instances: 2 * maxInstances },
      { instances: maxInstances, requestsPerMinute: SHARE / 2 },
    ];
    return some[Math.floor(this.#random() * some.length)]!;
  }

  #startProcess(options: QuotaInstanceOptions): Omit<Instance, 'proxy' | 'suspended'> {
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
      suspend: () => process.kill('SIGSTOP'),
      resume: () => process.kill('SIGCONT'),
      kill: () => end('SIGKILL'),
      stop: () => end('SIGTERM'),
    };
  }

  async #end(instance: Instance, how: 'kill' | 'stop'): Promise<void> {
    this.#instances.splice(this.#instances.indexOf(instance), 1);
    if (how === 'kill') {
      instance.proxy.disconnect();
      await instance.kill();
    } else {
      // A suspended process would not handle the signal.
      instance.resume();
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

  #suspendOne(): void {
    const instance = this.#anyInstance();
    if (instance === undefined || instance.suspended) {
      return;
    }
    instance.suspended = true;
    instance.suspend();
    this.#repairLater(2 * WINDOW_MS, () => {
      instance.suspended = false;
      instance.resume();
    });
  }

  #cutOne(): void {
    const instance = this.#anyInstance();
    instance?.proxy.disconnect();
    this.#repairLater(4 * WINDOW_MS, () => {
      instance?.proxy.reconnect();
    });
  }

  #suspendRedis(): void {
    this.#redis.suspend();
    this.#repairLater(2 * WINDOW_MS, () => this.#redis.resume());
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

  /** Restarts Redis with an older snapshot, as after a crash of a Redis that saves periodically. */
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

  /** Running instances keep the old password, and lose their connections in half of the cases. New ones get the new password. */
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
      this.#repairLater(4 * WINDOW_MS, () => this.#removePassword());
    }
  }

  /** Removes the password of Redis. Tries every password, since a change that has timed out may have been made nevertheless. */
  async #removePassword(): Promise<void> {
    for (const password of ['', ...PASSWORDS]) {
      if (await this.#runOnRedis((client) => client.config('SET', 'requirepass', ''), password)) {
        this.#password = '';
        return;
      }
    }
  }

  /** Runs a command. Resolves to whether Redis responded in time. */
  async #runOnRedis(
    command: Parameters<TestRedis['run']>[0],
    password = this.#password,
  ): Promise<boolean> {
    return this.#redis.run(command, { password, timeoutMs: 1000 }).then(
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

/** Starts an instance in this process, which is faster. It cannot be suspended. */
function startInProcess(options: QuotaInstanceOptions): Omit<Instance, 'proxy' | 'suspended'> {
  const nothing = (): void => undefined;
  return { ...startInstance(options), suspend: nothing, resume: nothing };
}

function spawnProgram(): ChildProcess {
  const program = spawn(process.execPath, [QUOTA_INSTANCE], {
    stdio: ['pipe', 'inherit', 'inherit'],
    // Writing coverage at exit would take too long.
    env: { ...process.env, NODE_V8_COVERAGE: '' },
  });
  // It may be killed before it has read its options.
  program.stdin.on('error', () => undefined);
  return program;
}

/** Returns a random generator of numbers between 0 and 1 that is determined by the seed (mulberry32). */
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
