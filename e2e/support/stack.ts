import { test as base } from '@playwright/test';
import { Controls } from './controls.js';
import { startStack, type Stack, type Urls } from './start-stack.js';

export { onOtherSite, type Urls } from './start-stack.js';

interface WorkerFixtures {
  /** The programs under test, started once per worker. */
  stack: Stack;
}

interface TestFixtures {
  /** Whether the test needs the demo and its merchant API, which start more slowly than the other programs. */
  needsDemo: boolean;
  urls: Urls;
  /** The emulator's control API. Every test begins with a reset. */
  controls: Controls;
}

/** Playwright's `test`, with the demo's programs running. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  stack: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads a fixture's dependencies from this pattern
    async ({}, use, { parallelIndex }) => {
      const stack = await startStack(parallelIndex);
      try {
        await use(stack);
      } finally {
        await stack.stop();
      }
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  needsDemo: [true, { option: true }],
  urls: async ({ stack, needsDemo }, use, testInfo) => {
    if (needsDemo) {
      // The first test of a worker waits for the programs to start.
      testInfo.setTimeout(testInfo.timeout + 120_000);
      await stack.startDemo();
    }
    await use(stack.urls);
  },
  controls: [
    async ({ stack }, use) => {
      const controls = new Controls(stack.urls.emulator);
      await controls.reset();
      await use(controls);
    },
    { auto: true },
  ],
});

export { expect } from '@playwright/test';
