import { parseArgs } from 'node:util';
import { readConfig } from './config.js';
import type { EmulatorConfig } from './config.js';
import { startEmulator } from './emulator.js';
import type { Emulator } from './emulator.js';

const USAGE = `chargebee-emulator: a local Chargebee for development and tests

  --port <number>      where it listens; 4010, or PORT
  --host <address>     127.0.0.1, or HOST
  --data <file>        keeps the state in a file; in memory only without it (EMULATOR_DATA)
  --seed <file>        begins with the customers of a JSON file instead of its own (EMULATOR_SEED)
  --site <name>        acme-test (EMULATOR_SITE)
  --api-key <key>      test_emulator_key (EMULATOR_API_KEY)
  --help

The README tells of all environment variables.
`;

const OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  data: { type: 'string' },
  seed: { type: 'string' },
  site: { type: 'string' },
  'api-key': { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** The command. Fails with one line on standard error for each fault, and exit code 1. */
export async function run(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  let emulator: Emulator;
  try {
    const config = readCommand(args, env);
    if (!config) {
      process.stdout.write(USAGE);
      return;
    }
    emulator = await startEmulator(config).catch((error: unknown) => {
      throw explain(error, config);
    });
  } catch (error) {
    process.stderr.write(`chargebee-emulator: ${(error as Error).message}\n`);
    process.exitCode = 1;
    return;
  }
  process.stdout.write(`chargebee-emulator ready at ${emulator.url}\n`);
  const stop = () => {
    void emulator.close().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

/** The set-up that a command line asks for; nothing when it asks for help. @throws Error */
function readCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): EmulatorConfig | undefined {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) return undefined;
  return readConfig({
    ...env,
    ...(values.port === undefined ? {} : { PORT: values.port }),
    ...(values.host === undefined ? {} : { HOST: values.host }),
    ...(values.data === undefined ? {} : { EMULATOR_DATA: values.data }),
    ...(values.seed === undefined ? {} : { EMULATOR_SEED: values.seed }),
    ...(values.site === undefined ? {} : { EMULATOR_SITE: values.site }),
    ...(values['api-key'] === undefined ? {} : { EMULATOR_API_KEY: values['api-key'] }),
  });
}

function explain(error: unknown, { port, host }: EmulatorConfig): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new Error(`port ${port} is in use by another program. Give another one with --port.`);
  }
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES') {
    return new Error(`cannot listen on ${host}:${port} (${code}).`);
  }
  return error as Error;
}
