import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { Builder, By, Capabilities, Key, until, type WebDriver } from 'selenium-webdriver';
import { freePort } from '../../../scripts/lib/ports.mjs';
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

const iPhone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';

/** The paths of MiniBrowser in Debian's packages, by architecture and version of the API. */
const miniBrowsers = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].flatMap((architecture) =>
  ['4.1', '4.0'].map((api) => `/usr/lib/${architecture}/webkit2gtk-${api}/MiniBrowser`),
);

/**
 * WebKitGTK, by WebDriver. Its MiniBrowser needs a display, so it gets a virtual one.
 *
 * @param webDriver the path of WebKitWebDriver
 * @param xvfb the path of Xvfb
 */
export function webkit(webDriver: string | undefined, xvfb: string | undefined): Engine {
  const miniBrowser = miniBrowsers.find((path) => existsSync(path));
  return {
    name: 'WebKitGTK',
    unavailableReason:
      webDriver && xvfb && miniBrowser
        ? undefined
        : 'WebKitWebDriver, its MiniBrowser or Xvfb is not on this machine',
    launch: (options) => launch(webDriver!, xvfb!, miniBrowser!, options),
  };
}

async function launch(
  webDriver: string,
  xvfb: string,
  binary: string,
  { phone }: LaunchOptions = {},
): Promise<Browser> {
  const started: ChildProcess[] = [];
  const end = async (): Promise<void> => {
    for (const child of started.reverse()) await stop(child);
  };
  try {
    const display = await startDisplay(xvfb, started);
    const port = await freePort();
    started.push(
      spawn(webDriver, [`--port=${port}`], {
        env: { ...process.env, DISPLAY: display },
        stdio: 'ignore',
      }),
    );
    const url = `http://127.0.0.1:${port}`;
    await waitForResponse(`${url}/status`);
    const args = ['--automation', ...(phone ? [`--user-agent=${iPhone}`] : [])];
    const driver = await new Builder()
      .usingServer(url)
      .withCapabilities(
        new Capabilities({
          browserName: 'MiniBrowser',
          'webkitgtk:browserOptions': { binary, args },
        }),
      )
      .build();
    await driver.manage().setTimeouts({ pageLoad: COMMAND_TIMEOUT_MS, script: COMMAND_TIMEOUT_MS });
    const version = (await driver.getCapabilities()).get('browserVersion') as string;
    const firstWindow = await driver.getWindowHandle();
    return new WebDriverBrowser(driver, firstWindow, `WebKitGTK/${version}`, end);
  } catch (error) {
    await end();
    throw error;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  if (!(await withinCloseTimeout(exited))) child.kill('SIGKILL');
}

/** Starts a virtual display on a number that is free. Resolves to its name. */
async function startDisplay(xvfb: string, started: ChildProcess[]): Promise<string> {
  const child = spawn(
    xvfb,
    ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    },
  );
  started.push(child);
  const [number] = (await Promise.race([
    once(child.stdio[3]!, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('Xvfb ended at once.'))),
  ])) as [Buffer];
  return `:${number.toString().trim()}`;
}

async function waitForResponse(url: string): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  while (Date.now() < deadline) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Nothing answers at ${url}.`);
}

/**
 * In a tab that WebDriver opens, `window.open` returns null. So `openTab` reuses the window that the browser starts with, and
 * opens a tab only while that window is in use.
 */
class WebDriverBrowser implements Browser {
  #isFirstWindowFree = true;

  constructor(
    private readonly driver: WebDriver,
    private readonly firstWindow: string,
    readonly version: string,
    private readonly end: () => Promise<void>,
  ) {}

  async openTab(url: string): Promise<Tab> {
    const tab = this.#isFirstWindowFree
      ? new WebDriverTab(this.driver, this.firstWindow, () => this.#freeFirstWindow())
      : await this.#newTab();
    this.#isFirstWindowFree = false;
    await tab.load(url);
    return tab;
  }

  async #newTab(): Promise<WebDriverTab> {
    await this.driver.switchTo().newWindow('tab');
    return new WebDriverTab(this.driver, await this.driver.getWindowHandle());
  }

  async #freeFirstWindow(): Promise<void> {
    await this.driver.switchTo().window(this.firstWindow);
    await this.driver.get('about:blank');
    this.#isFirstWindowFree = true;
  }

  async windowOpenedBy(action: () => Promise<void>): Promise<Tab | undefined> {
    const before = new Set(await this.driver.getAllWindowHandles());
    await action();
    const deadline = Date.now() + USER_ACTIVATION_MS;
    while (Date.now() < deadline) {
      const handles = await this.driver.getAllWindowHandles();
      const opened = handles.find((handle) => !before.has(handle));
      if (opened) return new WebDriverTab(this.driver, opened);
      await this.driver.sleep(50);
    }
    return undefined;
  }

  async countWindows(): Promise<number> {
    return (await this.driver.getAllWindowHandles()).length;
  }

  async close(): Promise<void> {
    await withinCloseTimeout(this.driver.quit().catch(() => undefined));
    await this.end();
  }
}

/** WebDriver sends commands to one window at a time, so each method selects its window first. */
class WebDriverTab implements Tab {
  constructor(
    private readonly driver: WebDriver,
    private readonly handle: string,
    private readonly onClose?: () => Promise<void>,
  ) {}

  async load(url: string): Promise<void> {
    await this.select();
    await this.driver.get(url);
  }

  async reload(): Promise<void> {
    await this.select();
    await this.driver.navigate().refresh();
  }

  async select(): Promise<void> {
    await this.driver.switchTo().window(this.handle);
  }

  async press(button: string): Promise<void> {
    await (await this.#find(button)).click();
  }

  async pressWithoutGesture(button: string): Promise<void> {
    await this.driver.executeScript(
      'const [button, delayMs] = arguments; setTimeout(() => button.click(), delayMs);',
      await this.#find(button),
      USER_ACTIVATION_MS,
    );
    await this.driver.sleep(USER_ACTIVATION_MS + 500);
  }

  async pressEscape(): Promise<void> {
    await this.select();
    await this.driver.actions().sendKeys(Key.ESCAPE).perform();
  }

  async text(): Promise<string> {
    await this.select();
    return this.#bodyText();
  }

  async portalText(): Promise<string> {
    await this.select();
    const [frame] = await this.driver.findElements(By.css(portalFrame));
    if (!frame) return '';
    try {
      await this.driver.switchTo().frame(frame);
      return await this.#bodyText();
    } catch {
      return ''; // The frame was removed or is navigating. Callers poll, so they read it again.
    } finally {
      await this.driver.switchTo().defaultContent();
    }
  }

  async focusedText(): Promise<string> {
    await this.select();
    return (await this.driver.switchTo().activeElement().getText()).trim();
  }

  async hasChargebee(): Promise<boolean> {
    await this.select();
    return this.driver.executeScript<boolean>('return "Chargebee" in window');
  }

  async close(): Promise<void> {
    if (this.onClose) return this.onClose();
    await this.select();
    await this.driver.close();
    const [first] = await this.driver.getAllWindowHandles();
    if (first) await this.driver.switchTo().window(first);
  }

  async #find(button: string) {
    await this.select();
    const found = await this.driver.wait(
      until.elementLocated(By.xpath(buttonPath(button))),
      TIMEOUT_MS,
    );
    return this.driver.wait(until.elementIsVisible(found), TIMEOUT_MS);
  }

  async #bodyText(): Promise<string> {
    const script = 'return document.readyState === "complete" ? document.body.innerText : ""';
    return this.driver.executeScript<string>(script).catch(() => '');
  }
}
