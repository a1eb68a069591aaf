// Tests the packed library in fresh apps: `ng new`, `ng add` of the tarball, unit tests, `ng build`, and a click in Chromium
// that opens the emulator's portal. `node e2e/consumers/index.mjs [app…]` tests all apps, or the named ones. Requires
// `npm run build`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { tsImport } from 'tsx/esm/api';
import { root } from '../../scripts/lib/programs.mjs';
import { pack } from '../../scripts/package-checks/package.mjs';
import {
  addButton,
  expectBuildToRequireIdentity,
  fillInIdentity,
  installLibrary,
  ngAdd,
  ngAddAgain,
  ngBuild,
  ngNew,
  useEmulator,
} from './app.mjs';
import { openPortal } from './browser.mjs';
import { nodeFor } from './node.mjs';
import { startStack } from './stack.mjs';
import { runUnitTests } from './unit-tests.mjs';

const { serveStatic } = await tsImport('../support/static-server.ts', import.meta.url);

/** @type {import('./app.mjs').Consumer[]} */
const consumers = [
  { name: 'angular21', angular: 21, runner: 'vitest', standalone: true, backend: 'graphql' },
  { name: 'ngmodule21', angular: 21, runner: 'karma', standalone: false, backend: 'graphql' },
  { name: 'angular22', angular: 22, runner: 'vitest', standalone: true, backend: 'apollo' },
  // Only for its unit tests: building this app would repeat the build of `angular22`.
  { name: 'karma22', angular: 22, runner: 'karma', standalone: true },
];

const wanted = process.argv.slice(2);
const chosen = consumers.filter(({ name }) => !wanted.length || wanted.includes(name));
if (wanted.length > chosen.length) {
  console.error(`The apps are: ${consumers.map(({ name }) => name).join(', ')}.`);
  process.exit(1);
}

const counts = { passed: 0, failed: 0, skipped: [] };
const folder = mkdtempSync(join(tmpdir(), 'consumers-'));
const closing = [() => rmSync(folder, { recursive: true, force: true })];

async function step(name, what, run) {
  const startedAt = Date.now();
  const result = await run();
  console.log(`${name}: ${what} (${Math.round((Date.now() - startedAt) / 1000)} s)`);
  return result;
}

async function testConsumer(consumer, { app, tarball, site, stack, copyFrom }) {
  const { name, angular, runner } = consumer;
  const node = await step(name, `has a Node for Angular ${angular}`, () =>
    nodeFor(angular, folder),
  );
  if (node.missing) {
    counts.skipped.push(`${name}: ${node.missing}`);
    return;
  }
  const kind = consumer.standalone ? [] : ['--no-standalone', '--zoneless=false'];
  await step(name, 'ng new', () =>
    ngNew(name, angular, [`--test-runner=${runner}`, ...kind], { folder, ...node, copyFrom }),
  );
  if (consumer.backend) {
    await addAndOpen(consumer, { app, tarball, site, stack, node });
  } else {
    await installLibrary(app, node, tarball);
    await step(name, 'unit tests', () => runUnitTests(consumer, app, node));
  }
  counts.passed += 1;
}

async function addAndOpen(consumer, { app, tarball, site, stack, node }) {
  const { name } = consumer;
  const library = { tarball, url: stack.urls.server };
  await step(name, 'ng add of the packed library', () => ngAdd(consumer, app, node, library));
  await step(name, 'ng add again changes nothing', () => ngAddAgain(consumer, app, node, library));
  await step(name, 'no build without an identity', () => expectBuildToRequireIdentity(app, node));
  fillInIdentity(app, consumer);
  await step(name, 'unit tests', () => runUnitTests(consumer, app, node));
  useEmulator(app, consumer, stack.urls.emulator);
  addButton(app, consumer);
  await step(name, 'ng build', () => ngBuild(app, node));
  await step(name, 'a click opens the portal', () => openPortal(site.url, stack));
}

try {
  const apps = await Promise.all(
    chosen.map(async (consumer) => {
      const app = join(folder, consumer.name);
      const site = await serveStatic(relative(root, join(app, 'dist', consumer.name, 'browser')));
      closing.unshift(() => site.close());
      return { consumer, app, site };
    }),
  );
  const stack = await startStack(apps.map(({ site }) => site.url));
  closing.unshift(() => stack.stop());
  const tarball = pack(folder);

  for (const [index, { consumer, app, site }] of apps.entries()) {
    // An earlier app with the same Angular version, whose `node_modules` are copied instead of installed.
    const copyFrom = apps
      .slice(0, index)
      .find((other) => other.consumer.angular === consumer.angular)?.app;
    try {
      await testConsumer(consumer, { app, tarball, site, stack, copyFrom });
    } catch (error) {
      counts.failed += 1;
      console.error(`FAILED ${consumer.name}: ${error.message}`);
    }
  }
} catch (error) {
  counts.failed += 1;
  console.error(`FAILED ${error.stack}`);
} finally {
  for (const close of closing) await close();
}

for (const reason of counts.skipped) console.log(`SKIPPED ${reason}`);
console.log(
  `${counts.passed} fresh apps passed, ${counts.failed} failed, ${counts.skipped.length} skipped`,
);
if (process.env.SUITE_RESULTS) writeFileSync(process.env.SUITE_RESULTS, JSON.stringify(counts));
process.exitCode = counts.failed ? 1 : 0;
