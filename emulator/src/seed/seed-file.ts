import { readFile } from 'node:fs/promises';
import { parseSeed } from './schema.js';
import type { SeedInput } from './schema.js';

/** Reads and validates a seed from a JSON file. @throws Error with the path and the reason */
export async function readSeedFile(path: string): Promise<SeedInput> {
  try {
    return parseSeed(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new Error(`The seed file ${path} cannot be used: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
