// The parts of the repository that have a build step. Every script that builds uses this list.
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './programs.mjs';

/**
 * @typedef {object} BuildTarget
 * @property {string[]} command
 * @property {string[]} sources files and folders that the build reads
 * @property {string} output a file that the build writes
 * @property {string} [after] the target that must be built first
 */

/** @type {Record<string, BuildTarget>} */
export const targets = {
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
 * Returns the targets to rebuild after a change: those named and their dependents.
 * @param {string[]} names
 * @returns {string[]} in dependency order
 */
export function dependentsOf(names) {
  return Object.keys(targets).filter(
    (name) => names.includes(name) || names.includes(targets[name].after),
  );
}

/** The latest modification time at or below a path, in milliseconds; 0 if the path does not exist. */
function changedAt(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce(
    (newest, name) => Math.max(newest, changedAt(join(path, name))),
    stat.mtimeMs,
  );
}

/** Whether a target has not been built, or its sources have changed since. */
function isStale(name) {
  const { sources, output } = targets[name];
  const built = changedAt(join(root, output));
  return built === 0 || sources.some((source) => changedAt(join(root, source)) > built);
}

/**
 * Builds a target, and prints the build's output if it fails. Resolves to whether it succeeded.
 * @param {string} name
 * @param {AbortSignal} [signal] aborts the build
 * @returns {Promise<boolean>}
 */
export function build(name, signal) {
  const [command, ...args] = targets[name].command;
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
 * Builds targets in parallel, each after the one that it depends on.
 * @param {string[]} names
 * @param {{ signal?: AbortSignal, onBuilt?: (name: string) => void }} [options] `signal` aborts the builds
 * @throws {Error} that names the target whose build failed
 */
export async function buildAll(names, { signal, onBuilt } = {}) {
  const builds = new Map();
  for (const name of Object.keys(targets).filter((target) => names.includes(target))) {
    builds.set(
      name,
      Promise.resolve(builds.get(targets[name].after)).then(async () => {
        if (!(await build(name, signal))) throw new Error(`${name} could not be built.`);
        onBuilt?.(name);
      }),
    );
  }
  // Wait for all builds before throwing, so that none is still running afterwards.
  const ended = await Promise.allSettled(builds.values());
  const failure = ended.find(({ status }) => status === 'rejected');
  if (failure) throw failure.reason;
}

/**
 * Builds the named targets that are out of date, and logs their names.
 * @param {string[]} names
 * @param {AbortSignal} [signal] aborts the builds
 * @throws {Error} that names the target whose build failed
 */
export async function buildStale(names, signal) {
  const stale = Object.keys(targets).filter((name) => names.includes(name) && isStale(name));
  if (stale.length) console.log(`Building ${stale.join(', ')}: a minute or two, the first time.`);
  await buildAll(stale, { signal });
}
