import { chromium, type Browser } from 'playwright-core';

const browsers = new Map<string, Promise<Browser>>();

/**
 * The one browser of all these tests: CHROME_BIN, else Debian's Chromium. Started when first asked for.
 * @param asPeopleHaveIt Of what Playwright switches off for tests, what is to be as in everybody's browser.
 */
export function startBrowser(asPeopleHaveIt: readonly string[] = []): Promise<Browser> {
  const kind = asPeopleHaveIt.join(' ');
  const browser =
    browsers.get(kind) ??
    chromium.launch({
      executablePath: process.env.CHROME_BIN ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-background-networking'],
      ignoreDefaultArgs: [...asPeopleHaveIt],
    });
  browsers.set(kind, browser);
  return browser;
}

// A browser on a busy machine takes longer than Jasmine's five seconds.
jasmine.DEFAULT_TIMEOUT_INTERVAL = 90_000;

afterAll(async () => {
  for (const browser of browsers.values()) await (await browser).close();
  browsers.clear();
});
