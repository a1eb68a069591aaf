import type { Page } from '@playwright/test';

/** Waits until the page has loaded chargebee.js. Before that, a click does not open the portal with it. */
export async function waitForChargebeeJs(page: Page): Promise<void> {
  await page.waitForFunction(() => 'Chargebee' in window);
}
