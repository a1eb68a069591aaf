import { parseEnv } from 'node:util';
import { ConfigurationError, unreadable, type Environment } from '../config/environment.js';
import { readText } from '../config/read-text.js';

/** Adds the variables of a file to the environment. Variables that are already set, and not empty, take precedence. */
export function withEnvFile(env: Environment, file: string | undefined): Environment {
  if (file === undefined) return env;
  try {
    const set = Object.entries(env).filter(([, value]) => value?.trim());
    return { ...parseEnv(readText(file)), ...Object.fromEntries(set) };
  } catch (error) {
    throw new ConfigurationError([unreadable('--env-file', error)]);
  }
}
