import { parseEnv } from 'node:util';
import { ConfigurationError, unreadable, type Environment } from '../config/environment.js';
import { readText } from '../config/read-text.js';
import { VARIABLES } from '../config/variables.js';

/**
 * A variable whose value has a `#` within a word, and no quotation marks. For Node a comment begins there, which would cut off a
 * secret silently.
 */
const CUT_OFF = /^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=[ \t]*[^\s"'`#][^#\r\n]*(?<=\S)#/gm;

/**
 * Adds the variables of a file to the environment. Variables that are already set, and not empty, take precedence.
 *
 * @throws ConfigurationError when the file cannot be read, or the value of a variable would be cut off
 */
export function withEnvFile(env: Environment, file: string | undefined): Environment {
  if (file === undefined) return env;
  const text = readFile(file);
  const cutOff = [...text.matchAll(CUT_OFF)]
    .map(([, name = '']) => name)
    .filter((name) => VARIABLES.includes(name) || name.startsWith('OTEL_'));
  if (cutOff.length > 0) {
    const fault = 'is cut off at its # in the file of --env-file: put the value in quotation marks';
    throw new ConfigurationError(cutOff.map((name) => `${name} ${fault}`));
  }
  const set = Object.entries(env).filter(([, value]) => value?.trim());
  return { ...parseEnv(text), ...Object.fromEntries(set) };
}

function readFile(file: string): string {
  try {
    return readText(file);
  } catch (error) {
    throw new ConfigurationError([unreadable('--env-file', error)]);
  }
}
