// `npm test [suite…]`: every check and every suite, or those named; ends with the sum over all of them.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './lib/programs.mjs';
import { buildStale, rooms } from './lib/rooms.mjs';
import { findOrInstallChrome, findOrInstallRedis } from './lib/tools.mjs';

const LIBRARY = ['ngx-chargebee-portal'];

/**
 * In the order in which they are run. A suite writes its counts to the file that SUITE_RESULTS names; a check, which
 * writes none, counts as one. `within` bounds it, in minutes; `rooms` are those that it needs built, `tools` what it
 * needs on the machine.
 */
const suites = {
  format: { command: ['npm', 'run', '--silent', 'format:check'], within: 5 },
  codegen: { command: ['npm', 'run', '--silent', 'codegen:check'], within: 2 },
  build: { command: ['node', 'scripts/build.mjs'], within: 15 },
  lint: { command: ['npm', 'run', '--silent', 'lint'], within: 10, rooms: LIBRARY },
  types: { command: ['node', 'scripts/check-types.mjs'], within: 10, rooms: LIBRARY },
  docs: { command: ['node', 'scripts/check-docs.mjs'], within: 5, rooms: LIBRARY },
  emulator: {
    command: ['npm', 'test', '--silent', '-w', 'emulator'],
    within: 20,
    rooms: ['emulator'],
    tools: ['chrome'],
  },
  server: {
    command: ['npm', 'test', '--silent', '-w', 'server'],
    within: 20,
    rooms: ['server'],
    tools: ['redis'],
  },
  library: {
    command: ['npx', 'ng', 'test', 'ngx-chargebee-portal'],
    within: 10,
    tools: ['chrome'],
  },
  demo: {
    command: ['npx', 'ng', 'test', 'demo'],
    within: 10,
    rooms: LIBRARY,
    tools: ['chrome'],
  },
  package: {
    command: ['node', 'scripts/package-checks/index.mjs'],
    within: 10,
    rooms: LIBRARY,
  },
  e2e: {
    command: ['npx', 'playwright', 'test', '--config', 'e2e/playwright.config.ts'],
    within: 20,
    rooms: Object.keys(rooms),
    tools: ['chrome'],
  },
  consumers: {
    command: ['node', 'e2e/consumers/index.mjs'],
    within: 25,
    rooms: ['emulator', 'server', ...LIBRARY],
    tools: ['chrome'],
  },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in suites));
if (unknown.length) {
  console.error(
    `There is no suite named ${unknown.join(', ')}. There are: ${Object.keys(suites).join(', ')}.`,
  );
  process.exit(1);
}
const names = Object.keys(suites).filter((name) => !wanted.length || wanted.includes(name));

const results = mkdtempSync(join(tmpdir(), 'suite-results-'));
const needs = (tool) => names.some((name) => suites[name].tools?.includes(tool));
const chrome = needs('chrome') ? findOrInstallChrome() : undefined;
if (needs('redis') && !findOrInstallRedis()) {
  console.log(
    'There is no redis-server and none can be installed: the tests that need it are left out.',
  );
}

/** @type {import('node:child_process').ChildProcess | undefined} */
let current;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    if (current?.pid) killGroup(current.pid);
    process.exit(1);
  });
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** Runs one suite. Resolves to its exit code; a suite that takes longer than it may is ended, with all it started. */
async function run(name) {
  const { command, within, rooms: needed = [] } = suites[name];
  try {
    await buildStale(needed);
  } catch (error) {
    console.error(error.message);
    return 1;
  }
  return new Promise((resolve) => {
    const child = spawn(command[0], command.slice(1), {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
      env: {
        ...process.env,
        ...(chrome ? { CHROME_BIN: chrome } : {}),
        SUITE_RESULTS: join(results, `${name}.json`),
        NG_CLI_ANALYTICS: 'false',
        FORCE_COLOR: '0',
      },
    });
    current = child;
    const timer = setTimeout(() => {
      console.error(`${name} took longer than ${within} minutes.`);
      killGroup(child.pid);
    }, within * 60_000);
    child.once('error', () => resolve(1));
    child.once('exit', (code) => {
      clearTimeout(timer);
      // Whatever a suite left behind ends with it.
      killGroup(child.pid);
      resolve(code ?? 1);
    });
  });
}

/** What a suite counted; a check that counts nothing is one. */
function countsOf(name, code) {
  let counts;
  try {
    counts = JSON.parse(readFileSync(join(results, `${name}.json`), 'utf8'));
  } catch {
    return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] };
  }
  // A suite can fail although each of its tests passed: by its coverage, say.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  if (code === 0 && counts.passed === 0) counts.failed += 1;
  return counts;
}

const sum = { passed: 0, failed: 0, skipped: [] };
const lines = [];
for (const name of names) {
  console.log(`\n=== ${name}`);
  const startedAt = Date.now();
  const code = await run(name);
  const counts = countsOf(name, code);
  sum.passed += counts.passed;
  sum.failed += counts.failed;
  sum.skipped.push(...counts.skipped.map((reason) => `${name}: ${reason}`));
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const verdict = counts.failed ? 'FAILED' : 'passed';
  lines.push(
    `${name.padEnd(10)} ${verdict}  ${counts.passed} passed, ${counts.failed} failed  (${seconds} s)`,
  );
}
rmSync(results, { recursive: true, force: true });

console.log(`\n=== all\n${lines.join('\n')}`);
for (const reason of sum.skipped) console.log(`skipped ${reason}`);
console.log(
  `${sum.passed} passed, ${sum.failed} failed${sum.skipped.length ? `, ${sum.skipped.length} skipped` : ''}`,
);
process.exitCode = sum.failed ? 1 : 0;
