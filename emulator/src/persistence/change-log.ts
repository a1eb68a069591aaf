import { open, readFile, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import type { Change } from './changes.js';

/** The attributes of a resource that the persistence code uses. */
export const storedResource = z.looseObject({ id: z.string(), created_at: z.number() });

const headerSchema = z.object({ format: z.literal('chargebee-emulator-log'), of: z.string() });
const lineSchema = z.array(
  z.union([
    z.tuple([z.string(), z.literal('put'), storedResource]),
    z.tuple([z.string(), z.literal('delete'), z.string()]),
  ]),
);

/**
 * An append-only log of the changes since the data file was written, one JSON line per save. The cost of a save depends on the number of
 * changes, not on the size of the state. An incomplete last line, left by a killed process, is ignored.
 */
export class ChangeLog {
  #file: FileHandle | undefined;
  #size = 0;

  constructor(private readonly path: string) {}

  /** The size of the open log in characters; 0 when it is closed. */
  get size(): number {
    return this.#size;
  }

  /**
   * Returns the changes to the data file with this id, and an empty array when the log belongs to another version of it.
   * @throws Error when a line cannot be parsed: later changes were acknowledged too, and may depend on it
   */
  async read(fileId: string): Promise<Change[]> {
    const text = await readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw new Error(`The log ${this.path} cannot be read: ${error.message}`, { cause: error });
    });
    // A last line without a line break was cut off by a kill.
    const [first, ...lines] = text.split('\n').slice(0, -1).map(parseJson);
    const header = headerSchema.safeParse(first);
    if (!header.success || header.data.of !== fileId) return [];
    const changes: Change[] = [];
    for (const [index, line] of lines.entries()) {
      const { success, data } = lineSchema.safeParse(line);
      if (!success) {
        throw new Error(
          `Line ${index + 2} of ${this.path} cannot be read. Remove it and the lines after it to go on without these changes.`,
        );
      }
      changes.push(...data);
    }
    return changes;
  }

  /** Resolves when the changes are on disk. @param fileId The id of the data file that they apply to. */
  async append(changes: readonly Change[], fileId: string): Promise<void> {
    if (!this.#file) {
      // Only the owner may read it, because it contains session tokens.
      this.#file = await open(this.path, 'w', 0o600);
      await this.#write({ format: 'chargebee-emulator-log', of: fileId });
    }
    await this.#write(changes);
    await this.#file.datasync();
    // Writing to a deleted file succeeds, so check that it still exists.
    if ((await this.#file.stat()).nlink === 0) throw new Error(`${this.path} is gone`);
  }

  /** Deletes the log, once the data file contains its changes. */
  async remove(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
  }

  /** Closes the log and leaves it on disk. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#size = 0;
    await file?.close();
  }

  async #write(value: unknown): Promise<void> {
    const text = `${JSON.stringify(value)}\n`;
    await this.#file?.appendFile(text);
    this.#size += text.length;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
