import { parseArgs } from 'node:util';
import { readConfig } from '../config.js';
import type { EmulatorConfig } from '../config.js';
import { OPTIONS } from '../options.js';

type Environment = Readonly<Record<string, string | undefined>>;

export type Command =
  { name: 'help' } | { name: 'version' } | { name: 'start' | 'env'; config: EmulatorConfig };

const FLAGS = Object.fromEntries(
  OPTIONS.map(({ flag, value }) => [
    flag,
    { type: value ? ('string' as const) : ('boolean' as const) },
  ]),
);

/** Parses the command line. Options override environment variables. @throws Error with one line per problem */
export function parseArguments(args: readonly string[], env: Environment): Command {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...FLAGS,
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
    },
  });
  if (values.help) return { name: 'help' };
  if (values.version) return { name: 'version' };
  const [name = 'start', ...more] = positionals;
  if ((name !== 'start' && name !== 'env') || more.length > 0) {
    throw new Error(
      `There is no command ${JSON.stringify(positionals.join(' '))}. Without one it starts; "env" prints variables.`,
    );
  }
  const flagOptions = OPTIONS.filter(({ flag }) => Reflect.get(values, flag) !== undefined);
  const flagValues: Environment = Object.fromEntries(
    flagOptions.map(({ flag, variable }) => [variable, String(Reflect.get(values, flag))]),
  );
  try {
    return { name, config: readConfig({ ...env, ...flagValues }) };
  } catch (error) {
    throw new Error(replaceVariableNames((error as Error).message, flagOptions), { cause: error });
  }
}

/** Replaces variable names by option names in an error message, for options given on the command line. */
function replaceVariableNames(
  message: string,
  flagOptions: readonly { flag: string; variable: string }[],
): string {
  return message
    .split('\n')
    .map((line) => {
      const option = flagOptions.find(({ variable }) => line.startsWith(`${variable}:`));
      return option ? `--${option.flag}${line.slice(option.variable.length)}` : line;
    })
    .join('\n');
}

/**
 * Returns the `EMULATOR_` variables that do not exist, such as misspelt ones. It skips those that Kubernetes sets for a Service named
 * `emulator`.
 */
export function findUnknownVariables(env: Environment): string[] {
  const known = new Set(OPTIONS.map(({ variable }) => variable));
  return Object.keys(env).filter(
    (name) => /^EMULATOR_(?!PORT|SERVICE_)/.test(name) && !known.has(name),
  );
}
