import { readFile } from 'node:fs/promises';
import type { EmulatorConfig } from '../config.js';
import { startEmulator } from '../emulator.js';
import { findUnknownVariables, parseArguments } from './arguments.js';
import { formatEnvironment } from './print-env.js';
import { usage } from './usage.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a command prints: `process`, or a substitute in tests. */
export interface Output {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}

/**
 * Runs the command, and prints errors to standard error.
 * @returns the exit code; a started emulator keeps running
 */
export async function run(
  args: readonly string[],
  env: Environment,
  { stdout, stderr }: Output,
): Promise<number> {
  try {
    const command = parseArguments(args, env);
    if (command.name === 'help') stdout.write(usage());
    else if (command.name === 'version') stdout.write(`${await version()}\n`);
    else if (command.name === 'env') stdout.write(formatEnvironment(command.config));
    else await start(command.config, env, { stdout, stderr });
    return 0;
  } catch (error) {
    stderr.write(`chargebee-emulator: ${(error as Error).message}\n`);
    return 1;
  }
}

async function start(
  config: EmulatorConfig,
  env: Environment,
  { stdout, stderr }: Output,
): Promise<void> {
  for (const name of findUnknownVariables(env)) {
    stderr.write(`chargebee-emulator: ${name} is not a variable of it; see --help.\n`);
  }
  const emulator = await startEmulator(config).catch((error: unknown) => {
    throw toStartError(error, config);
  });
  stdout.write(`chargebee-emulator ready at ${emulator.url}\n`);
  const stop = () => {
    emulator.close().then(
      () => process.exit(0),
      (error: unknown) => {
        stderr.write(`chargebee-emulator: ${(error as Error).message}\n`);
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

async function version(): Promise<string> {
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

function toStartError(error: unknown, { port, host }: EmulatorConfig): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new Error(`port ${port} is in use by another program. Give another one with --port.`);
  }
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES') {
    return new Error(`cannot listen on ${host}:${port} (${code}).`);
  }
  return error as Error;
}
