import type { FrameLocator, Locator, Page } from '@playwright/test';
import { axeViolations } from '../support/axe.js';
import { pressEscapeIn } from '../support/press-escape.js';

/** Page object of the page that all examples share. */
export class BillingPage {
  readonly problem: Locator;
  readonly signInButton: Locator;
  readonly manageBilling: Locator;
  readonly paymentMethods: Locator;
  /** The portal's modal. */
  readonly dialog: Locator;
  /** The portal in its modal. */
  readonly portal: FrameLocator;

  constructor(readonly page: Page) {
    this.problem = page.getByRole('alert');
    this.signInButton = page.getByRole('button', { name: 'Sign in' });
    this.manageBilling = page.getByRole('button', { name: 'Manage billing' });
    this.paymentMethods = page.getByRole('button', { name: 'Payment methods' });
    this.dialog = page.getByRole('dialog');
    this.portal = this.dialog.locator('iframe').contentFrame();
  }

  async signIn(user: string): Promise<void> {
    await this.page.getByLabel('User').selectOption({ label: user });
    await this.signInButton.click();
    await this.page.getByText(`Signed in as ${user}`).waitFor();
  }

  async signOut(): Promise<void> {
    await this.page.getByRole('button', { name: 'Sign out' }).click();
    await this.signInButton.waitFor();
  }

  /** Closes the modal with the Escape key. */
  async pressEscape(): Promise<void> {
    await pressEscapeIn(this.portal, this.page);
  }

  /** Returns the entries of a chargebee.js callback in the page's list of callbacks. */
  callback(name: string): Locator {
    return this.page.getByRole('listitem').filter({ hasText: new RegExp(`^\\s*${name}\\b`) });
  }

  /** Returns axe's violations, and whether the page must be scrolled sideways, which axe does not detect. */
  async accessibilityProblems(): Promise<string[]> {
    const overflow = await this.page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    return [
      ...(await axeViolations(this.page)),
      ...(overflow > 0 ? [`${overflow} px too wide`] : []),
    ];
  }
}
