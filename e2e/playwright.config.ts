import { defineConfig } from '@playwright/test';
import base, { headlessLaunchOptions } from './playwright.base.js';

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
      use: { launchOptions: headlessLaunchOptions },
    },
    { name: 'whole browser', testMatch: wholeBrowserOnly },
  ],
});
