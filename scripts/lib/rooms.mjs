// What is built, from what, into what: used by every script that builds.
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './programs.mjs';

/**
 * @typedef {object} Room
 * @property {string[]} command
 * @property {string[]} sources what it is built from
 * @property {string} output what is there once it is built
 * @property {string} [after] the room that must be built first
 */

/** @type {Record<string, Room>} */
export const rooms = {
  emulator: {
    command: ['npm', 'run', 'build', '-w', 'emulator'],
    sources: [
      'emulator/src',
      'emulator/scripts',
      'emulator/package.json',
      'emulator/tsconfig.build.json',
    ],
    output: 'emulator/dist/main.js',
  },
  server: {
    command: ['npm', 'run', 'build', '-w', 'server'],
    sources: ['server/src', 'server/scripts', 'server/package.json', 'server/tsconfig.build.json'],
    output: 'server/dist/main.js',
  },
  'ngx-chargebee-portal': {
    command: ['node', 'scripts/build-library.mjs'],
    sources: ['projects/ngx-chargebee-portal', 'scripts/build-library.mjs'],
    output: 'dist/ngx-chargebee-portal/package.json',
  },
  demo: {
    command: ['npx', 'ng', 'build', 'demo', '--progress=false'],
    sources: ['projects/demo', 'projects/ngx-chargebee-portal'],
    after: 'ngx-chargebee-portal',
    output: 'dist/demo/server/server.mjs',
  },
  'demo-ngmodule': {
    command: ['npx', 'ng', 'build', 'demo-ngmodule', '--progress=false'],
    sources: ['projects/demo-ngmodule', 'projects/ngx-chargebee-portal'],
    after: 'ngx-chargebee-portal',
    output: 'dist/demo-ngmodule/browser/index.html',
  },
};

/**
 * The rooms to build when these have changed: they themselves, and those built after them.
 * @param {string[]} names
 * @returns {string[]} in the order in which they depend on each other
 */
export function dependentsOf(names) {
  return Object.keys(rooms).filter(
    (name) => names.includes(name) || names.includes(rooms[name].after),
  );
}

/** The newest change below a path, in milliseconds; 0 where there is nothing. */
function changedAt(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce(
    (newest, name) => Math.max(newest, changedAt(join(path, name))),
    stat.mtimeMs,
  );
}

/** Whether a room has no build, or one that is older than its sources. */
function isStale(name) {
  const { sources, output } = rooms[name];
  const built = changedAt(join(root, output));
  return built === 0 || sources.some((source) => changedAt(join(root, source)) > built);
}

/**
 * Builds a room. What the build prints is shown only when it fails. Resolves to whether it succeeded.
 * @param {string} name
 * @param {AbortSignal} [signal] ends the build
 * @returns {Promise<boolean>}
 */
export function build(name, signal) {
  const [command, ...args] = rooms[name].command;
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NG_CLI_ANALYTICS: 'false' },
    signal,
  });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => printed.push(text));
  }
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('close', (code) => {
      if (code !== 0 && !signal?.aborted) console.error(printed.join(''));
      resolve(code === 0);
    });
  });
}

/**
 * Builds rooms side by side, each after the one that it needs.
 * @param {string[]} names
 * @param {{ signal?: AbortSignal, onBuilt?: (name: string) => void }} [options] `signal` ends the builds
 * @throws when one cannot be built, after showing what its build printed
 */
export async function buildAll(names, { signal, onBuilt } = {}) {
  const builds = new Map();
  for (const name of Object.keys(rooms).filter((room) => names.includes(room))) {
    builds.set(
      name,
      Promise.resolve(builds.get(rooms[name].after)).then(async () => {
        if (!(await build(name, signal))) throw new Error(`${name} could not be built.`);
        onBuilt?.(name);
      }),
    );
  }
  // All end before an error is thrown, so that no build outlives this call.
  const ended = await Promise.allSettled(builds.values());
  const failure = ended.find(({ status }) => status === 'rejected');
  if (failure) throw failure.reason;
}

/**
 * Builds those of the rooms named that have no build, or one that is older than their sources, saying so.
 * @param {string[]} names
 * @param {AbortSignal} [signal] ends the builds
 * @throws when one cannot be built, after showing what its build printed
 */
export async function buildStale(names, signal) {
  const stale = Object.keys(rooms).filter((name) => names.includes(name) && isStale(name));
  if (stale.length) console.log(`Building ${stale.join(', ')}: a minute or two, the first time.`);
  await buildAll(stale, { signal });
}
