// Runs one suite in its own process group, and reads its counts of passed, failed and skipped tests.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/programs.mjs';
import { suites } from './suites.mjs';

/** Disables the Angular CLI's workers: they would compete with the suites that run in parallel, and use a tenth more CPU time. */
const ANGULAR_CLI = {
  NG_BUILD_MAX_WORKERS: '1',
  NG_BUILD_PARALLEL_TS: '0',
  NG_CLI_ANALYTICS: 'false',
};

/** @type {Set<number>} the process groups of running suites */
const running = new Set();

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has already exited.
  }
}

/** Kills all running suites, with every process that they started. */
export function killAll() {
  for (const pid of running) killGroup(pid);
}

/**
 * Runs a suite. Resolves to its exit code; a suite that exceeds its timeout is killed, with every process it started.
 * @param {string} name
 * @param {string[]} command
 * @param {{ env: Record<string, string>, onOutput?: (text: string) => void, watch?: boolean }} options `onOutput`
 *   defaults to printing the output
 * @returns {Promise<number>}
 */
export function runSuite(name, command, { env, onOutput, watch = false }) {
  const { timeout, folder = '.' } = suites[name];
  return new Promise((resolve) => {
    const child = spawn(command[0], command.slice(1), {
      cwd: join(root, folder),
      stdio: ['ignore', onOutput ? 'pipe' : 'inherit', onOutput ? 'pipe' : 'inherit'],
      detached: true,
      env: { ...process.env, ...ANGULAR_CLI, ...env, FORCE_COLOR: '0' },
    });
    child.once('error', () => resolve(1));
    if (child.pid === undefined) return;
    running.add(child.pid);
    child.stdout?.setEncoding('utf8').on('data', onOutput);
    child.stderr?.setEncoding('utf8').on('data', onOutput);
    const timer = watch
      ? undefined
      : setTimeout(() => {
          (onOutput ?? console.error)(`${name} exceeded its timeout of ${timeout} minutes.\n`);
          killGroup(child.pid);
        }, timeout * 60_000);
    child.once('exit', () => {
      clearTimeout(timer);
      // A process that the suite left running would keep its output open, and `close` would not fire.
      killGroup(child.pid);
    });
    child.once('close', (code) => {
      running.delete(child.pid);
      resolve(code ?? 1);
    });
  });
}

/**
 * What a suite writes to the file that SUITE_RESULTS names.
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} skipped the title of each skipped test, and the reason
 * @property {string[]} [failures] the title of each failed test, and its error
 */

/**
 * Reads the counts from a suite's results file. A suite that wrote none counts as one test.
 * @param {string} file
 * @param {number} code its exit code
 * @returns {Counts}
 */
export function readCounts(file, code) {
  let counts;
  try {
    counts = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] };
  }
  // A suite can fail even if all its tests passed, for example because of its coverage.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  if (code === 0 && counts.passed === 0) counts.failed += 1;
  return counts;
}
