import { defineConfig } from '@playwright/test';
import base, { headlessLaunchOptions } from './playwright.base.js';

/** Specs that need the popup blocker or the back/forward cache, which Chromium's headless build does not have. */
const fullBrowserSpecs = ['always-opens.spec.ts', 'click.spec.ts', 'right-person.spec.ts'];

/** Tests of the demo and of the repository's npm scripts. */
export default defineConfig(base, {
  outputDir: '../test-results',
  // Each worker starts its own programs under test.
  workers: 2,
  projects: [
    {
      name: 'headless build',
      testIgnore: ['engines/**', 'examples/**', ...fullBrowserSpecs],
      use: { launchOptions: headlessLaunchOptions },
    },
    { name: 'full browser', testMatch: fullBrowserSpecs },
  ],
});
