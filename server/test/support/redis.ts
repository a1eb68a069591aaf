import { Redis } from 'ioredis';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../../scripts/lib/ports.mjs';
import { parseRedisUrl, type RedisConfig } from '../../src/config/redis.js';

/** Returns the configuration for a `REDIS_URL`. */
export function redisConfig(url: string): RedisConfig {
  const config = parseRedisUrl(url);
  if (typeof config === 'string') {
    throw new TypeError(config);
  }
  return config;
}

/** A real Redis server on a free port, with a temporary folder. */
export class TestRedis {
  readonly port: number;
  readonly folder: string;
  readonly #binary: string;
  readonly #args: string[];
  #child: ChildProcess | undefined;

  private constructor(binary: string, port: number, folder: string, args: string[]) {
    this.#binary = binary;
    this.port = port;
    this.folder = folder;
    this.#args = args;
  }

  /** Starts a server that does not write to disk by itself. */
  static async start(args: string[] = []): Promise<TestRedis> {
    const [port, folder] = await Promise.all([
      freePort(),
      mkdtemp(join(tmpdir(), 'portal-redis-')),
    ]);
    const redis = new TestRedis(redisBinary('redis-server'), port, folder, [
      '--bind',
      '127.0.0.1',
      '--port',
      String(port),
      '--dir',
      folder,
      '--save',
      '',
      '--appendonly',
      'no',
      ...args,
    ]);
    await redis.start();
    return redis;
  }

  /** Starts a server without default arguments, such as a Sentinel. */
  static async startBare(
    args: (port: number, folder: string) => string[] | Promise<string[]>,
  ): Promise<TestRedis> {
    const [port, folder] = await Promise.all([
      freePort(),
      mkdtemp(join(tmpdir(), 'portal-redis-')),
    ]);
    const redis = new TestRedis(
      redisBinary('redis-server'),
      port,
      folder,
      await args(port, folder),
    );
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get config(): RedisConfig {
    return redisConfig(this.url);
  }

  /** Starts the server again, on the same port, unless it is running. */
  async start(): Promise<void> {
    if (this.#child !== undefined) {
      return;
    }
    const server = spawn(this.#binary, this.#args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = server;
    const lines: string[] = [];
    await new Promise<void>((resolve, reject) => {
      server.once('exit', () => reject(new Error(`redis-server ended: ${lines.join('\n')}`)));
      createInterface({ input: server.stdout }).on('line', (line) => {
        lines.push(line);
        if (/Ready to accept connections|Sentinel ID is|READY/.test(line)) {
          resolve();
        }
      });
    });
  }

  /** Kills the server. */
  async stop(): Promise<void> {
    if (this.#child !== undefined) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await exited;
      this.#child = undefined;
    }
  }

  /** Kills the server and removes its folder. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Suspends the server: it keeps its connections but does not respond. */
  suspend(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Deletes all data, or only some keys. Connections stay open. */
  async flush(...keys: string[]): Promise<void> {
    await this.run(async (client) => {
      await (keys.length ? client.del(...keys) : client.flushall());
    });
  }

  /** Writes the log of a site's calls as if it had been open for a long time. */
  async openLog(site: string, openedAt = 1): Promise<void> {
    await this.run(async (client) => {
      const [, id] = /run_id:(\w+)/.exec(await client.info('server')) ?? [];
      await client.zadd(`chargebee-portal:{${site}}:calls`, -openedAt, `run:${id}`);
    });
  }

  /** Runs commands on a new connection. Rejects when one takes longer than the timeout. */
  async run<T>(
    command: (client: Redis) => Promise<T>,
    { password = '', timeoutMs = 10_000 } = {},
  ): Promise<T> {
    const client = new Redis(this.url, {
      ...(password !== '' && { password }),
      commandTimeout: timeoutMs,
      connectTimeout: timeoutMs,
      retryStrategy: () => null,
    });
    client.on('error', () => undefined);
    try {
      return await command(client);
    } finally {
      client.disconnect();
    }
  }
}

/** Returns the path of a program of Redis or Valkey. Throws when there is none on the PATH. */
export function redisBinary(name: 'redis-server' | 'redis-cli'): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = [name, name.replace('redis', 'valkey')]
    .flatMap((file) => folders.map((folder) => join(folder, file)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  if (found === undefined) {
    throw new Error(`There is no ${name} on the PATH.`);
  }
  return found;
}

/** Like `describe`, but if there is no Redis on the PATH, a pending spec that says so replaces the others. */
export function describeIfRedis(name: string, specs: () => void): void {
  describe(name, () => {
    try {
      redisBinary('redis-server');
    } catch {
      it('needs a Redis', () => {
        pending(
          'no redis-server or valkey-server on the PATH (Debian and Ubuntu: apt-get install redis-server)',
        );
      });
      return;
    }
    specs();
  });
}

/** Like `describeIfRedis`, with one Redis for all its specs. */
export function describeWithRedis(name: string, specs: (redis: () => TestRedis) => void): void {
  describeIfRedis(name, () => {
    let redis: TestRedis;
    beforeAll(async () => {
      redis = await TestRedis.start();
    });
    afterAll(() => redis.remove());
    specs(() => redis);
  });
}

/** A proxy to a Redis, by which a single instance can be disconnected. */
export interface RedisProxy {
  url: string;
  /** Closes all connections and refuses new ones. */
  disconnect(): void;
  /** Accepts connections again. */
  reconnect(): void;
  /** Forwards new connections to another Redis, like the endpoint of a failover. */
  redirectTo(redisUrl: string): void;
  close(): Promise<void>;
}

/** @param rewrite changes the responses of Redis */
export async function startProxy(
  redisUrl: string,
  rewrite = (answer: string) => answer,
): Promise<RedisProxy> {
  const sockets = new Set<Socket>();
  let isConnected = true;
  let target = redisUrl;
  const server = createServer((client) => {
    if (!isConnected) {
      client.destroy();
      return;
    }
    const redis = connect(Number(new URL(target).port), '127.0.0.1');
    client.pipe(redis);
    redis.on('data', (data: Buffer) => client.write(rewrite(data.toString('latin1')), 'latin1'));
    for (const [socket, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const disconnect = () => {
    isConnected = false;
    sockets.forEach((socket) => socket.destroy());
  };
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    disconnect,
    reconnect: () => (isConnected = true),
    redirectTo: (url) => (target = url),
    async close() {
      disconnect();
      server.close();
      await once(server, 'close');
    },
  };
}
