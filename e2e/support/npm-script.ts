import { test } from '@playwright/test';
import { execFileSync, spawn } from 'node:child_process';
import { root } from '../../scripts/lib/programs.mjs';

/** A command of the root's package.json that is running. */
export interface RunningScript {
  /** What it has printed so far. */
  output: () => string;
  /** Its exit code. */
  exited: Promise<number | null>;
  /** Ctrl-C, as a terminal sends it: to the whole process group. */
  interrupt: () => void;
  /** Types a line into it. */
  type: (line: string) => void;
  /** The process id of the one program it has started whose command line contains the text. */
  childPid: (commandLine: string) => number;
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
    type: (line) => void child.stdin.write(`${line}\n`),
    childPid: (commandLine) => pidInGroup(child.pid ?? 0, commandLine),
  };
}

function pidInGroup(group: number, commandLine: string): number {
  const found = execFileSync('ps', ['-eo', 'pid=,pgid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => Number(match?.[2]) === group && match?.[3]?.includes(commandLine));
  const pid = found[0]?.[1];
  if (found.length !== 1 || !pid) {
    throw new Error(`${found.length} processes of the group run ${commandLine}, and not one.`);
  }
  return Number(pid);
}
