import { Redis } from 'ioredis';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

/** A real Redis of a test's own: nothing on disk, on a free port. */
export interface TestRedis {
  url: string;
  /** Kills it; what it knew is lost. */
  stop(): Promise<void>;
  /** Starts it again, on the same port, unless it runs. */
  start(): Promise<void>;
  /** Lets it keep its connections and say nothing. */
  freeze(): void;
  thaw(): void;
  /** Lets it lose all it knew, or some keys alone, and keep its connections. */
  flush(...keys: string[]): Promise<void>;
}

function findRedis(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return ['redis-server', 'valkey-server']
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Like `describe`, with a Redis for all its specs. Without one on the PATH it says so in their place. */
export function describeWithRedis(name: string, specs: (redis: () => TestRedis) => void): void {
  const binary = findRedis();
  describe(name, () => {
    if (binary === undefined) {
      it('needs a Redis', () => {
        pending(
          'no redis-server or valkey-server on the PATH (Debian and Ubuntu: apt-get install redis-server)',
        );
      });
      return;
    }
    let redis: TestRedis;
    beforeAll(async () => {
      redis = await startRedis(binary);
    });
    afterAll(() => redis.stop());
    specs(() => redis);
  });
}

async function startRedis(binary: string): Promise<TestRedis> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  const redis: TestRedis = {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      if (child !== undefined) {
        return;
      }
      const server = spawn(
        binary,
        ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      child = server;
      await new Promise<void>((resolve, reject) => {
        server.once('exit', () => reject(new Error(`redis-server did not start on port ${port}.`)));
        createInterface({ input: server.stdout }).on('line', (line) => {
          if (line.includes('Ready to accept connections')) {
            resolve();
          }
        });
      });
    },
    async stop() {
      if (child !== undefined) {
        const exited = once(child, 'exit');
        child.kill('SIGKILL');
        await exited;
        child = undefined;
      }
    },
    freeze: () => child?.kill('SIGSTOP'),
    thaw: () => child?.kill('SIGCONT'),
    flush: (...keys) =>
      tell(redis.url, (client) => (keys.length ? client.del(...keys) : client.flushall())),
  };
  await redis.start();
  return redis;
}

async function tell(url: string, command: (client: Redis) => Promise<unknown>): Promise<void> {
  const client = new Redis(url);
  await command(client);
  await client.quit();
}

/** A way to a Redis that can be cut for one instance alone. */
export interface RedisProxy {
  url: string;
  /** Drops its connections and takes no more. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function startProxy(redisUrl: string): Promise<RedisProxy> {
  const sockets = new Set<Socket>();
  let whole = true;
  const server = createServer((client) => {
    if (!whole) {
      client.destroy();
      return;
    }
    const redis = connect(Number(new URL(redisUrl).port), '127.0.0.1');
    for (const [socket, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    whole = false;
    sockets.forEach((socket) => socket.destroy());
  };
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    mend: () => (whole = true),
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
