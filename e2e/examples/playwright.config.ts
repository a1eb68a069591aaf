import { defineConfig } from '@playwright/test';
import base from '../playwright.base.js';

/** The pages of `examples`, in a browser that blocks windows as a person's does. */
export default defineConfig(base, {
  testDir: '.',
  outputDir: '../../test-results/examples',
});
