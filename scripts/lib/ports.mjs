// Ports for programs that a test starts.
import { randomInt } from 'node:crypto';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Whether a program can listen on a port of the loopback address.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function portIsFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      probe.close(() => resolve(true)),
    );
  });
}

/** Below the range that operating systems use for outgoing connections and port 0, so nothing else takes such a port. */
const PORTS = { from: 20_000, to: 32_000 };
/**
 * Contains a file for each port returned recently, so that concurrent test processes do not get the same one. Not in
 * `tmpdir()` where that can be avoided: each run of `npm test` has its own.
 */
const RESERVATIONS = join(
  process.platform === 'win32' ? tmpdir() : '/tmp',
  'chargebee-portal-test-ports',
);
/** After this time, the program that the port is for has started to listen on it. */
const RESERVED_FOR_MS = 10 * 60_000;

/**
 * Returns a free port, and reserves it for some minutes: no other call, in any process, returns it.
 * @returns {Promise<number>}
 */
export async function freePort() {
  mkdirSync(RESERVATIONS, { recursive: true });
  for (let attempts = 0; attempts < 1_000; attempts += 1) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (reserve(port) && (await portIsFree(port))) return port;
  }
  throw new Error(`No port from ${PORTS.from} to ${PORTS.to} is free.`);
}

/**
 * Reserves a port. Returns false if it is already reserved. The flag `wx` makes this atomic across processes.
 * @param {number} port
 */
function reserve(port) {
  const file = join(RESERVATIONS, String(port));
  try {
    if (Date.now() - statSync(file).mtimeMs > RESERVED_FOR_MS) rmSync(file, { force: true });
  } catch {
    // There is no reservation.
  }
  try {
    writeFileSync(file, '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}
