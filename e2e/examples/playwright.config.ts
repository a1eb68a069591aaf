import { defineConfig } from '@playwright/test';
import base, { headlessLaunchOptions } from '../playwright.base.js';

/** Tests that open windows need the full browser, because the headless build has no popup blocker. */
const needsPopupBlocker = /on a phone|access-url\.spec/;

/** Tests of `examples` in a browser. */
export default defineConfig(base, {
  testDir: '.',
  outputDir: '../../test-results/examples',
  projects: [
    {
      name: 'headless build',
      grepInvert: needsPopupBlocker,
      use: { launchOptions: headlessLaunchOptions },
    },
    { name: 'full browser', grep: needsPopupBlocker },
  ],
});
