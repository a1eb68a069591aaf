import { expect } from '../support/stack.js';
import type { Tab } from './drivers/browser.js';

/**
 * Signs in to the demo in a tab that shows it. Presses the button again if nothing happens, because Firefox sometimes loses
 * the first click on a page when the machine is busy.
 */
export async function signIn(tab: Tab, name: string): Promise<void> {
  await expect(async () => {
    if (!(await tab.text()).includes('Sign out')) await tab.press(`Sign in as ${name}`);
    await expect.poll(() => tab.text(), { timeout: 10_000 }).toContain('Sign out');
  }).toPass({ timeout: 60_000 });
}
