import { defineConfig } from '@playwright/test';
import base from '../playwright.base.js';

/** Uses only Playwright's test runner: the browsers are controlled by `drivers`. */
export default defineConfig(base, {
  testDir: '.',
  outputDir: '../../test-results/engines',
  timeout: 120_000,
  expect: { timeout: 30_000 },
});
