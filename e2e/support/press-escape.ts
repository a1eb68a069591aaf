import { expect, type FrameLocator, type Page } from '@playwright/test';

/**
 * Presses Escape in the portal. Waits until its document has loaded first: the text of a page is visible before the script runs
 * that handles the key. The caller waits for the effect.
 */
export async function pressEscapeIn(portal: FrameLocator, page: Page): Promise<void> {
  const readyState = () =>
    portal
      .locator(':root')
      .evaluate((root) => root.ownerDocument.readyState)
      .catch(() => 'navigating');
  await expect.poll(readyState).toBe('complete');
  // Not awaited: when the key removes the frame of another site that has the focus, Chromium never acknowledges it.
  page.keyboard.press('Escape').catch(() => undefined);
}
