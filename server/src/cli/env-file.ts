import { parseEnv } from 'node:util';
import { ConfigurationError, unreadable, type Environment } from '../config/environment.js';
import { readText } from '../config/read-text.js';

/** Adds the variables of a file to the environment. Variables that are already set take precedence. */
export function withEnvFile(env: Environment, file: string | undefined): Environment {
  if (file === undefined) return env;
  try {
    return { ...parseEnv(readText(file)), ...env };
  } catch (error) {
    throw new ConfigurationError([unreadable('--env-file', error)]);
  }
}
