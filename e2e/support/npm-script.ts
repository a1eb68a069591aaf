import { test } from '@playwright/test';
import { spawn } from 'node:child_process';
import { root } from '../../scripts/lib/programs.mjs';

/** A command of the root's package.json that is running. */
export interface RunningScript {
  /** What it has printed so far. */
  output: () => string;
  /** Its exit code. */
  exited: Promise<number | null>;
  /** Ctrl-C, as a terminal sends it: to the whole process group. */
  interrupt: () => void;
}

const groups = new Set<number>();

/** Ends what a failed test has left running. Call it once in a file that starts scripts. */
export function endScriptsAfterEach(): void {
  test.afterEach(() => {
    for (const group of groups) {
      try {
        process.kill(-group, 'SIGKILL');
      } catch {
        // It has ended, as it should.
      }
    }
    groups.clear();
  });
}

/** Runs `npm <args>` at the root, in a process group of its own. */
export function npm(args: string[], env: Record<string, string>): RunningScript {
  const child = spawn('npm', ['--silent', ...args], {
    cwd: root,
    detached: true,
    env: { ...process.env, ...env },
  });
  if (child.pid) groups.add(child.pid);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => (output += text.toString()));
  }
  return {
    output: () => output,
    exited: new Promise((resolve) => child.once('exit', resolve)),
    interrupt: () => process.kill(-(child.pid ?? 0), 'SIGINT'),
  };
}
