// The three programs of the demo, started as plain node processes: used by `npm start` and by the browser tests.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** How long a program may take to answer its first request, and to end once it was asked to, in milliseconds. */
const READY_WITHIN = 60_000;
const STOP_WITHIN = 10_000;

/**
 * @typedef {object} Ports
 * @property {number} emulator
 * @property {number} server
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
 * @returns {{ emulator: Program, server: Program, demo: Program }}
 */
export function demoPrograms(ports) {
  const emulatorUrl = `http://localhost:${ports.emulator}`;
  const serverUrl = `http://localhost:${ports.server}`;
  const demoUrl = `http://localhost:${ports.demo}`;
  const portalOrigins = [
    demoUrl,
    ...(ports.examples ? [`http://localhost:${ports.examples}`] : []),
  ];
  return {
    emulator: {
      name: 'emulator',
      port: ports.emulator,
      url: emulatorUrl,
      readyUrl: `${emulatorUrl}/idp/.well-known/jwks.json`,
      args: ['emulator/dist/main.js'],
      env: {
        PORT: String(ports.emulator),
        HOST: '127.0.0.1',
        EMULATOR_DEMO_ORIGINS: demoUrl,
        EMULATOR_ALLOWED_ORIGINS: portalOrigins.join(','),
      },
    },
    server: {
      name: 'server',
      port: ports.server,
      url: `${serverUrl}/graphql`,
      readyUrl: `${serverUrl}/readyz`,
      args: ['server/dist/main.js'],
      env: {
        PORT: String(ports.server),
        HOST: '127.0.0.1',
        LOG_LEVEL: 'warn',
        CHARGEBEE_SITE: 'acme-test',
        CHARGEBEE_API_KEY: 'test_emulator_key',
        CHARGEBEE_BASE_URL: emulatorUrl,
        AUTH_JWKS_URL: `${emulatorUrl}/idp/.well-known/jwks.json`,
        AUTH_ISSUER: `${emulatorUrl}/idp`,
        AUTH_AUDIENCE: 'chargebee-portal-demo',
        CORS_ORIGINS: demoUrl,
        ...(ports.examples ? { REDIRECT_ORIGINS: portalOrigins.join(',') } : {}),
      },
    },
    demo: {
      name: 'demo',
      port: ports.demo,
      url: demoUrl,
      readyUrl: demoUrl,
      args: ['dist/demo/server/server.mjs'],
      env: {
        PORT: String(ports.demo),
        HOST: '127.0.0.1',
        DEMO_CHARGEBEE_URL: emulatorUrl,
        DEMO_GRAPHQL_URL: `${serverUrl}/graphql`,
      },
    },
  };
}

/**
 * Starts a program and resolves once it answers. Rejects, with what it printed, when it ends or stays silent.
 * @param {Program} program
 * @param {{ onSpawn?: (running: RunningProgram) => void, onOutput?: (text: string) => void }} [options] `onSpawn` is
 *   told at once, so that a program can be stopped before it is ready
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
      // What a long run prints is not kept for ever; the last lines are what an error wants.
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

/**
 * A port that is free now.
 * @returns {Promise<number>}
 */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object'
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}
