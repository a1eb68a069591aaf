import type { FrameLocator, Locator, Page } from '@playwright/test';
import axe from 'axe-core';

/** The page that all examples have, as a person uses it. */
export class BillingPage {
  readonly problem: Locator;
  readonly signInButton: Locator;
  readonly manageBilling: Locator;
  readonly paymentMethods: Locator;
  /** The modal over the page. */
  readonly dialog: Locator;
  readonly inDialog: FrameLocator;

  constructor(readonly page: Page) {
    this.problem = page.getByRole('alert');
    this.signInButton = page.getByRole('button', { name: 'Sign in' });
    this.manageBilling = page.getByRole('button', { name: 'Manage billing' });
    this.paymentMethods = page.getByRole('button', { name: 'Payment methods' });
    this.dialog = page.getByRole('dialog');
    this.inDialog = this.dialog.locator('iframe').contentFrame();
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

  /** A callback that the page has shown, by its name. */
  reported(name: string): Locator {
    return this.page.getByRole('listitem').filter({ hasText: new RegExp(`^\\s*${name}\\b`) });
  }

  /** What axe finds wrong, frames of other origins aside, and whether the page is wider than the screen. */
  async faultsOfLayout(): Promise<string[]> {
    await this.page.evaluate(axe.source);
    return this.page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run(options: object): Promise<{ violations: { id: string }[] }> };
      };
      const { violations } = await axe.run({ iframes: false });
      const { scrollWidth, clientWidth } = document.documentElement;
      return [
        ...violations.map(({ id }) => id),
        ...(scrollWidth > clientWidth ? [`${scrollWidth - clientWidth} px too wide`] : []),
      ];
    });
  }
}
