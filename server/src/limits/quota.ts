import { Permits, type PermitsOptions } from './permits.js';
import { PlaceQueue } from './place-queue.js';
import { SITE_IS_BUSY, rateLimited } from './refusals.js';
import type { QuotaUse } from './shared-quota.js';
import type { Permit, PermitRequest, UpstreamQuota } from './upstream-quota.js';
import type { Verdict } from './local-quota.js';

/** Our share of the site's quota: what is spent is refused at once, and a simultaneous place is waited for. */
export class Quota implements UpstreamQuota {
  readonly #permits: Permits;
  readonly #queue: PlaceQueue;

  constructor(options: PermitsOptions) {
    this.#permits = new Permits(options, () => this.#queue.placeFreed());
    this.#queue = new PlaceQueue({
      take: () => this.#permits.take(),
      shared: options.shared !== undefined,
    });
  }

  async acquire(request: PermitRequest): Promise<Permit> {
    if (this.#queue.length === 0) {
      const taken = await this.#permits.take();
      if (!('kind' in taken)) {
        return taken;
      }
      refuseSpent(taken);
    }
    refuseSpent(this.#permits.room(this.#queue.length));
    return this.#queue.wait(request);
  }

  pause(seconds: number): void {
    this.#permits.pause(seconds * 1000);
    this.#queue.refuseAll(rateLimited(seconds * 1000, SITE_IS_BUSY));
  }

  /** What is used, and how many wait here. */
  async use(): Promise<QuotaUse & { waiting: number }> {
    const waiting = this.#queue.length;
    return { ...(await this.#permits.use()), waiting };
  }

  close(): void {
    this.#queue.close();
  }
}

function refuseSpent(verdict: Verdict): void {
  if (verdict.kind === 'spent') {
    throw rateLimited(verdict.retryMs, SITE_IS_BUSY);
  }
}
