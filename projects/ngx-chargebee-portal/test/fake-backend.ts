import type {
  ManagePaymentSourcesPage,
  PortalBackend,
  PortalRequest,
  PortalSession,
} from '../src/lib/backends/portal-backend';

/** A backend that answers at once, or when a test says so, and remembers what it was asked. */
export class FakeBackend implements PortalBackend {
  readonly sessions: PortalRequest[] = [];
  readonly pages: PortalRequest[] = [];
  readonly logouts: string[] = [];
  /** What the next requests fail with. */
  failure?: unknown;
  /** Overrides what a session is made of. */
  overrides: Partial<PortalSession> = {};

  #waiting: (() => void)[] = [];
  #held = false;

  /** Keeps answers back until `release()`. */
  hold(): void {
    this.#held = true;
  }

  /** Lets the answers go. */
  release(): void {
    this.#held = false;
    for (const answer of this.#waiting.splice(0)) answer();
  }

  async createSession(request: PortalRequest): Promise<PortalSession> {
    const n = this.sessions.push(request);
    await this.#turn();
    return {
      id: `portal_${n}`,
      token: `token-${n}`,
      accessUrl: `https://acme-test.chargebeeportal.com/portal/access/token-${n}`,
      customerId: request.customerId ?? 'customer-1',
      ...lifetime(),
      ...this.overrides,
    };
  }

  async createPaymentSourcesPage(request: PortalRequest): Promise<ManagePaymentSourcesPage> {
    const n = this.pages.push(request);
    await this.#turn();
    return {
      id: `page_${n}`,
      type: 'manage_payment_sources',
      url: `https://acme-test.chargebee.com/pages/v3/page_${n}/manage_payment_sources`,
      state: 'created',
      embed: true,
      ...lifetime(),
    };
  }

  async logoutSession(id: string): Promise<void> {
    this.logouts.push(id);
    await this.#turn();
  }

  async #turn(): Promise<void> {
    const { failure } = this;
    if (this.#held) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (failure !== undefined) throw failure as Error;
  }
}

const lifetime = () => ({
  createdAt: '2026-11-23T09:00:00.000Z',
  expiresAt: '2026-11-23T10:00:00.000Z',
});
