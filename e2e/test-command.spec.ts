import { expect, test } from '@playwright/test';
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/lib/programs.mjs';
import { endScriptsAfterEach, npm } from './support/npm-script.js';

endScriptsAfterEach();

test('npm test -- --list names the suites and runs none', async () => {
  const list = npm(['test', '--', '--list'], {});
  expect(await list.exited).toBe(0);
  expect(list.output()).toMatch(/^server +the server/m);
  expect(list.output()).not.toContain('passed');
});

test('npm test <suite> <file> runs the specs of that file', async () => {
  const run = npm(['test', 'server', 'src/gateway/retry-after.spec.ts'], {});
  expect(await run.exited, run.output()).toBe(0);
  expect(run.output()).toMatch(/\n[1-9]\d? passed, 0 failed\n$/);
});

test('npm test counts a suite without a results file as one test', async () => {
  const run = npm(['test', 'codegen'], {});
  expect(await run.exited, run.output()).toBe(0);
  expect(run.output().trim().split('\n').at(-1)).toBe('1 passed, 0 failed');
});

test('npm test <suite> -- --watch reruns the suite when a file changes', async () => {
  const file = join(root, 'server/test/links.spec.ts');
  const watching = npm(['test', 'server', 'test/links.spec.ts', '--', '--watch'], {});
  const runs = () => watching.output().match(/specs passed, 0 failed/g)?.length ?? 0;
  await expect.poll(runs, { timeout: 40_000 }).toBe(1);
  utimesSync(file, new Date(), new Date());
  await expect.poll(runs, { timeout: 40_000 }).toBe(2);
  watching.interrupt();
  await watching.exited;
});

test('npm test lists the suites when it does not know a name', async () => {
  const run = npm(['test', 'nosuch'], {});
  expect(await run.exited).toBe(1);
  expect(run.output()).toContain('The suites are: build, library');
});
