import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { Snapshot } from '../store/tables.js';

const VERSION = 1;

const resources = z.array(z.looseObject({ id: z.string(), created_at: z.number() }));
const fileSchema = z.object({
  format: z.literal('chargebee-emulator'),
  version: z.literal(VERSION),
  site: z.string(),
  tables: z.record(z.string(), resources),
});

/**
 * Keeps the state in a file. A new version is written beside it and then takes its place, so that whoever kills the emulator finds either
 * the old state or the new one, whole.
 */
export class DataFile {
  #dirty = false;
  #writing: Promise<void> | undefined;

  constructor(
    private readonly path: string,
    private readonly site: string,
    private readonly snapshot: () => Snapshot,
  ) {}

  /** What the file holds; nothing when there is none. @throws Error when it cannot be read or is something else */
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
    return data.tables;
  }

  /** Tells it that the state has changed. */
  markDirty(): void {
    this.#dirty = true;
  }

  /** Answers when all that has changed until now is on the disk. */
  async flush(): Promise<void> {
    while (this.#dirty || this.#writing) {
      this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
      await this.#writing;
    }
  }

  /** Removes what emulators that were killed while they wrote have left beside the file. */
  async removeLeftovers(): Promise<void> {
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
    this.#dirty = false;
    const temporary = `${this.path}.${process.pid}.tmp`;
    try {
      // It holds session tokens: nobody else may read it.
      const file = await open(temporary, 'w', 0o600);
      try {
        await file.writeFile(
          JSON.stringify({
            format: 'chargebee-emulator',
            version: VERSION,
            site: this.site,
            tables: this.snapshot(),
          }),
        );
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.path);
    } catch (error) {
      this.#dirty = true;
      await rm(temporary, { force: true });
      throw new Error(`The data file ${this.path} cannot be written: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    // Signal 0 only asks.
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
