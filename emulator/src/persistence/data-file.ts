import { access, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { randomId } from '../store/ids.js';
import type { Store } from '../store/store.js';
import type { Snapshot, Write } from '../store/tables.js';
import { ChangeLog, storedResource } from './change-log.js';
import { applyChanges, PendingChanges } from './changes.js';

/** The log is merged into the file when it exceeds both this size and the size of the file. */
const MIN_COMPACTION_SIZE = 1_000_000;

const VERSION = 1;

const fileSchema = z.object({
  format: z.literal('chargebee-emulator'),
  version: z.literal(VERSION),
  site: z.string(),
  /** The id of this version of the file, which its log refers to. */
  name: z.string().optional(),
  tables: z.record(z.string(), z.array(storedResource)),
});

/** The lock files that this process holds. */
const heldLocks = new Set<string>();

/**
 * Persists the state in a data file, and later changes in a log next to it. When the log gets too long, a new version of the data file
 * replaces both. It is written to a temporary file and renamed, so that a killed process leaves either the old or the new version.
 */
export class DataFile {
  readonly #pending = new PendingChanges();
  readonly #log: ChangeLog;
  /** The version of the file that the log belongs to; undefined until this process has written one. */
  #current: { id: string; size: number } | undefined;
  #locked = false;
  #writing: Promise<void> | undefined;

  constructor(
    private readonly path: string,
    private readonly site: string,
    private readonly store: Pick<Store, 'snapshot' | 'tables'>,
  ) {
    this.#log = new ChangeLog(`${path}.log`);
  }

  /** Returns the saved state, and undefined when there is no file. @throws Error when it cannot be read or has another format or site */
  async load(): Promise<Partial<Snapshot> | undefined> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new Error(`The data file ${this.path} cannot be read: ${(error as Error).message}`, {
        cause: error,
      });
    }
    const { success, data } = fileSchema.safeParse(parseJson(text));
    if (!success) {
      throw new Error(
        `${this.path} is not a data file of chargebee-emulator. It was left as it is; name another file, or move it away.`,
      );
    }
    if (data.site !== this.site) {
      throw new Error(`${this.path} is of the site ${data.site}, not of ${this.site}.`);
    }
    const changes = data.name === undefined ? [] : await this.#log.read(data.name);
    return applyChanges(data.tables, changes);
  }

  /**
   * Locks the file for this emulator until `unlock`. The lock of a process that no longer runs is replaced.
   * @throws Error when another running emulator holds the lock
   */
  async lock(): Promise<void> {
    const lock = this.#lockPath;
    const text = await this.#readLock();
    const owner = Number(text);
    // In containers, every emulator may have the same process id, so its own id counts only when `heldLocks` confirms it.
    const isHeld = owner === process.pid ? heldLocks.has(lock) : owner > 0 && isRunning(owner);
    try {
      if (text !== undefined && !isHeld) await this.#removeStaleLock(text);
      await writeFile(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
      this.#locked = true;
      heldLocks.add(lock);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new Error(
        code === 'EEXIST'
          ? `The data file ${this.path} is in use by another emulator (process ${await this.#readLock()}). Stop it, or name another file.`
          : `The data file ${this.path} cannot be written: ${message}`,
        { cause: error },
      );
    }
  }

  /** Returns the id of the process that holds the lock, and undefined when there is no lock. */
  async #readLock(): Promise<string | undefined> {
    const read = () => readFile(this.#lockPath, 'utf8').catch(() => undefined);
    const text = await read();
    if (text !== '') return text;
    // Another emulator has just created it, and has not written its id yet.
    await setTimeout(100);
    return read();
  }

  /** Removes the lock of a killed emulator. Another one may have done so already: then the lock is that one's, and is put back. */
  async #removeStaleLock(text: string): Promise<void> {
    const movedLock = this.#temporaryPath;
    try {
      await rename(this.#lockPath, movedLock);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    const content = await readFile(movedLock, 'utf8');
    await rm(movedLock);
    if (content !== text) await writeFile(this.#lockPath, content, { flag: 'wx', mode: 0o600 });
  }

  /** Releases the lock. */
  async unlock(): Promise<void> {
    if (!this.#locked) return;
    this.#locked = false;
    heldLocks.delete(this.#lockPath);
    await rm(this.#lockPath, { force: true });
  }

  get #lockPath(): string {
    return `${this.path}.lock`;
  }

  get #temporaryPath(): string {
    return `${this.path}.${process.pid}.tmp`;
  }

  /** Marks a resource as changed. */
  recordWrite(write: Write): void {
    this.#pending.add(write);
  }

  /** Resolves when all changes so far are on disk. Later ones are not waited for, or it would never resolve while changes go on. */
  async flush(): Promise<void> {
    // A write in progress may not contain the latest changes; the next one does.
    if (this.#writing) await this.#writing;
    if (!this.#pending.isEmpty) {
      this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
    }
    if (this.#writing) await this.#writing;
  }

  /** Saves all changes, and merges the log into the file. */
  async close(): Promise<void> {
    try {
      await this.flush();
      if (this.#log.size === 0) return;
      this.#pending.markAll();
      // If this fails, nothing is lost, because the log stays on disk.
      await this.flush().catch(() => undefined);
    } finally {
      await this.#log.close();
    }
  }

  /** Removes the temporary files of emulators that were killed during a write. */
  async removeTemporaryFiles(): Promise<void> {
    const folder = dirname(this.path);
    const name = basename(this.path);
    for (const entry of await readdir(folder)) {
      const [, pid] = /\.(\d+)\.tmp$/.exec(entry) ?? [];
      if (pid && entry === `${name}.${pid}.tmp` && !isRunning(Number(pid))) {
        await rm(join(folder, entry), { force: true });
      }
    }
  }

  async #write(): Promise<void> {
    const { tables } = this.store;
    const changes = this.#pending.drain((table, id) => tables[table].get(id));
    try {
      const file = this.#current;
      if (changes === 'all' || !file || this.#isLogTooLong() || !(await this.#exists())) {
        await this.#writeFile();
      } else await this.#log.append(changes, file.id);
    } catch (error) {
      // The state on disk is unknown, so the next save writes everything.
      this.#pending.markAll();
      throw new Error(`The data file ${this.path} cannot be written: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  /** Returns whether the file still exists, because its log is useless without it. */
  #exists(): Promise<boolean> {
    return access(this.path).then(
      () => true,
      () => false,
    );
  }

  #isLogTooLong(): boolean {
    return this.#log.size > Math.max(MIN_COMPACTION_SIZE, this.#current?.size ?? 0);
  }

  async #writeFile(): Promise<void> {
    const temporaryPath = this.#temporaryPath;
    const id = randomId(16);
    const text = JSON.stringify({
      format: 'chargebee-emulator',
      version: VERSION,
      site: this.site,
      name: id,
      tables: this.store.snapshot(),
    });
    try {
      // Only the owner may read it, because it contains session tokens.
      const file = await open(temporaryPath, 'w', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporaryPath, this.path);
    } catch (error) {
      await rm(temporaryPath, { force: true });
      throw error;
    }
    // The log refers to the previous version of the file, so it is ignored even if a kill prevents its removal.
    await this.#log.remove();
    this.#current = { id, size: text.length };
  }
}

function isRunning(pid: number): boolean {
  try {
    // Signal 0 only checks whether the process exists.
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
