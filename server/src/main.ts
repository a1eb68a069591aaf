#!/usr/bin/env node
import { ConfigurationError } from './config/environment.js';
import { ListenError } from './http/listen.js';
import { createPortalServer, type PortalServer } from './portal-server.js';

let server: PortalServer | undefined;
let stopping = false;

/** The first signal drains, a second one does not wait. */
function stop(): void {
  if (stopping) process.exit(1);
  stopping = true;
  Promise.resolve(server?.close()).then(() => process.exit(0), fail);
}

function fail(error: unknown): void {
  const isForOperator = error instanceof ConfigurationError || error instanceof ListenError;
  console.error(isForOperator ? error.message : error);
  process.exit(1);
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
try {
  server = await createPortalServer();
  await server.listen();
} catch (error) {
  fail(error);
}
