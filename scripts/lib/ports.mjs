// Ports for programs that a test starts.
import { randomInt } from 'node:crypto';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Whether a port can be listened on, on loopback.
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

/** Systems give outgoing connections and port 0 the ports above these, so that one of these stays free until it is used. */
const PORTS = { from: 20_000, to: 32_000 };
/** Holds a file for each port that was given out lately, so that two test processes at once do not get the same. */
const RESERVATIONS = join(tmpdir(), 'chargebee-portal-test-ports');
/** By then the program for which a port was meant listens on it. */
const RESERVED_FOR_MS = 10 * 60_000;

/**
 * A port that is free now, and that no other call returns in the next minutes, in whichever process.
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
 * Whether nobody else has the port. Creating a file fails where it is there already, whoever is first.
 * @param {number} port
 */
function reserve(port) {
  const file = join(RESERVATIONS, String(port));
  try {
    if (Date.now() - statSync(file).mtimeMs > RESERVED_FOR_MS) rmSync(file, { force: true });
  } catch {
    // It is not reserved.
  }
  try {
    writeFileSync(file, '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}
