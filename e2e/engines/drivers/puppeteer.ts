import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, {
  type Browser as PuppeteerBrowser,
  type LaunchOptions as PuppeteerOptions,
  type Page,
} from 'puppeteer-core';
import {
  buttonPath,
  COMMAND_TIMEOUT_MS,
  USER_ACTIVATION_MS,
  TIMEOUT_MS,
  portalFrame,
  type Browser,
  type Engine,
  type LaunchOptions,
  type Tab,
} from './browser.js';
import { withinCloseTimeout } from './close-timeout.js';

/** Waits for the document only: a page whose script hangs never fires `load`, but it can be used. */
const DOCUMENT_READY = { waitUntil: 'domcontentloaded' } as const;

const androidFirefox = 'Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0';
const androidChrome =
  'Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36';

/** Firefox, by WebDriver BiDi. */
export function firefox(executablePath: string | undefined): Engine {
  return {
    name: 'Firefox',
    unavailableReason: executablePath
      ? undefined
      : 'there is no firefox-esr or firefox on this machine',
    launch: ({ phone, refuseThirdPartyCookies } = {}) =>
      launch(
        {
          browser: 'firefox',
          executablePath,
          extraPrefsFirefox: {
            // Puppeteer switches the popup blocker off.
            'dom.disable_open_during_load': true,
            // 1 blocks all third-party cookies. The default partitions them by site.
            ...(refuseThirdPartyCookies && { 'network.cookie.cookieBehavior': 1 }),
          },
        },
        phone ? androidFirefox : undefined,
      ),
  };
}

/** Chromium, by the Chrome DevTools Protocol. */
export function chromium(executablePath: string | undefined): Engine {
  return {
    name: 'Chromium',
    unavailableReason: executablePath ? undefined : 'CHROME_BIN names no Chrome or Chromium',
    launch: ({ phone, refuseThirdPartyCookies }: LaunchOptions = {}) =>
      launch(
        {
          executablePath,
          // Chromium refuses to run as root with its sandbox.
          args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
          ignoreDefaultArgs: ['--disable-popup-blocking'],
          ...(refuseThirdPartyCookies && { userDataDir: profileWithoutThirdPartyCookies() }),
        },
        phone ? androidChrome : undefined,
      ),
  };
}

/** Creates a profile that blocks third-party cookies, in the folder for temporary files. */
function profileWithoutThirdPartyCookies(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chromium-'));
  mkdirSync(join(folder, 'Default'));
  const preferences = { profile: { cookie_controls_mode: 1, block_third_party_cookies: true } };
  writeFileSync(join(folder, 'Default/Preferences'), JSON.stringify(preferences));
  return folder;
}

async function launch(options: PuppeteerOptions, userAgent?: string): Promise<Browser> {
  // A command that the browser never responds to fails with its name, and not with the test's timeout.
  const browser = await puppeteer.launch({
    headless: true,
    protocolTimeout: COMMAND_TIMEOUT_MS,
    ...options,
  });
  return new PuppeteerDriver(browser, await browser.version(), userAgent);
}

class PuppeteerDriver implements Browser {
  constructor(
    private readonly browser: PuppeteerBrowser,
    readonly version: string,
    private readonly userAgent: string | undefined,
  ) {}

  async openTab(url: string): Promise<Tab> {
    const page = await this.browser.newPage();
    page.setDefaultTimeout(TIMEOUT_MS);
    if (this.userAgent) await page.setUserAgent({ userAgent: this.userAgent });
    await page.goto(url, DOCUMENT_READY);
    return new PuppeteerTab(page);
  }

  async windowOpenedBy(action: () => Promise<void>): Promise<Tab | undefined> {
    const before = new Set(await this.browser.pages());
    await action();
    const deadline = Date.now() + USER_ACTIVATION_MS;
    while (Date.now() < deadline) {
      const opened = (await this.browser.pages()).find((page) => !before.has(page));
      if (opened) return new PuppeteerTab(opened);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return undefined;
  }

  async countWindows(): Promise<number> {
    return (await this.browser.pages()).length;
  }

  async close(): Promise<void> {
    const isClosed = await withinCloseTimeout(this.browser.close());
    if (!isClosed) this.browser.process()?.kill('SIGKILL');
  }
}

class PuppeteerTab implements Tab {
  constructor(private readonly page: Page) {}

  async load(url: string): Promise<void> {
    await this.page.goto(url, DOCUMENT_READY);
  }

  async reload(): Promise<void> {
    await this.page.reload(DOCUMENT_READY);
  }

  select(): Promise<void> {
    return this.page.bringToFront();
  }

  async press(button: string): Promise<void> {
    const found = await this.page.waitForSelector(`::-p-xpath(${buttonPath(button)})`, {
      visible: true,
    });
    await found?.click();
  }

  async pressWithoutGesture(button: string): Promise<void> {
    const found = await this.page.waitForSelector(`::-p-xpath(${buttonPath(button)})`);
    await found?.evaluate(
      (element, delayMs) => void setTimeout(() => (element as HTMLElement).click(), delayMs),
      USER_ACTIVATION_MS,
    );
    await new Promise((resolve) => setTimeout(resolve, USER_ACTIVATION_MS + 500));
  }

  pressEscape(): Promise<void> {
    // Not awaited: when the key removes the frame of another site that has the focus, Chromium never acknowledges it.
    this.page.keyboard.press('Escape').catch(() => undefined);
    return Promise.resolve();
  }

  text(): Promise<string> {
    return this.page.evaluate(() => document.body?.innerText ?? '').catch(emptyWhileNavigating);
  }

  async portalText(): Promise<string> {
    const frame = await (await this.page.$(portalFrame))?.contentFrame();
    const readText = () => (document.readyState === 'complete' ? document.body.innerText : '');
    return (await frame?.evaluate(readText).catch(emptyWhileNavigating)) ?? '';
  }

  focusedText(): Promise<string> {
    return this.page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
  }

  hasChargebee(): Promise<boolean> {
    return this.page.evaluate(() => 'Chargebee' in window);
  }

  close(): Promise<void> {
    return this.page.close();
  }
}

/** The text while the page is being replaced by another, when no script can run in it. Callers poll, so they read it again. */
const emptyWhileNavigating = (): string => '';
