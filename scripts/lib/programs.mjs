// Starts programs as plain node processes: used by `npm start` and by the browser tests.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** How long a program may take to answer its first request, and to end once it was asked to, in milliseconds. */
const READY_WITHIN = 180_000;
const STOP_WITHIN = 10_000;

/**
 * @typedef {object} Program
 * @property {string} name
 * @property {number} port
 * @property {string} url
 * @property {string} readyUrl what answers once the program is ready
 * @property {string[]} args what node is given
 * @property {Record<string, string>} env
 *
 * @typedef {object} RunningProgram
 * @property {Program} program
 * @property {import('node:child_process').ChildProcess} child
 * @property {() => string} output what it has printed so far
 * @property {Promise<number>} exited its exit code
 * @property {() => Promise<number>} stop ends it, by force after ten seconds
 */

/**
 * Starts a program and resolves once it answers. Rejects, with what it printed, when it ends or stays silent.
 * @param {Program} program
 * @param {{ onSpawn?: (running: RunningProgram) => void, onOutput?: (text: string) => void }} [options] `onSpawn` is
 *   called at once, so that a program can be stopped before it is ready
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
      // Keep only the last lines: they are what an error shows, and a program may print for days.
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
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN);
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
