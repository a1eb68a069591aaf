// `npm start`: the emulator, the server, the merchant's API and the demo, until Ctrl-C.
// `npm start -- --embedded`: the same with the portal embedded in the merchant's API, and without the server.
import { createInterface } from 'node:readline';
import { demoPrograms } from '../lib/demo-programs.mjs';
import { portIsFree } from '../lib/ports.mjs';
import { buildStale } from '../lib/build-targets.mjs';
import { Supervisor } from './supervisor.mjs';
import { watchTargets } from './watch.mjs';

const TARGETS = ['emulator', 'server', 'ngx-chargebee-portal', 'demo'];

const args = process.argv.slice(2);
const unknown = args.find((arg) => arg !== '--embedded');
if (unknown) {
  console.error(`There is no option ${unknown}. There is: --embedded.`);
  process.exit(1);
}
const embedded = args.includes('--embedded');
const { server, ...others } = demoPrograms(
  {
    emulator: portFrom('EMULATOR_PORT', 4010),
    server: portFrom('SERVER_PORT', 4000),
    merchant: portFrom('MERCHANT_PORT', 4020),
    demo: portFrom('DEMO_PORT', 4200),
    // Not started here: the developer starts an example on this port in another terminal.
    examples: 4300,
  },
  { embedded },
);
const { emulator, merchant, demo } = others;
const programs = embedded ? [emulator, merchant, demo] : [emulator, server, merchant, demo];

const stopping = new AbortController();
const supervisor = new Supervisor(programs);

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
  await supervisor.stop();
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop(0));

async function start() {
  for (const { name, port } of programs) {
    if (await portIsFree(port)) continue;
    const variable = `${name.toUpperCase()}_PORT`;
    throw new Error(
      `Port ${port} is in use, and the ${name} wants it. Stop what uses it, or set ${variable} to another.`,
    );
  }
  await buildStale(TARGETS, stopping.signal);
  await supervisor.startAll();
  console.log(`
Open ${demo.url}, sign in, and click "Manage billing". Ctrl-C ends everything.
Type a program's name and Enter to restart it, such as "server"; "stop server" stops it alone.
What you change is built again, and its program restarted.`);
  createInterface({ input: process.stdin }).on('line', (line) => void supervisor.runCommand(line));
  watchTargets(TARGETS, {
    signal: stopping.signal,
    onBuilt: (target) => supervisor.restart(target === 'ngx-chargebee-portal' ? 'demo' : target),
  });
}

try {
  await start();
} catch (error) {
  // Once stopping has begun, programs and builds are aborted, and their errors are expected.
  if (!stopping.signal.aborted) console.error(error.message);
  await stop(1);
}
