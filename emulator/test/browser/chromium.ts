import { chromium, type Browser } from 'playwright-core';

let browser: Promise<Browser> | undefined;

/** The one browser of all these tests: CHROME_BIN, else Debian's Chromium. Started when first asked for. */
export const startBrowser = (): Promise<Browser> =>
  (browser ??= chromium.launch({
    executablePath: process.env.CHROME_BIN ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking'],
  }));

// A browser on a busy machine takes longer than Jasmine's five seconds.
jasmine.DEFAULT_TIMEOUT_INTERVAL = 90_000;

afterAll(async () => {
  await (await browser)?.close();
  browser = undefined;
});
