import type { BrowserContextOptions, Frame, FrameLocator, Page } from 'playwright-core';
import { startEmulator, type Emulator, type StartOptions } from '../../src/index.js';
import { startBrowser } from './chromium.js';
import { saveCoverage, startCoverage } from './coverage.js';
import { startMerchant, type Merchant } from './merchant.js';

export interface PageOptions extends BrowserContextOptions {
  asPeopleHaveIt?: readonly string[];
}

/** An emulator, a merchant's app that uses its chargebee.js, and a browser that looks at both. */
export class Fixture {
  /** Whom the merchant's server takes the person for. */
  customer = 'juniper-bakery';
  /** Whether the merchant's server fails. */
  failing = false;
  readonly #pages: Page[] = [];

  private constructor(
    readonly emulator: Emulator,
    readonly merchant: Merchant,
  ) {}

  /** @param options `allowedOrigins` given as empty makes the merchant one that the site does not know. */
  static async start(options: StartOptions = {}): Promise<Fixture> {
    const merchant = await startMerchant({
      scriptUrl: () => `${fixture.emulator.url}/v2/chargebee.js`,
      session: () => (fixture.failing ? undefined : fixture.session()),
      hostedPage: () => (fixture.failing ? undefined : fixture.hostedPage()),
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

  /** @param options `asPeopleHaveIt`: what of the browser is not to be as it is for tests. */
  async newPage({ asPeopleHaveIt, ...options }: PageOptions = {}): Promise<Page> {
    const context = await (await startBrowser(asPeopleHaveIt)).newContext(options);
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    await startCoverage(page);
    this.#pages.push(page);
    return page;
  }

  /** The merchant's page, with chargebee.js initialised. */
  async merchantPage(
    init: Record<string, unknown> = {},
    { query = '', ...options }: PageOptions & { query?: string } = {},
  ): Promise<Page> {
    const page = await this.newPage(options);
    await page.goto(`${this.merchant.origin}/${query}`);
    await page.evaluate(`merchant.init(${JSON.stringify(init)}); 0`);
    return page;
  }

  /** The portal, opened by its access URL. */
  async portalPage(path = 'home', options: PageOptions = {}): Promise<Page> {
    const page = await this.newPage(options);
    await page.goto(this.session().access_url);
    await page.goto(`${this.emulator.url}/portal/v2/${path}`);
    return page;
  }

  /** Closes the pages, and puts everything back to how it began. */
  async tidy(): Promise<void> {
    for (const page of this.#pages.splice(0)) {
      await saveCoverage(page);
      await page.context().close();
    }
    this.emulator.reset();
    this.customer = 'juniper-bakery';
    this.failing = false;
  }

  async close(): Promise<void> {
    await this.emulator.close();
    await this.merchant.close();
  }
}

/** What chargebee.js shows in its modal. */
export const portalFrame = (page: Page): FrameLocator => page.frameLocator('#cb-frame');

/** The callbacks that the merchant's page has been called with so far. */
export const calls = (page: Page | Frame): Promise<unknown[][]> => page.evaluate('merchant.calls');

/** Waits until a callback has been called so many times, and gives what it was called with first. */
export async function called(page: Page, name: string, times = 1): Promise<unknown> {
  await page
    .locator(`li[data-call="${name}"]`)
    .nth(times - 1)
    .waitFor({ state: 'attached' });
  return (await calls(page)).find(([found]) => found === name)?.[1];
}
