// The programs of the demo, started as plain node processes: used by `npm start` and by the browser tests.
import { spawn } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** How long a program may take to answer its first request, and to end once it was asked to, in milliseconds. */
const READY_WITHIN = 180_000;
const STOP_WITHIN = 10_000;

/**
 * @typedef {object} Ports
 * @property {number} emulator
 * @property {number} server
 * @property {number} [merchant] 4020 unless given
 * @property {number} demo
 * @property {number} [examples] where an example may open the portal too
 *
 * @typedef {object} Program
 * @property {string} name
 * @property {number} port
 * @property {string} url
 * @property {string} readyUrl what answers once the program is ready
 * @property {string[]} args what node is given
 * @property {Record<string, string>} env
 *
 * @typedef {object} RunningProgram
 * @property {Program} program
 * @property {import('node:child_process').ChildProcess} child
 * @property {() => string} output what it has printed so far
 * @property {Promise<number>} exited its exit code
 * @property {() => Promise<number>} stop ends it, by force after ten seconds
 */

/**
 * The programs of the demo, in the order in which they are started.
 * @param {Ports} ports
 * @param {{ embedded?: boolean }} [options] `embedded`: the portal is part of the merchant's API, and no server runs
 * @returns {{ emulator: Program, server: Program, merchant: Program, demo: Program }}
 */
export function demoPrograms(ports, { embedded = false } = {}) {
  const urls = {
    emulator: `http://localhost:${ports.emulator}`,
    server: `http://localhost:${ports.server}`,
    merchant: `http://localhost:${ports.merchant ?? 4020}`,
    demo: `http://localhost:${ports.demo}`,
  };
  const portalOrigins = [
    urls.demo,
    ...(ports.examples ? [`http://localhost:${ports.examples}`] : []),
  ];
  // Anyone who knows it could write to the merchant's database.
  const webhookPassword = randomUUID();
  const auth = {
    AUTH_JWKS_URL: `${urls.emulator}/idp/.well-known/jwks.json`,
    AUTH_ISSUER: `${urls.emulator}/idp`,
    AUTH_AUDIENCE: 'chargebee-portal-demo',
  };
  const chargebee = {
    CHARGEBEE_SITE: 'acme-test',
    CHARGEBEE_API_KEY: 'test_emulator_key',
    CHARGEBEE_BASE_URL: urls.emulator,
  };
  const listen = (port) => ({ PORT: String(port), HOST: '127.0.0.1' });
  return {
    emulator: {
      name: 'emulator',
      port: ports.emulator,
      url: urls.emulator,
      readyUrl: `${urls.emulator}/idp/.well-known/jwks.json`,
      args: ['emulator/dist/main.js'],
      env: {
        ...listen(ports.emulator),
        EMULATOR_DEMO_ORIGINS: portalOrigins.join(','),
        EMULATOR_ALLOWED_ORIGINS: portalOrigins.join(','),
        EMULATOR_WEBHOOK_URLS: `${urls.merchant.replace('//', `//chargebee:${webhookPassword}@`)}/webhooks/chargebee`,
      },
    },
    server: {
      name: 'server',
      port: ports.server,
      url: `${urls.server}/graphql`,
      readyUrl: `${urls.server}/readyz`,
      args: ['server/dist/main.js'],
      env: {
        ...listen(ports.server),
        ...chargebee,
        ...auth,
        LOG_LEVEL: 'warn',
        CORS_ORIGINS: portalOrigins.join(','),
      },
    },
    merchant: {
      name: 'merchant',
      port: ports.merchant ?? 4020,
      url: `${urls.merchant}/graphql`,
      readyUrl: `${urls.merchant}/healthz`,
      args: ['--import', 'tsx', 'examples/merchant-api/src/main.ts'],
      env: {
        ...listen(ports.merchant ?? 4020),
        ...chargebee,
        ...auth,
        CHARGEBEE_WEBHOOK_PASSWORD: webhookPassword,
        CORS_ORIGINS: urls.demo,
        ...(embedded ? { EMBED_PORTAL: 'true' } : {}),
      },
    },
    demo: {
      name: 'demo',
      port: ports.demo,
      url: urls.demo,
      readyUrl: urls.demo,
      args: ['dist/demo/server/server.mjs'],
      env: {
        ...listen(ports.demo),
        DEMO_CHARGEBEE_URL: urls.emulator,
        DEMO_MERCHANT_URL: `${urls.merchant}/graphql`,
        DEMO_GRAPHQL_URL: `${embedded ? urls.merchant : urls.server}/graphql`,
      },
    },
  };
}

/**
 * Starts a program and resolves once it answers. Rejects, with what it printed, when it ends or stays silent.
 * @param {Program} program
 * @param {{ onSpawn?: (running: RunningProgram) => void, onOutput?: (text: string) => void }} [options] `onSpawn` is
 *   called at once, so that a program can be stopped before it is ready
 * @returns {Promise<RunningProgram>}
 */
export async function startProgram(program, { onSpawn, onOutput } = {}) {
  const child = spawn(process.execPath, program.args, {
    cwd: root,
    env: { ...process.env, ...program.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      printed.push(text);
      // Keep only the last lines: they are what an error shows, and a program may print for days.
      if (printed.length > 2_000) printed.splice(0, 1_000);
      onOutput?.(text);
    });
  }
  const exited = new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
    child.once('error', () => resolve(1));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN);
    const code = await exited;
    clearTimeout(force);
    return code;
  };
  const running = { program, child, exited, stop, output: () => printed.join('') };
  onSpawn?.(running);

  let ended;
  void exited.then((code) => (ended = code));
  const until = Date.now() + READY_WITHIN;
  while (Date.now() < until) {
    if (ended !== undefined) {
      throw new Error(`${program.name} ended with code ${ended}\n${running.output()}`);
    }
    const answer = await fetch(program.readyUrl, { signal: AbortSignal.timeout(2_000) }).catch(
      () => undefined,
    );
    await answer?.arrayBuffer().catch(() => undefined);
    if (answer?.ok) return running;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`${program.name} did not answer at ${program.readyUrl}\n${running.output()}`);
}

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
