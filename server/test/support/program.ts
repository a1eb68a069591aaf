import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MAIN } from './compiled-programs.js';

const SERVER = fileURLToPath(new URL('../..', import.meta.url));

/** The program itself, as a process of its own. */
export class Program {
  stdout = '';
  stderr = '';
  readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly #child: ChildProcess;

  /** @param env its whole environment, but for `PATH` and what measures coverage */
  constructor(env: Record<string, string>, args = [MAIN]) {
    const { PATH = '', NODE_V8_COVERAGE } = process.env;
    this.#child = spawn(process.execPath, args, {
      cwd: SERVER,
      env: { PATH, ...(NODE_V8_COVERAGE && { NODE_V8_COVERAGE }), ...env },
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.exit = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  /** Resolves with the URLs of the line that says it listens; rejects when it ends instead. */
  async listening(): Promise<{ url: string; metricsUrl?: string }> {
    return this.says<{ url: string; metricsUrl?: string }>('listening');
  }

  /** Resolves with the line of its log that has this message; rejects when it ends without. */
  async says<Fields = object>(message: string): Promise<Fields & { time: string }> {
    const [line] = await this.prints(new RegExp(`^.*"msg":"${message}".*(?=\n)`, 'm'));
    return JSON.parse(line) as Fields & { time: string };
  }

  /** Resolves with the first match in what it prints; rejects when it ends without. */
  prints(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(this.stdout);
        if (found) resolve(found);
      };
      this.#child.stdout?.on('data', look);
      void this.exit.then(() => reject(new Error(`It ended: ${this.stdout}${this.stderr}`)));
      look();
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }
}
