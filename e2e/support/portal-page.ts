import type { Locator, Page } from '@playwright/test';
import type { IdentityKind, Setup } from '../fixtures/portal-page/config.js';
import { pressEscapeIn } from './press-escape.js';
import { expect } from './stack.js';

/** Page object of a panel: a button, with the status and events of its service. */
export class BillingPanel {
  readonly manageBilling: Locator;
  readonly status: Locator;
  readonly alert: Locator;

  constructor(readonly section: Locator) {
    this.manageBilling = section.getByRole('button', {
      name: 'Manage billing',
      includeHidden: true,
    });
    this.status = section.locator('output');
    this.alert = section.locator('[role=alert]');
  }

  async choose(customer: string): Promise<void> {
    await this.section.getByLabel('Customer').selectOption({ label: customer });
  }

  event(type: string): Locator {
    return this.section.locator('li').getByText(type, { exact: true });
  }
}

/** The page's settings, which it reads from its URL. */
interface Query {
  setup?: Setup;
  identity?: IdentityKind;
  iframeOnly?: '';
  redirect?: '';
}

/** Page object of `fixtures/portal-page`. */
export class PortalPage {
  readonly first: BillingPanel;
  readonly second: BillingPanel;
  /** The portal's modal. */
  readonly dialog: Locator;
  /** The customers whose portal the page has shown, in order, including those that another portal replaced immediately. */
  readonly shownCustomers: string[] = [];

  constructor(readonly page: Page) {
    this.first = this.#panel('first');
    this.second = this.#panel('second');
    this.dialog = page.getByRole('dialog');
    page.on('response', (response) => void this.#readGreeting(response));
  }

  /** Opens the page and signs in. */
  async showAs(name: string, url: string, query: Query = {}): Promise<void> {
    await this.show(url, query);
    await this.signIn(name);
  }

  async show(url: string, query: Query = {}): Promise<void> {
    await this.page.goto(`${url}/?${new URLSearchParams({ ...query })}`);
    const { setup = 'app' } = query;
    // The page is compiled in the browser, which is slow on a busy machine.
    const last = setup === 'app' ? this.first : this.second;
    await expect(last.manageBilling).toBeVisible({ timeout: 45_000 });
  }

  async signIn(name: string): Promise<void> {
    await this.press(`Sign in as ${name}`);
    await expect(this.page.getByText(/^Signed in as/)).toBeVisible();
  }

  async signOut(): Promise<void> {
    await this.press('Sign out');
    await expect(this.page.getByText('Signed out')).toBeVisible();
  }

  /** Presses a button of the page outside the Angular apps. */
  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click();
  }

  /** Dispatches a click on a button even if a modal covers it, as the page's own code could. */
  async pressByCode(button: Locator): Promise<void> {
    await button.dispatchEvent('click');
  }

  /** Waits until the modal shows a customer's portal. Fails if another customer's portal was shown last. */
  async expectPortalOf(name: string): Promise<void> {
    await expect(this.#portal.getByText(/^(Hello, |Your session has ended)/)).toHaveText(
      `Hello, ${name}`,
    );
    await expect.poll(() => this.shownCustomers.at(-1)).toBe(name);
  }

  /** Presses a panel's button, and waits for the portal of this customer and no other. */
  async open(panel: BillingPanel, name: string): Promise<void> {
    this.shownCustomers.length = 0;
    await panel.manageBilling.click();
    await this.expectPortalOf(name);
    expect(new Set(this.shownCustomers)).toEqual(new Set([name]));
  }

  /** Opens the portal of this customer and no other, and closes it. */
  async openAndClose(panel: BillingPanel, name: string): Promise<void> {
    await this.open(panel, name);
    await this.close();
  }

  /** Follows a link within the portal that is open. */
  async followInPortal(link: string): Promise<void> {
    await this.#portal.getByRole('link', { name: link }).first().click();
  }

  /** Closes the modal with the Escape key. */
  async close(): Promise<void> {
    await pressEscapeIn(this.#portal, this.page);
    await expect(this.dialog).toHaveCount(0);
  }

  get portalText(): Locator {
    return this.#portal.locator('body');
  }

  get #portal() {
    return this.dialog.locator('iframe').contentFrame();
  }

  #panel(name: string): BillingPanel {
    return new BillingPanel(this.page.locator(`section[aria-label=${name}]`));
  }

  async #readGreeting(response: { url(): string; text(): Promise<string> }): Promise<void> {
    if (!response.url().includes('/portal/v2/home')) return;
    const name = /<h1[^>]*>Hello, ([^<]+)/.exec(await response.text().catch(() => ''))?.[1];
    if (name) this.shownCustomers.push(name);
  }
}
