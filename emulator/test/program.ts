import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The command, run from its source as a process of its own. */
export interface Program {
  process: ChildProcess;
  /** Its origin, once it is ready. Rejects when it ends before that. */
  ready: Promise<string>;
  /** How it ended, and what it printed. */
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');

const running = new Set<ChildProcess>();

export function runProgram(args: readonly string[], env: Record<string, string> = {}): Program {
  const child = spawn(process.execPath, ['--import', TSX, MAIN, ...args], {
    env: { PATH: process.env.PATH, NODE_V8_COVERAGE: process.env.NODE_V8_COVERAGE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  const ended: Program['ended'] = new Promise((resolve) => {
    child.once('close', (code) => {
      running.delete(child);
      resolve({ code, stdout, stderr });
    });
  });
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const url = /ready at (http:\S+)/.exec(stdout)?.[1];
      if (url) resolve(url);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    void ended.then(() => reject(new Error(`It ended before it was ready: ${stderr}`)));
  });
  // Whoever does not ask for it does not want to hear that it failed.
  ready.catch(() => undefined);
  return { process: child, ready, ended };
}

/** Call it once in every file that runs programs: none outlives its spec. */
export function endProgramsAfterEach(): void {
  afterEach(() => {
    running.forEach((child) => child.kill('SIGKILL'));
    running.clear();
  });
}
