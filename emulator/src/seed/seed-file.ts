import { readFile } from 'node:fs/promises';
import { readSeed } from './schema.js';
import type { SeedInput } from './schema.js';

/** The seed in a JSON file. @throws Error that names the file and says what is wrong */
export async function readSeedFile(path: string): Promise<SeedInput> {
  try {
    return readSeed(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new Error(`The seed file ${path} cannot be used: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
