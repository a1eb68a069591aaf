import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigurationError, unreadable, type Environment } from '../config/environment.js';

/** The environment with the variables of a file, of which those that are set already win. */
export function withEnvFile(env: Environment, file: string | undefined): Environment {
  if (file === undefined) return env;
  try {
    return { ...parseEnv(readFileSync(file, 'utf8')), ...env };
  } catch (error) {
    throw new ConfigurationError([unreadable('--env-file', error)]);
  }
}
