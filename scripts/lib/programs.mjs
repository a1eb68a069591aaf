// Starts and stops Node programs, for `npm start`, the browser tests and the benchmarks.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Timeouts for a program to answer its first request, and to exit after SIGTERM, in milliseconds. */
const READY_WITHIN = 180_000;
const STOP_WITHIN = 10_000;

/**
 * @typedef {object} Program
 * @property {string} name
 * @property {number} port
 * @property {string} url
 * @property {string} readyUrl responds with a success status once the program is ready
 * @property {string[]} args the arguments of `node`
 * @property {Record<string, string>} env
 *
 * @typedef {object} RunningProgram
 * @property {Program} program
 * @property {import('node:child_process').ChildProcess} child
 * @property {() => string} output returns the recent output
 * @property {Promise<number>} exited resolves to the exit code
 * @property {() => Promise<number>} stop sends SIGTERM, and SIGKILL after ten seconds
 */

/**
 * Starts a program and resolves once it is ready. Rejects, with its output, if it exits or does not respond in time.
 * @param {Program} program
 * @param {{ onSpawn?: (running: RunningProgram) => void, onOutput?: (text: string) => void }} [options] `onSpawn` is
 *   called immediately, so that the caller can stop the program before it is ready
 * @returns {Promise<RunningProgram>}
 */
export async function startProgram(program, { onSpawn, onOutput } = {}) {
  const child = spawn(process.execPath, program.args, {
    cwd: root,
    env: { ...process.env, ...program.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      printed.push(text);
      // Keep only the recent output, because a program may run for days.
      if (printed.length > 2_000) printed.splice(0, 1_000);
      onOutput?.(text);
    });
  }
  const exited = new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
    child.once('error', () => resolve(1));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    const force = setTimeout(() => {
      console.error(`${program.name} was killed, because it did not stop within 10 seconds.`);
      child.kill('SIGKILL');
    }, STOP_WITHIN);
    const code = await exited;
    clearTimeout(force);
    return code;
  };
  const running = { program, child, exited, stop, output: () => printed.join('') };
  onSpawn?.(running);

  let ended;
  void exited.then((code) => (ended = code));
  const until = Date.now() + READY_WITHIN;
  while (Date.now() < until) {
    if (ended !== undefined) {
      throw new Error(`${program.name} ended with code ${ended}\n${running.output()}`);
    }
    const answer = await fetch(program.readyUrl, { signal: AbortSignal.timeout(2_000) }).catch(
      () => undefined,
    );
    await answer?.arrayBuffer().catch(() => undefined);
    if (answer?.ok) return running;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`${program.name} did not answer at ${program.readyUrl}\n${running.output()}`);
}
