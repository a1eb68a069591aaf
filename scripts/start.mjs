// `npm start`: the emulator, the server and the demo, until Ctrl-C.
import { demoPrograms, portIsFree, startProgram } from './lib/programs.mjs';
import { buildStale } from './lib/rooms.mjs';

const programs = demoPrograms({
  emulator: portFrom('EMULATOR_PORT', 4010),
  server: portFrom('SERVER_PORT', 4000),
  demo: portFrom('DEMO_PORT', 4200),
  // Started by hand, beside the demo.
  examples: 4300,
});

/** @type {import('./lib/programs.mjs').RunningProgram[]} */
const running = [];
const ready = new Set();
const stopping = new AbortController();

function portFrom(variable, fallback) {
  const text = process.env[variable] ?? String(fallback);
  if (!/^\d{1,5}$/.test(text) || Number(text) < 1 || Number(text) > 65_535) {
    console.error(`${variable} is "${text}"; it must be a port, from 1 to 65535.`);
    process.exit(1);
  }
  return Number(text);
}

async function stop(code) {
  if (stopping.signal.aborted) return;
  stopping.abort();
  await Promise.all(running.map((program) => program.stop()));
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop(0));

async function start() {
  for (const { name, port } of Object.values(programs)) {
    if (await portIsFree(port)) continue;
    const variable = `${name.toUpperCase()}_PORT`;
    throw new Error(
      `Port ${port} is in use, and the ${name} wants it. Stop what uses it, or set ${variable} to another.`,
    );
  }

  await buildStale(['emulator', 'server', 'ngx-chargebee-portal', 'demo'], stopping.signal);

  for (const program of Object.values(programs)) {
    const { exited } = await startProgram(program, {
      onSpawn: (started) => running.push(started),
      // What a program prints before it is ready is told by its ready line, or by the error when it never is.
      onOutput: (text) => ready.has(program) && process.stdout.write(text),
    });
    ready.add(program);
    void exited.then((code) => {
      if (stopping.signal.aborted) return;
      console.error(`The ${program.name} ended by itself, with code ${code}.`);
      void stop(1);
    });
    console.log(`${program.name.padEnd(8)} ready at ${program.url}`);
  }
  console.log(
    `\nOpen ${programs.demo.url}, sign in, and click "Manage billing". Ctrl-C ends all three.`,
  );
}

try {
  await start();
} catch (error) {
  // While stopping, whatever failed did so because it was stopped.
  if (!stopping.signal.aborted) console.error(error.message);
  await stop(1);
}
