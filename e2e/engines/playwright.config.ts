import { defineConfig } from '@playwright/test';
import base from '../playwright.base.js';

/** Playwright's runner alone: the browsers are driven by what is in `drivers`. */
export default defineConfig(base, {
  testDir: '.',
  outputDir: '../../test-results/engines',
  timeout: 120_000,
  expect: { timeout: 30_000 },
});
