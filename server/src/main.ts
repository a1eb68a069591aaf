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

/** Time for the last lines of the log to be read. */
const LAST_LINES_MS = 1000;

/** A Ctrl-C reaches a program from the terminal and once more from whatever started it: so close together they are one. */
const ONE_GESTURE_MS = 1000;

/** The first signal drains, a second one does not wait. */
function stop(): void {
  // A check that was broken off has not found everything in order.
  if (!isServing) process.exit(1);
  const now = performance.now();
  if (stoppingSince !== undefined) {
    if (now - stoppingSince < ONE_GESTURE_MS) return;
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

/** A reader such as `head` may leave early: what was begun is finished, and the exit code tells the result. */
function allowReaderToLeave(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') fail(error);
  });
}

async function run(command: Command): Promise<void> {
  // The log of a server has a way of its own to standard output.
  if (command.kind !== 'serve') allowReaderToLeave();
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
  // Loading these takes most of the start: a signal finds its handler before.
  const { createPortalServer } = await import('./portal-server.js');
  const { startTracing } = await import('./observability/tracing.js');
  server = await createPortalServer({ env });
  stopTracing = await startTracing(env);
  await server.listen();
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
try {
  await run(parseCommand(process.argv.slice(2)));
} catch (error) {
  // A start that a signal interrupts fails, since the server is closed already; `stop` ends the process.
  if (stoppingSince === undefined) fail(error);
}
