import type {
  ManagePaymentSourcesPage,
  PortalBackend,
  PortalRequest,
  PortalSession,
} from '../src/lib/backends/portal-backend';

/** A backend that answers at once or when the test calls `release()`, and records the requests. */
export class FakeBackend implements PortalBackend {
  readonly sessions: PortalRequest[] = [];
  readonly pages: PortalRequest[] = [];
  readonly logouts: string[] = [];
  /** The error with which the next requests fail. */
  failure?: unknown;
  /** Overrides members of the sessions. */
  overrides: Partial<PortalSession> = {};

  #waiting: ((failure?: unknown) => void)[] = [];
  #held = false;

  /** Delays answers until `release()`. */
  hold(): void {
    this.#held = true;
  }

  /** Sends the delayed answers, or the failure instead. */
  release(failure?: unknown): void {
    this.#held = false;
    for (const answer of this.#waiting.splice(0)) answer(failure);
  }

  async createSession(request: PortalRequest): Promise<PortalSession> {
    const n = this.sessions.push(request);
    await this.#waitUntilReleased();
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
    await this.#waitUntilReleased();
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
    await this.#waitUntilReleased();
  }

  /** Waits while answers are delayed. Rejects with the failure if there is one. */
  async #waitUntilReleased(): Promise<void> {
    let { failure } = this;
    if (this.#held)
      failure = (await new Promise((resolve) => this.#waiting.push(resolve))) ?? failure;
    if (failure !== undefined) throw failure as Error;
  }
}

const lifetime = () => ({
  createdAt: '2026-11-23T09:00:00.000Z',
  expiresAt: '2026-11-23T10:00:00.000Z',
});
