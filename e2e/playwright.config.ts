import { defineConfig } from '@playwright/test';
import base, { launchOptions } from './playwright.base.js';

/** What depends on the popup blocker or the cache for going back, which Chromium's headless build has not. */
const wholeBrowserOnly = ['always-opens.spec.ts', 'click.spec.ts', 'right-person.spec.ts'];

/** The demo and the commands of the repository. */
export default defineConfig(base, {
  outputDir: '../test-results',
  // The programs under test start once for each worker.
  workers: 2,
  projects: [
    {
      name: 'headless build',
      testIgnore: ['engines/**', 'examples/**', ...wholeBrowserOnly],
      use: {
        launchOptions: {
          ...launchOptions,
          executablePath: process.env.CHROME_HEADLESS_BIN ?? launchOptions.executablePath,
          // Without a graphics card, an emulated one in a process of its own costs a tenth of the processor time.
          args: [...launchOptions.args, '--disable-gpu', '--in-process-gpu'],
        },
      },
    },
    { name: 'whole browser', testMatch: wholeBrowserOnly },
  ],
});
