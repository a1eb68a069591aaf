// Runs one suite as a process group of its own, and reads what it counted.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/programs.mjs';
import { suites } from './suites.mjs';

/** @type {Set<number>} the process groups of the suites that are running */
const running = new Set();

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** Ends all suites that are running, with every process that they started. */
export function killAll() {
  for (const pid of running) killGroup(pid);
}

/**
 * Runs a suite. Resolves to its exit code; a suite that exceeds its timeout is killed, with every process it started.
 * @param {string} name
 * @param {string[]} command
 * @param {{ env: Record<string, string>, onOutput?: (text: string) => void, watch?: boolean }} options without
 *   `onOutput`, the output goes where this process's goes
 * @returns {Promise<number>}
 */
export function runSuite(name, command, { env, onOutput, watch = false }) {
  const { timeout, folder = '.' } = suites[name];
  return new Promise((resolve) => {
    const child = spawn(command[0], command.slice(1), {
      cwd: join(root, folder),
      stdio: ['ignore', onOutput ? 'pipe' : 'inherit', onOutput ? 'pipe' : 'inherit'],
      detached: true,
      env: { ...process.env, ...env, NG_CLI_ANALYTICS: 'false', FORCE_COLOR: '0' },
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
      // Whatever a suite left running would hold its output open.
      killGroup(child.pid);
    });
    child.once('close', (code) => {
      running.delete(child.pid);
      resolve(code ?? 1);
    });
  });
}

/**
 * What a suite counted in its results file; one that wrote none counts as one test.
 * @param {string} file
 * @param {number} code its exit code
 * @returns {{ passed: number, failed: number, skipped: string[] }}
 */
export function readCounts(file, code) {
  let counts;
  try {
    counts = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] };
  }
  // A suite can fail although each of its tests passed: by its coverage, for example.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  if (code === 0 && counts.passed === 0) counts.failed += 1;
  return counts;
}
