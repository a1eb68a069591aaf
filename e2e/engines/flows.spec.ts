import { scriptHangs, scriptUnavailable } from '../support/controls.js';
import { expect, test } from '../support/stack.js';
import type { Browser, Tab } from './drivers/browser.js';
import { engines } from './drivers/index.js';
import { signIn } from './sign-in.js';

async function openAs(browser: Browser, url: string, name: string): Promise<Tab> {
  const tab = await browser.openTab(url);
  await signIn(tab, name);
  return tab;
}

async function waitForScript(tab: Tab): Promise<void> {
  await expect.poll(() => tab.hasChargebee()).toBe(true);
}

/** Waits for the greeting of the portal in the modal. */
async function expectPortalOf(tab: Tab, name: string): Promise<void> {
  await expect.poll(() => tab.portalText()).toContain(`Hello, ${name}`);
}

/**
 * Clicks the button, and waits for a customer's portal in a window. On a busy machine the click's user activation may have
 * expired before the window is opened. Then the page asks for another click, which opens it immediately.
 */
async function expectWindowOf(browser: Browser, tab: Tab, name: string): Promise<void> {
  let portal = await browser.windowOpenedBy(() => tab.press('Manage billing'));
  if (!portal) {
    await expect.poll(() => tab.text()).toContain('Press the button once more');
    portal = await browser.windowOpenedBy(() => tab.press('Manage billing'));
  }
  await expect.poll(() => portal?.text()).toContain(`Hello, ${name}`);
  await portal?.close();
}

for (const engine of engines) {
  test.describe(engine.name, () => {
    test.skip(Boolean(engine.unavailableReason), engine.unavailableReason);

    test.describe('on a desktop', () => {
      let browser: Browser;
      test.beforeAll(async () => {
        browser = await engine.launch();
        console.log(browser.version);
      });
      test.afterAll(() => browser.close());

      test('closing the portal returns the focus to the button', async ({ urls }) => {
        const tab = await openAs(browser, urls.demo, 'Juniper Bakery');
        await tab.press('Manage billing');
        await expectPortalOf(tab, 'Juniper Bakery');
        await tab.pressEscape();
        await expect.poll(() => tab.portalText()).toBe('');
        await expect.poll(() => tab.focusedText()).toBe('Manage billing');
        await tab.close();
      });

      test('two tabs with two users each show their own portal', async ({ urls }) => {
        const juniper = await openAs(browser, urls.demo, 'Juniper Bakery');
        const harbor = await openAs(browser, urls.demo, 'Harbor Cycles');
        for (const [tab, name] of [
          [juniper, 'Juniper Bakery'],
          [harbor, 'Harbor Cycles'],
          [juniper, 'Juniper Bakery'],
        ] as const) {
          await tab.select();
          await tab.press('Manage billing');
          await expectPortalOf(tab, name);
          await tab.pressEscape();
          await expect.poll(() => tab.portalText()).toBe('');
        }
        await juniper.close();
        await harbor.close();
      });

      test('the script is unavailable: the click opens a window', async ({ urls, controls }) => {
        await controls.fault(scriptUnavailable);
        const tab = await openAs(browser, urls.demo, 'Juniper Bakery');
        await expectWindowOf(browser, tab, 'Juniper Bakery');
        await tab.close();
      });

      test('the script’s host accepts the connection but does not respond: the click opens a window', async ({
        urls,
        controls,
      }) => {
        await controls.fault(scriptHangs);
        const tab = await openAs(browser, urls.demo, 'Juniper Bakery');
        let portal = await browser.windowOpenedBy(() => tab.press('Manage billing'));
        if (!portal) {
          // As in `expectWindowOf`, but without waiting for long: the page must say so before the script's timeout.
          await expect
            .poll(() => tab.text(), { timeout: 5_000 })
            .toContain('Press the button once more');
          portal = await browser.windowOpenedBy(() => tab.press('Manage billing'));
        }
        await expect.poll(() => portal?.text()).toContain('Hello, Juniper Bakery');
        await portal?.close();
        await tab.close();
      });
    });

    test.describe('on a phone', () => {
      let browser: Browser;
      test.beforeAll(async () => {
        browser = await engine.launch({ phone: true });
      });
      test.afterAll(() => browser.close());

      test('the click opens chargebee.js’s window', async ({ urls }) => {
        const tab = await openAs(browser, urls.demo, 'Harbor Cycles');
        await waitForScript(tab);
        await expectWindowOf(browser, tab, 'Harbor Cycles');
        await tab.close();
      });

      test('the script is unavailable: the click opens a window', async ({ urls, controls }) => {
        await controls.fault(scriptUnavailable);
        const tab = await openAs(browser, urls.demo, 'Harbor Cycles');
        await expectWindowOf(browser, tab, 'Harbor Cycles');
        await tab.close();
      });

      test('the window is blocked: the page asks for another click, which opens it', async ({
        urls,
      }) => {
        const tab = await openAs(browser, urls.demo, 'Juniper Bakery');
        await waitForScript(tab);
        const before = await browser.countWindows();
        await tab.pressWithoutGesture('Manage billing');
        await expect.poll(() => tab.text()).toContain('Press the button once more');
        expect(await browser.countWindows()).toBe(before);
        await expectWindowOf(browser, tab, 'Juniper Bakery');
        await tab.close();
      });
    });
  });
}
