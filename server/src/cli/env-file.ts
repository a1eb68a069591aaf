import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigurationError, unreadable, type Environment } from '../config/environment.js';

/** Adds the variables of a file to the environment. Variables that are already set take precedence. */
export function withEnvFile(env: Environment, file: string | undefined): Environment {
  if (file === undefined) return env;
  try {
    // Editors on Windows may add a byte order mark, which would become part of the first name.
    const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
    return { ...parseEnv(text), ...env };
  } catch (error) {
    throw new ConfigurationError([unreadable('--env-file', error)]);
  }
}
