import type { Page } from '@playwright/test';

/** Runs an action that makes the page open a window, such as a click. Returns the window. */
export async function windowOpenedBy(page: Page, action: () => Promise<void>): Promise<Page> {
  const opened = page.waitForEvent('popup');
  await action();
  return opened;
}
