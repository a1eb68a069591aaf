import type { Page } from '@playwright/test';

/** Runs an action that makes the page open a window, such as a click. Returns the window. */
export async function windowOpenedBy(page: Page, action: () => Promise<void>): Promise<Page> {
  const opened = page.waitForEvent('popup');
  await action();
  return opened;
}

/** Closes a window as a user does: not at once, since the library takes that for an extension that blocks windows. */
export async function closeAsUser(opened: Page): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 400));
  await opened.close();
}
