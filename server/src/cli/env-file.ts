import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigurationError, unreadable, type Environment } from '../config/environment.js';

/** The environment with the variables of a file, of which those that are set already win. */
export function withEnvFile(env: Environment, file: string | undefined): Environment {
  if (file === undefined) return env;
  try {
    // Editors on Windows put a byte order mark first, which would become a part of the first name.
    const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
    return { ...parseEnv(text), ...env };
  } catch (error) {
    throw new ConfigurationError([unreadable('--env-file', error)]);
  }
}
