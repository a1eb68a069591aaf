// `npm test [suite…] [file…]`: runs all suites, or the named ones, and prints the total of passed and failed tests.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildStale } from '../lib/build-targets.mjs';
import { createScratchFolder } from '../lib/scratch-folder.mjs';
import { findOrInstall, findOrInstallChrome, findOrInstallHeadlessChrome } from '../lib/tools.mjs';
import { parseArguments } from './arguments.mjs';
import { killAll, readCounts, runSuite } from './run-suite.mjs';
import { suites } from './suites.mjs';

/** One suite per core: large suites use several processes themselves, and on an overloaded machine tests exceed their timeouts. */
const MAX_PARALLEL_SUITES = Math.min(Math.max(availableParallelism(), 2), 4);

/** How much of a suite's failures the summary repeats. */
const MAX_FAILURES = 10;
const MAX_FAILURE_LINES = 30;

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    killAll();
    process.exit(1);
  });
}

/** Installs what the suites need. Returns the environment to run them in. */
async function provideTools(names) {
  const needed = new Set(names.flatMap((name) => suites[name].tools ?? []));
  const chrome = needed.delete('chrome') ? await findOrInstallChrome() : undefined;
  const headless = chrome && (await findOrInstallHeadlessChrome());
  for (const title of await findOrInstall([...needed])) {
    console.log(`${title} is missing and cannot be installed: tests that need it are left out.`);
  }
  return chrome ? { CHROME_BIN: chrome, CHROME_HEADLESS_BIN: headless } : {};
}

/** Runs one suite. Prints its output at the end, or at once if no other suite runs. */
async function runOne(name, { files, env, results, isAlone }) {
  const { command, only } = suites[name];
  const startedAt = Date.now();
  const file = join(results, `${name}.json`);
  let output = '';
  if (!isAlone) console.log(`… ${name}`);
  const code = await runSuite(name, files.length ? only(files) : command, {
    env: { ...env, SUITE_RESULTS: file },
    onOutput: isAlone ? undefined : (text) => (output += text),
  });
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  if (!isAlone) console.log(`\n=== ${name}\n${output.trimEnd()}\n`);
  return { ...readCounts(file, code), seconds, output };
}

/** Runs suites in parallel, at most `MAX_PARALLEL_SUITES` at a time. Each starts when what it needs is built and installed. */
async function runAll(names, { files, env, results }) {
  const isAlone = names.length === 1;
  const queue = [...names];
  const done = new Map();
  /** What is still being built or installed, as promises that are never rejected. */
  const pending = new Map();

  function isReady(name) {
    const { targets, tools } = suites[name];
    return !(targets && pending.has('targets')) && !(tools && pending.has('tools'));
  }

  /** Removes the first suite that can start from the queue, and waits for one if there is none yet. */
  async function takeNext() {
    while (queue.length) {
      const index = queue.findIndex(isReady);
      if (index >= 0) return queue.splice(index, 1)[0];
      await Promise.race(pending.values());
    }
    return undefined;
  }

  async function run(name) {
    const toolsEnv = suites[name].tools ? await tools : {};
    done.set(name, await runOne(name, { files, results, isAlone, env: { ...env, ...toolsEnv } }));
  }

  async function runQueue() {
    for (let name = await takeNext(); name; name = await takeNext()) await run(name);
  }

  function provide(need, promise) {
    const settle = () => pending.delete(need);
    pending.set(need, promise.then(settle, settle));
    return promise;
  }

  const tools = provide('tools', provideTools(names));
  const build = queue[0] === 'build' ? provide('targets', run(queue.shift())) : undefined;
  await Promise.all([
    tools,
    Promise.resolve(build).then(runQueue),
    ...Array.from({ length: MAX_PARALLEL_SUITES - 1 }, runQueue),
  ]);
  return new Map(names.map((name) => [name, done.get(name)]));
}

/** Repeats the failures at the end, where they are found without searching the output of all suites. */
function printFailures(name, { failures = [], output }) {
  console.log(`\n=== failed: ${name}`);
  for (const failure of failures.slice(0, MAX_FAILURES)) {
    console.log(firstLines(failure, MAX_FAILURE_LINES));
  }
  if (failures.length > MAX_FAILURES) console.log(`and ${failures.length - MAX_FAILURES} more`);
  // A suite that lists no failures says at the end of its output what went wrong.
  if (failures.length === 0) console.log(lastLines(output, MAX_FAILURE_LINES));
}

const firstLines = (text, count) => text.split('\n').slice(0, count).join('\n');
const lastLines = (text, count) => text.trimEnd().split('\n').slice(-count).join('\n');

function report(counts) {
  if (counts.size > 1) {
    for (const [name, results] of counts) if (results.failed) printFailures(name, results);
  }
  const sum = { passed: 0, failed: 0, skipped: [] };
  console.log('\n=== all');
  for (const [name, { passed, failed, skipped, seconds }] of counts) {
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped.push(...skipped.map((reason) => `${name}: ${reason}`));
    const verdict = failed ? 'FAILED' : 'passed';
    console.log(
      `${name.padEnd(16)} ${verdict}  ${passed} passed, ${failed} failed  (${seconds} s)`,
    );
  }
  for (const reason of sum.skipped) console.log(`skipped ${reason}`);
  const skipped = sum.skipped.length ? `, ${sum.skipped.length} skipped` : '';
  console.log(`${sum.passed} passed, ${sum.failed} failed${skipped}`);
  return sum.failed === 0;
}

async function main() {
  const { names, files, watch, list } = parseArguments(process.argv.slice(2));
  if (list) {
    for (const [name, { title }] of Object.entries(suites)) {
      console.log(`${name.padEnd(16)} ${title}`);
    }
    return true;
  }
  const env = { TMPDIR: createScratchFolder() };
  if (!names.includes('build')) {
    await buildStale([...new Set(names.flatMap((name) => suites[name].targets ?? []))]);
  }
  if (watch) {
    const [name] = names;
    Object.assign(env, await provideTools(names));
    return (await runSuite(name, suites[name].watch(files), { env, watch })) === 0;
  }
  const results = mkdtempSync(join(env.TMPDIR, 'suite-results-'));
  try {
    return report(await runAll(names, { files, env, results }));
  } finally {
    rmSync(results, { recursive: true, force: true });
  }
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(error.message);
  killAll();
  process.exitCode = 1;
}
