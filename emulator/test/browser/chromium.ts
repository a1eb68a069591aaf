import { chromium, type Browser } from 'playwright-core';

const browsers = new Map<string, Promise<Browser>>();

/**
 * Starts the browser that all specs share, once per set of arguments. It ends with the process.
 * @param ignoreDefaultArgs Playwright's default arguments to omit. This starts the full Chromium, because the lighter headless build
 * does not support the features that those arguments switch off.
 */
export function startBrowser(ignoreDefaultArgs: readonly string[] = []): Promise<Browser> {
  const key = ignoreDefaultArgs.join(' ');
  const headless = key ? undefined : process.env.CHROME_HEADLESS_BIN;
  const browser =
    browsers.get(key) ??
    chromium.launch({
      executablePath: headless ?? process.env.CHROME_BIN ?? '/usr/bin/chromium',
      // Without a graphics card, CPU rendering is faster than an emulated GPU.
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-gpu',
        ...(headless ? ['--in-process-gpu'] : []),
      ],
      ignoreDefaultArgs: [...ignoreDefaultArgs],
    });
  browsers.set(key, browser);
  return browser;
}
