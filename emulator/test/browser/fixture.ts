import type { BrowserContextOptions, Frame, FrameLocator, Page } from 'playwright-core';
import { startEmulator, type Emulator, type StartOptions } from '../../src/index.js';
import { startBrowser } from './chromium.js';
import { saveCoverage, startCoverage } from './coverage.js';
import { startMerchant, type Merchant } from './merchant.js';

export interface PageOptions extends BrowserContextOptions {
  /** Playwright's default browser arguments to omit, so that the browser behaves as an ordinary one. */
  ignoreDefaultArgs?: readonly string[];
}

/** Rendering dominates the cost of a page, so use a small desktop viewport and no animations. */
const CONTEXT_DEFAULTS: BrowserContextOptions = {
  viewport: { width: 800, height: 600 },
  reducedMotion: 'reduce',
};

/** An emulator and a merchant's app that uses its chargebee.js, with helpers that open browser pages on both. */
export class Fixture {
  /** The customer for whom the merchant's server creates sessions and hosted pages. */
  customer = 'juniper-bakery';
  /** Whether the merchant's server responds with errors. */
  merchantFails = false;
  readonly #pages: Page[] = [];

  private constructor(
    readonly emulator: Emulator,
    readonly merchant: Merchant,
  ) {}

  /** @param options Pass empty `allowedOrigins` to make the merchant's origin one that is not allowed. */
  static async start(options: StartOptions = {}): Promise<Fixture> {
    const merchant = await startMerchant({
      scriptUrl: () => `${fixture.emulator.url}/v2/chargebee.js`,
      session: () => (fixture.merchantFails ? undefined : fixture.session()),
      hostedPage: () => (fixture.merchantFails ? undefined : fixture.hostedPage()),
    });
    const emulator = await startEmulator({ port: 0, demoOrigins: [merchant.origin], ...options });
    const fixture = new Fixture(emulator, merchant);
    return fixture;
  }

  session(redirect_url?: string) {
    return this.emulator.store.portalSessions.create({
      customer_id: this.customer,
      ...(redirect_url ? { redirect_url } : {}),
    });
  }

  hostedPage(redirect_url?: string) {
    return this.emulator.store.hostedPages.managePaymentSources({
      customer_id: this.customer,
      ...(redirect_url ? { redirect_url } : {}),
    });
  }

  /** Opens an empty page in its own browser context. */
  async newPage({ ignoreDefaultArgs, ...options }: PageOptions = {}): Promise<Page> {
    const context = await (
      await startBrowser(ignoreDefaultArgs)
    ).newContext({
      ...CONTEXT_DEFAULTS,
      ...options,
    });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    await startCoverage(page);
    this.#pages.push(page);
    return page;
  }

  /** Opens the merchant's page and initialises chargebee.js. */
  async merchantPage(
    init: Record<string, unknown> = {},
    { query = '', ...options }: PageOptions & { query?: string } = {},
  ): Promise<Page> {
    const page = await this.newPage(options);
    await page.goto(`${this.merchant.origin}/${query}`);
    await page.evaluate(`merchant.init(${JSON.stringify(init)}); 0`);
    return page;
  }

  /** Opens the portal by an access URL. */
  async portalPage(path = 'home', options: PageOptions = {}): Promise<Page> {
    const page = await this.newPage(options);
    await page.goto(this.session().access_url);
    await page.goto(`${this.emulator.url}/portal/v2/${path}`);
    return page;
  }

  /** Closes the pages and resets the emulator and the merchant. */
  async reset(): Promise<void> {
    for (const page of this.#pages.splice(0)) {
      await saveCoverage(page);
      await page.context().close();
    }
    this.emulator.reset();
    this.customer = 'juniper-bakery';
    this.merchantFails = false;
  }

  async close(): Promise<void> {
    await this.emulator.close();
    await this.merchant.close();
  }
}

/** Returns the iframe in the modal. */
export const portalFrame = (page: Page): FrameLocator => page.frameLocator('#cb-frame');

/** Returns the callbacks called on the merchant's page so far, with their arguments. */
export const calls = (page: Page | Frame): Promise<unknown[][]> => page.evaluate('merchant.calls');

/** Waits until a callback has been called `times` times. Returns the argument of its first call. */
export async function waitForCallback(page: Page, name: string, times = 1): Promise<unknown> {
  await page
    .locator(`li[data-call="${name}"]`)
    .nth(times - 1)
    .waitFor({ state: 'attached' });
  return (await calls(page)).find(([found]) => found === name)?.[1];
}
