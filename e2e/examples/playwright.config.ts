import { defineConfig } from '@playwright/test';
import base, { headlessLaunchOptions } from '../playwright.base.js';

/** What opens windows, in a browser that blocks them as a person's does. */
const windows = /on a phone|access-url\.spec/;

/** The pages of `examples`. */
export default defineConfig(base, {
  testDir: '.',
  outputDir: '../../test-results/examples',
  projects: [
    {
      name: 'headless build',
      grepInvert: windows,
      use: { launchOptions: headlessLaunchOptions },
    },
    { name: 'whole browser', grep: windows },
  ],
});
