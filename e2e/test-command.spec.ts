import { expect, test } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
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

test('npm test of several suites repeats at the end what has failed', async () => {
  const run = npm(['test', 'demo', 'codegen'], {
    CHROME_BIN: '/bin/false',
    CHROME_HEADLESS_BIN: '/bin/false',
  });
  expect(await run.exited).toBe(1);
  const [, summary] = run.output().split('\n=== failed: demo\n');
  expect(summary).toContain('Cannot start ChromeHeadless');
  expect(summary).toMatch(/\n=== all\n.*\n1 passed, 1 failed\n$/s);
});

test('temporary files of the tests are in memory if there is enough, and do not stay there', () => {
  const abandoned = '/dev/shm/chargebee-portal-tests-999999999'; // Higher than any process id.
  test.skip(!existsSync('/dev/shm'), 'this system has no /dev/shm');
  mkdirSync(join(abandoned, 'profile'), { recursive: true });
  const script = `
    import { existsSync } from 'node:fs';
    import { createScratchFolder } from '${root}/scripts/lib/scratch-folder.mjs';
    const folder = createScratchFolder();
    console.log(JSON.stringify({ folder, existed: existsSync(folder) }));`;
  const { stdout } = spawnSync('node', ['--input-type=module', '--eval', script]);
  const { folder, existed } = JSON.parse(String(stdout)) as { folder: string; existed: boolean };
  expect(existed).toBe(true);
  expect(existsSync(abandoned)).toBe(false);
  test.skip(folder === tmpdir(), 'this machine has too little memory');
  expect(folder).toMatch(/^\/dev\/shm\//);
  expect(existsSync(folder)).toBe(false);
});

/** Writes a failing test into a folder of the repository, so that it finds the packages, and runs it. Returns its results. */
function runFailing(command: string, files: Record<string, string>): unknown {
  const folder = test.info().outputPath('failing');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const results = join(folder, 'results.json');
  const [file, ...args] = command.split(' ');
  spawnSync('npx', [file!, ...args], {
    cwd: folder,
    env: { ...process.env, SUITE_RESULTS: results },
  });
  return JSON.parse(readFileSync(results, 'utf8'));
}

const reporters = join(root, 'scripts/reporters');
const failingResults = {
  passed: 0,
  failed: 1,
  skipped: [],
  failures: [expect.stringMatching(/^[^\n]*adds\n[^]*7/)],
};

test('a failure in Jasmine is written to the results with its error', () => {
  const results = runFailing(`jasmine --reporter=${reporters}/jasmine.mjs adds.spec.mjs`, {
    'adds.spec.mjs': `it('adds', () => expect(3 + 3).toBe(7));`,
  });
  expect(results).toEqual(failingResults);
});

test('a failure in Playwright is written to the results with its error', () => {
  const results = runFailing('playwright test', {
    'playwright.config.mjs': `export default { testDir: '.', outputDir: 'out', reporter: '${reporters}/playwright.mjs' };`,
    'adds.spec.mjs': `import { expect, test } from '@playwright/test'; test('adds', () => expect(3 + 3).toBe(7));`,
  });
  expect(results).toEqual(failingResults);
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
