// The configuration that the browser test suites share.
import { defineConfig } from '@playwright/test';
import { fileURLToPath } from 'node:url';

const chrome = process.env.CHROME_BIN ?? '/usr/bin/chromium';

export const launchOptions = {
  executablePath: chrome,
  args: [
    // Chromium refuses to run as root with its sandbox.
    '--no-sandbox',
    // The tests must not depend on the internet.
    '--disable-background-networking',
    '--disable-component-update',
    // Chromium treats a response that a test has modified as not local, and would block the page's requests to localhost.
    '--disable-features=LocalNetworkAccessChecks',
  ],
  // Playwright disables the popup blocker and the back/forward cache, which users have.
  ignoreDefaultArgs: ['--disable-popup-blocking', '--disable-back-forward-cache'],
};

/** Chromium's headless build, which uses half the CPU time but has no popup blocker and no back/forward cache. */
export const headlessLaunchOptions = {
  ...launchOptions,
  executablePath: process.env.CHROME_HEADLESS_BIN ?? chrome,
  // Without a GPU, emulating one in a separate process costs a tenth of the CPU time.
  args: [...launchOptions.args, '--disable-gpu', '--in-process-gpu'],
};

const reporter = fileURLToPath(new URL('../scripts/reporters/playwright.mjs', import.meta.url));

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  forbidOnly: Boolean(process.env.CI),
  // No retries, so that a flaky test fails.
  retries: 0,
  workers: 1,
  // Long, for machines under load.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], [reporter]],
  use: {
    locale: 'en-GB',
    timezoneId: 'UTC',
    // Animations would use CPU time while a test waits.
    contextOptions: { reducedMotion: 'reduce' },
    trace: process.env.TRACE ? 'retain-on-failure' : 'off',
    launchOptions,
  },
});
