// Starts programs, reports when one exits, and restarts single ones.
import { startProgram } from '../lib/programs.mjs';

/** @typedef {import('../lib/programs.mjs').Program} Program */

export class Supervisor {
  /** @type {Map<string, Program>} */
  #programs;
  /** @type {Map<string, import('../lib/programs.mjs').RunningProgram>} */
  #running = new Map();
  /** The names of programs that are being stopped on purpose, so that their exit is not reported. */
  #stopRequested = new Set();
  #isStopping = false;

  /** @param {Program[]} programs in the order in which they are started */
  constructor(programs) {
    this.#programs = new Map(programs.map((program) => [program.name, program]));
  }

  /** Starts all programs in sequence. */
  async startAll() {
    for (const name of this.#programs.keys()) await this.#start(name);
  }

  /** Executes a line from the terminal: a program's name restarts it, `stop` and its name stops it. */
  async runCommand(line) {
    const [, stops, name] = /^\s*(stop\s+)?(\S*)\s*$/.exec(line) ?? [];
    if (!name && !line.trim()) return;
    if (!this.#programs.has(name)) {
      console.log(
        `Type one of: ${[...this.#programs.keys()].join(', ')}; or "stop" and one of them.`,
      );
    } else if (stops) {
      await this.#stop(name);
      console.log(`${name} stopped. Type "${name}" to start it again.`);
    } else {
      await this.restart(name);
    }
  }

  /** Stops the program if it is running, and starts it. */
  async restart(name) {
    if (!this.#programs.has(name) || this.#isStopping) return;
    await this.#stop(name);
    await this.#start(name).catch((error) => console.error(error.message));
  }

  /** Stops all programs. */
  async stop() {
    this.#isStopping = true;
    await Promise.all([...this.#programs.keys()].map((name) => this.#stop(name)));
  }

  async #start(name) {
    const program = this.#programs.get(name);
    let isReady = false;
    const { exited } = await startProgram(program, {
      onSpawn: (started) => this.#running.set(name, started),
      // If the program does not become ready, the error contains its output up to then.
      onOutput: (text) => isReady && process.stdout.write(text),
    });
    isReady = true;
    const started = this.#running.get(name);
    void exited.then((code) => {
      if (this.#running.get(name) === started) this.#running.delete(name);
      if (this.#isStopping || this.#stopRequested.delete(name)) return;
      console.error(
        `The ${name} ended by itself, with code ${code}. The others go on; type "${name}" to start it again.`,
      );
    });
    console.log(`${name.padEnd(8)} ready at ${program.url}`);
  }

  async #stop(name) {
    const running = this.#running.get(name);
    if (!running) return;
    this.#stopRequested.add(name);
    await running.stop();
    this.#running.delete(name);
  }
}
