import { chromium, type Browser } from 'playwright-core';

let browser: Promise<Browser> | undefined;

/** The one browser of all these tests: CHROME_BIN, else Debian's Chromium. Started when first asked for. */
export const startBrowser = (): Promise<Browser> =>
  (browser ??= chromium.launch({
    executablePath: process.env.CHROME_BIN ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking'],
  }));

export async function stopBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}
