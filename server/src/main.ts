#!/usr/bin/env node
import { text } from 'node:stream/consumers';
import { parseCommand, USAGE, UsageError, type Command } from './cli/arguments.js';
import { withEnvFile } from './cli/env-file.js';
import { readVersion } from './cli/version.js';
import { ConfigurationError, type Environment } from './config/environment.js';
import { ListenError } from './http/listen.js';
import { toStandardOutput } from './observability/log-destination.js';
import { describeError } from './observability/logger.js';
import type { PortalServer } from './portal-server.js';

let isServing = false;
let server: PortalServer | undefined;
let stopTracing = (): Promise<void> => Promise.resolve();
let stoppingSince: number | undefined;

/** The timeout for writing the last lines of the log. */
const LAST_LINES_MS = 1000;

/** One Ctrl-C may arrive twice, from the terminal and from a parent process. Signals within this time count as one. */
const DUPLICATE_SIGNAL_MS = 1000;

/** Handles signals: the first one drains the server, a second one exits at once. */
function stop(): void {
  // An interrupted check has not passed.
  if (!isServing) process.exit(1);
  const now = performance.now();
  if (stoppingSince !== undefined) {
    if (now - stoppingSince < DUPLICATE_SIGNAL_MS) return;
    process.exit(1);
  }
  stoppingSince = now;
  Promise.resolve(server?.close())
    .then(() => stopTracing())
    .then(() => toStandardOutput().flush(LAST_LINES_MS))
    .then(() => process.exit(0), fail);
}

function fail(error: unknown): void {
  const isForOperator =
    error instanceof ConfigurationError ||
    error instanceof ListenError ||
    error instanceof UsageError;
  console.error(
    isForOperator
      ? error.message
      : JSON.stringify({ level: 'fatal', err: describeError(error), msg: 'the server ends' }),
  );
  process.exit(error instanceof UsageError ? 2 : 1);
}

/** Ignores that the reader of standard output, such as `head`, has exited. The command finishes, and its exit code is right. */
function ignoreClosedOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') fail(error);
  });
}

async function run(command: Command): Promise<void> {
  // The server's log handles errors of standard output itself.
  if (command.kind !== 'serve') ignoreClosedOutput();
  switch (command.kind) {
    case 'help':
      process.stdout.write(USAGE);
      return;
    case 'version':
      process.stdout.write(`${readVersion()}\n`);
      return;
    case 'check': {
      const { check } = await import('./cli/check.js');
      const { customer, token } = command;
      const env = withEnvFile(process.env, command.envFile);
      if (token === '-' && process.stdin.isTTY) {
        process.stderr.write('Paste the token, then press Enter and Ctrl-D.\n');
      }
      const given = token === '-' ? (await text(process.stdin)).trim() : token;
      const print = (line: string): void => void process.stdout.write(`${line}\n`);
      process.exitCode = (await check({ env, token: given, customer, print })) ? 0 : 1;
      return;
    }
    case 'serve':
      await serve(withEnvFile(process.env, command.envFile));
  }
}

async function serve(env: Environment): Promise<void> {
  isServing = true;
  // Loaded after the signal handlers are registered, since this takes most of the start.
  const { createPortalServer } = await import('./portal-server.js');
  const { startTracing } = await import('./observability/tracing.js');
  server = await createPortalServer({ env });
  stopTracing = await startTracing(env);
  await server.listen();
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.on('SIGHUP', stop);
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
try {
  await run(parseCommand(process.argv.slice(2)));
} catch (error) {
  // If a signal interrupts the start, listening fails because the server is closed; `stop` then ends the process.
  if (stoppingSince === undefined) fail(error);
}
