// What the suites of this folder share.
import { defineConfig } from '@playwright/test';
import { fileURLToPath } from 'node:url';

const chrome = process.env.CHROME_BIN ?? '/usr/bin/chromium';

export const launchOptions = {
  executablePath: chrome,
  args: [
    // As root there is no sandbox; and a browser under test asks nobody on the internet for anything.
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-component-update',
    // A response that a test has modified does not come from loopback any more, and Chromium would block its page.
    '--disable-features=LocalNetworkAccessChecks',
  ],
  // Playwright switches off what people have: the popup blocker, and the cache for going back.
  ignoreDefaultArgs: ['--disable-popup-blocking', '--disable-back-forward-cache'],
};

/** Chromium's headless build: at half the processor time, but without a popup blocker and a cache for going back. */
export const headlessLaunchOptions = {
  ...launchOptions,
  executablePath: process.env.CHROME_HEADLESS_BIN ?? chrome,
  // Without a graphics card, an emulated one in a process of its own costs a tenth of the processor time.
  args: [...launchOptions.args, '--disable-gpu', '--in-process-gpu'],
};

const reporter = fileURLToPath(new URL('../scripts/reporters/playwright.mjs', import.meta.url));

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  forbidOnly: Boolean(process.env.CI),
  // A flaky test is a failed test: nothing is tried twice.
  retries: 0,
  workers: 1,
  // Generous, for a loaded machine: what passes is not slowed by it.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], [reporter]],
  use: {
    locale: 'en-GB',
    timezoneId: 'UTC',
    // Animations keep the processor busy for as long as a page waits.
    contextOptions: { reducedMotion: 'reduce' },
    trace: process.env.TRACE ? 'retain-on-failure' : 'off',
    launchOptions,
  },
});
