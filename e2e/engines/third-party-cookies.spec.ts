import { expect, onOtherSite, test } from '../support/stack.js';
import type { LaunchOptions } from './drivers/browser.js';
import { engines } from './drivers/index.js';
import { signIn } from './sign-in.js';

/** How a browser with certain settings shows a portal that is cross-site to the page. */
interface Case {
  readonly engine: string;
  readonly settings: string;
  readonly options?: LaunchOptions;
  /** Whether the portal works in the iframe, because the browser allows its cookie there. */
  readonly framed: boolean;
}

// The table in docs/library/browsers.md states this for each browser.
const cases: readonly Case[] = [
  { engine: 'Chromium', settings: 'by default', framed: true },
  {
    engine: 'Chromium',
    settings: 'with third-party cookies blocked',
    options: { refuseThirdPartyCookies: true },
    framed: true,
  },
  { engine: 'Firefox', settings: 'by default', framed: true },
  {
    engine: 'Firefox',
    settings: 'with all cross-site cookies blocked',
    options: { refuseThirdPartyCookies: true },
    framed: false,
  },
  { engine: 'WebKitGTK', settings: 'by default', framed: false },
];

for (const { engine: name, settings, options, framed } of cases) {
  const engine = engines.find((candidate) => candidate.name === name)!;
  const what = framed ? 'opens within the page' : 'opens in a window at the second click';
  test(`${name}, ${settings}: the portal of another site ${what}`, async ({ urls }) => {
    test.skip(Boolean(engine.unavailableReason), engine.unavailableReason);
    const browser = await engine.launch(options);
    try {
      const tab = await browser.openTab(onOtherSite(urls.demo));
      await signIn(tab, 'Juniper Bakery');
      await expect.poll(() => tab.hasChargebee()).toBe(true);
      await tab.press('Manage billing');
      await expect
        .poll(() => tab.portalText())
        .toContain(framed ? 'Hello, Juniper Bakery' : 'Your session has ended');
      await tab.pressEscape();
      await expect.poll(() => tab.portalText()).toBe('');
      if (framed) return;
      for (let click = 0; click < 2; click++) {
        const portal = await browser.windowOpenedBy(() => tab.press('Manage billing'));
        await expect.poll(() => portal?.text()).toContain('Hello, Juniper Bakery');
        await portal?.close();
        // After a reload, the library still knows that the login fails in the iframe.
        await tab.reload();
        await signIn(tab, 'Juniper Bakery');
      }
    } finally {
      await browser.close();
    }
  });
}
