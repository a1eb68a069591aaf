import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { compileEmulator } from './compiled-emulator.js';

/** The command, running as its own process. */
export interface Program {
  process: ChildProcess;
  /** Resolves with its origin when it is ready. Rejects when it exits before that. */
  ready: Promise<string>;
  /** Resolves with its exit code and output. */
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

const { main } = await compileEmulator();

const running = new Set<ChildProcess>();

export function runProgram(args: readonly string[], env: Record<string, string> = {}): Program {
  const child = spawn(process.execPath, [main, ...args], {
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
  // Avoid an unhandled rejection in specs that do not await `ready`.
  ready.catch(() => undefined);
  return { process: child, ready, ended };
}

/** Kills all programs after each spec. Call it once in every file that runs programs. */
export function endProgramsAfterEach(): void {
  afterEach(() => {
    running.forEach((child) => child.kill('SIGKILL'));
    running.clear();
  });
}
