import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '../../../scripts/lib/ports.mjs';

const VERSIONS = '/usr/lib/postgresql';

/** Returns the folder of PostgreSQL's programs, or undefined if it is not installed. */
export function postgresFolder(): string | undefined {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS) : [];
  return versions
    .map((version) => join(VERSIONS, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'postgres')));
}

/** A temporary PostgreSQL server, which can be stopped and restarted with its data. */
export class Postgres {
  readonly #folder = mkdtempSync(join(tmpdir(), 'merchant-postgres-'));
  readonly #user: { uid?: number; gid?: number } = process.getuid?.() === 0 ? postgresUser() : {};
  #process: ChildProcess | undefined;
  url = '';

  static async create(): Promise<Postgres> {
    const postgres = new Postgres();
    await postgres.#initialise();
    await postgres.start();
    return postgres;
  }

  async #initialise(): Promise<void> {
    const { uid, gid } = this.#user;
    if (uid !== undefined && gid !== undefined) chownSync(this.#folder, uid, gid);
    execFileSync(
      join(postgresFolder() ?? '', 'initdb'),
      ['-D', this.#folder, '-U', 'merchant', '--auth=trust', '--no-sync'],
      { ...this.#user, cwd: this.#folder },
    );
    this.url = `postgresql://merchant@127.0.0.1:${await freePort()}/postgres`;
  }

  async start(): Promise<void> {
    const { port } = new URL(this.url);
    this.#process = spawn(
      join(postgresFolder() ?? '', 'postgres'),
      ['-D', this.#folder, '-p', port, '-h', '127.0.0.1', '-k', this.#folder, '-F'],
      { ...this.#user, cwd: this.#folder, stdio: 'ignore' },
    );
    const deadline = Date.now() + 30_000;
    while (!(await this.#answers())) {
      if (Date.now() > deadline) throw new Error('PostgreSQL did not start.');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Stops the server and closes all connections. */
  async stop(): Promise<void> {
    const running = this.#process;
    if (running?.exitCode !== null) return;
    const exited = once(running, 'exit');
    // SIGINT is a fast shutdown, which does not wait for clients.
    running.kill('SIGINT');
    await exited;
  }

  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    const client = new Client({ connectionString: this.url, connectionTimeoutMillis: 1_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** Returns the user that Debian's package creates, because PostgreSQL refuses to run as root. */
function postgresUser(): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
