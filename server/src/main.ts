#!/usr/bin/env node
import { ConfigurationError } from './config/environment.js';
import { ListenError } from './http/listen.js';
import { describeError } from './observability/logger.js';
import type { PortalServer } from './portal-server.js';

let server: PortalServer | undefined;
let stopTracing = (): Promise<void> => Promise.resolve();
let stoppingSince: number | undefined;

/** A Ctrl-C reaches a program from the terminal and once more from whatever started it: so close together they are one. */
const ONE_GESTURE_MS = 1000;

/** The first signal drains, a second one does not wait. */
function stop(): void {
  const now = performance.now();
  if (stoppingSince !== undefined) {
    if (now - stoppingSince < ONE_GESTURE_MS) return;
    process.exit(1);
  }
  stoppingSince = now;
  Promise.resolve(server?.close())
    .then(() => stopTracing())
    .then(() => process.exit(0), fail);
}

function fail(error: unknown): void {
  const isForOperator = error instanceof ConfigurationError || error instanceof ListenError;
  console.error(
    isForOperator
      ? error.message
      : JSON.stringify({ level: 'fatal', err: describeError(error), msg: 'the server ends' }),
  );
  process.exit(1);
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
try {
  // Loading these takes most of the start: a signal finds its handler before.
  const { createPortalServer } = await import('./portal-server.js');
  const { startTracing } = await import('./observability/tracing.js');
  server = await createPortalServer();
  stopTracing = await startTracing(process.env);
  await server.listen();
} catch (error) {
  fail(error);
}
