import { test } from '@playwright/test';
import { execFileSync, spawn } from 'node:child_process';
import { root } from '../../scripts/lib/programs.mjs';

/** A running npm script of the root package. */
export interface RunningScript {
  /** Returns the output so far. */
  output: () => string;
  /** Resolves to the exit code. */
  exited: Promise<number | null>;
  /** Sends SIGINT to the whole process group, as a terminal does on Ctrl-C. */
  interrupt: () => void;
  /** Writes a line to standard input. */
  type: (line: string) => void;
  /** Returns the id of the process in the group whose command line contains the text. Throws unless there is exactly one. */
  childPid: (commandLine: string) => number;
}

const groups = new Set<number>();

/** Kills scripts that a failed test has left running. Call it once in each file that starts scripts. */
export function endScriptsAfterEach(): void {
  test.afterEach(() => {
    for (const group of groups) {
      try {
        process.kill(-group, 'SIGKILL');
      } catch {
        // It has exited, as expected.
      }
    }
    groups.clear();
  });
}

/** Runs `npm <args>` at the root, in a new process group. */
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
