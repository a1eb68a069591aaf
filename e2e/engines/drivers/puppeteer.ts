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
  GESTURE_IS_OVER,
  PATIENCE,
  portalFrame,
  type Browser,
  type Engine,
  type LaunchOptions,
  type Tab,
} from './browser.js';

/** A page whose script hangs is never loaded, but it can be used. */
const PARSED = { waitUntil: 'domcontentloaded' } as const;

const androidFirefox = 'Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0';
const androidChrome =
  'Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36';

/** Firefox, by WebDriver BiDi. */
export function firefox(executablePath: string | undefined): Engine {
  return {
    name: 'Firefox',
    missing: executablePath ? undefined : 'there is no firefox-esr or firefox on this machine',
    launch: ({ phone, refuseThirdPartyCookies } = {}) =>
      launch(
        {
          browser: 'firefox',
          executablePath,
          extraPrefsFirefox: {
            // Puppeteer switches the popup blocker off.
            'dom.disable_open_during_load': true,
            // "All cross-site cookies" among the settings; by default they are kept apart for each site.
            ...(refuseThirdPartyCookies && { 'network.cookie.cookieBehavior': 1 }),
          },
        },
        phone ? androidFirefox : undefined,
      ),
  };
}

/** Chromium, by its own protocol. */
export function chromium(executablePath: string | undefined): Engine {
  return {
    name: 'Chromium',
    missing: executablePath ? undefined : 'CHROME_BIN names no Chrome or Chromium',
    launch: ({ phone, refuseThirdPartyCookies }: LaunchOptions = {}) =>
      launch(
        {
          executablePath,
          // As root there is no sandbox.
          args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
          ignoreDefaultArgs: ['--disable-popup-blocking'],
          ...(refuseThirdPartyCookies && { userDataDir: profileWithoutThirdPartyCookies() }),
        },
        phone ? androidChrome : undefined,
      ),
  };
}

/** A profile with the setting that blocks third-party cookies. It is removed with the machine's temporary files. */
function profileWithoutThirdPartyCookies(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chromium-'));
  mkdirSync(join(folder, 'Default'));
  const preferences = { profile: { cookie_controls_mode: 1, block_third_party_cookies: true } };
  writeFileSync(join(folder, 'Default/Preferences'), JSON.stringify(preferences));
  return folder;
}

async function launch(options: PuppeteerOptions, userAgent?: string): Promise<Browser> {
  const browser = await puppeteer.launch({ headless: true, ...options });
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
    page.setDefaultTimeout(PATIENCE);
    if (this.userAgent) await page.setUserAgent({ userAgent: this.userAgent });
    await page.goto(url, PARSED);
    return new PuppeteerTab(page);
  }

  async windowOf(action: () => Promise<void>): Promise<Tab | undefined> {
    const before = new Set(await this.browser.pages());
    await action();
    const until = Date.now() + GESTURE_IS_OVER;
    while (Date.now() < until) {
      const opened = (await this.browser.pages()).find((page) => !before.has(page));
      if (opened) return new PuppeteerTab(opened);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return undefined;
  }

  async countWindows(): Promise<number> {
    return (await this.browser.pages()).length;
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

class PuppeteerTab implements Tab {
  constructor(private readonly page: Page) {}

  async load(url: string): Promise<void> {
    await this.page.goto(url, PARSED);
  }

  async reload(): Promise<void> {
    await this.page.reload(PARSED);
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
      (element, after) => void setTimeout(() => (element as HTMLElement).click(), after),
      GESTURE_IS_OVER,
    );
    await new Promise((resolve) => setTimeout(resolve, GESTURE_IS_OVER + 500));
  }

  pressEscape(): Promise<void> {
    return this.page.keyboard.press('Escape');
  }

  text(): Promise<string> {
    return this.page.evaluate(() => document.body?.innerText ?? '').catch(whileNavigating);
  }

  async portalText(): Promise<string> {
    const frame = await (await this.page.$(portalFrame))?.contentFrame();
    return (
      (await frame?.evaluate(() => document.body?.innerText ?? '').catch(whileNavigating)) ?? ''
    );
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

/** A page that is just replaced by another has no text; whoever waits asks again. */
const whileNavigating = (): string => '';
