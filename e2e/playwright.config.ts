import { defineConfig } from '@playwright/test';
import { fileURLToPath } from 'node:url';

const reporter = fileURLToPath(new URL('../scripts/reporters/playwright.mjs', import.meta.url));

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../test-results',
  forbidOnly: Boolean(process.env.CI),
  // A flaky test is a failed test: nothing is tried twice.
  retries: 0,
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], [reporter]],
  use: {
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROME_BIN ?? '/usr/bin/chromium',
      // As root there is no sandbox; and a browser under test asks nobody on the internet for anything.
      args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
    },
  },
});
