import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MAIN } from './compiled-programs.js';

const SERVER = fileURLToPath(new URL('../..', import.meta.url));

/** The program of the server, in a child process. */
export class Program {
  stdout = '';
  stderr = '';
  readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly #child: ChildProcess;

  /** @param env the environment, to which only `PATH` and the variable of coverage are added */
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

  /** Resolves to the URLs when the program listens. Rejects when it exits before. */
  async listening(): Promise<{ url: string; metricsUrl?: string }> {
    return this.logs<{ url: string; metricsUrl?: string }>('listening');
  }

  /** Resolves to the log line with this message. Rejects when the program exits before. */
  async logs<Fields = object>(message: string): Promise<Fields & { time: string }> {
    const [line] = await this.prints(new RegExp(`^.*"msg":"${message}".*(?=\n)`, 'm'));
    return JSON.parse(line) as Fields & { time: string };
  }

  /** Resolves to the first match in standard output. Rejects when the program exits before. */
  prints(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const found = pattern.exec(this.stdout);
        if (found) resolve(found);
      };
      this.#child.stdout?.on('data', check);
      void this.exit.then(() =>
        reject(new Error(`The program exited: ${this.stdout}${this.stderr}`)),
      );
      check();
    });
  }

  /** Closes the reading end of standard output, as a log reader that crashes does. */
  stopReading(): void {
    this.#child.stdout?.destroy();
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }
}
