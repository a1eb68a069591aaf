import type { FrameLocator, Locator, Page } from '@playwright/test';
import { pressEscapeIn } from './press-escape.js';
import { expect, type Urls } from './stack.js';

/** Page object of the demo's account page. */
export class AccountPage {
  readonly manageBilling: Locator;
  readonly alert: Locator;
  /** The portal's modal. */
  readonly dialog: Locator;

  constructor(
    readonly page: Page,
    private readonly urls: Urls,
  ) {
    this.manageBilling = this.button('Manage billing');
    this.alert = page.getByRole('alert');
    this.dialog = page.getByRole('dialog');
  }

  /** Loads the page, with nobody signed in. */
  async show(url = this.urls.demo): Promise<void> {
    await this.page.goto(url);
    await expect(
      this.page.getByRole('button', { name: 'Sign in as Juniper Bakery' }),
    ).toBeVisible();
  }

  /** Loads the page and signs in. */
  async showAs(name: string, url?: string): Promise<void> {
    await this.show(url);
    await this.signIn(name);
  }

  async signIn(name: string): Promise<void> {
    await this.page.getByRole('button', { name: `Sign in as ${name}` }).click();
    await expect(this.page.getByRole('button', { name: 'Sign out' })).toBeVisible();
    await expect(this.manageBilling).toBeVisible();
  }

  async signOut(): Promise<void> {
    await this.page.getByRole('button', { name: 'Sign out' }).click();
    await expect(this.page.getByRole('button', { name: 'Sign out' })).toHaveCount(0);
  }

  /** Returns a button, such as one that opens a section of the portal. */
  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** The portal within its modal. */
  get portal(): FrameLocator {
    return this.dialog.locator('iframe').contentFrame();
  }

  /** Waits until the portal in the modal shows a text, such as the name of its customer. */
  async expectPortalOf(name: string): Promise<void> {
    await expect(this.portal.getByText(name).first()).toBeVisible();
  }

  /** Closes the modal with the Escape key. */
  async close(): Promise<void> {
    await pressEscapeIn(this.portal, this.page);
    await expect(this.dialog).toHaveCount(0);
  }

  /** Returns an event's entry in the event log of the developer drawer. */
  event(type: string): Locator {
    return this.page
      .getByRole('list', { name: 'Portal events', includeHidden: true })
      .getByText(type, { exact: true });
  }

  /** Opens the developer drawer. */
  async openDrawer(): Promise<void> {
    await this.page.getByText('For developers').click();
  }

  /** Expects that nothing is loading and the button can be clicked. */
  async expectReady(): Promise<void> {
    await expect(this.dialog).toHaveCount(0);
    await expect(this.manageBilling).toBeEnabled();
    await expect(this.manageBilling).not.toHaveAttribute('aria-busy', 'true');
  }
}

/** Records the mutations with this name that the page sends to the backend, in the returned list. */
export function watchMutations(page: Page, urls: Urls, name: string): MutationBody[] {
  const seen: MutationBody[] = [];
  page.on('request', (request) => {
    if (request.url() !== urls.graphql || request.method() !== 'POST') return;
    const body = request.postDataJSON() as MutationBody;
    if (body.query.includes(name)) seen.push(body);
  });
  return seen;
}

interface MutationBody {
  query: string;
  variables: { input?: { idempotencyKey?: string; customerId?: string } };
}
