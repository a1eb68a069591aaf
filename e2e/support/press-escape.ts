import { expect, type FrameLocator, type Page } from '@playwright/test';

/**
 * Presses Escape in the portal. Waits until its document has loaded first: the text of a page is visible before the script runs
 * that handles the key.
 */
export async function pressEscapeIn(portal: FrameLocator, page: Page): Promise<void> {
  const readyState = () =>
    portal
      .locator(':root')
      .evaluate((root) => root.ownerDocument.readyState)
      .catch(() => 'navigating');
  await expect.poll(readyState).toBe('complete');
  await page.keyboard.press('Escape');
}
