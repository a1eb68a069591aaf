import type { Cluster, Redis } from 'ioredis';
import { NEVER, currentMoment, elapsedSince } from '../moment.js';
import type { LocalBudget } from './local-budget.js';
import { SlotQueue } from './slot-queue.js';
import { SITE_IS_BUSY, rateLimited } from './limit-errors.js';
import type { WarningLogger } from './outage-log.js';
import type { SharedBudget } from './shared-budget.js';
import {
  isRefusal,
  type BudgetUsage,
  type Permit,
  type PermitRequest,
  type Refusal,
  type UpstreamQuota,
} from './upstream-quota.js';

const LIMIT_OF_SITE_REACHED =
  'Chargebee answers 429, as when the limit of the whole site is reached: no calls are made for a while';

/** The budgets of a quota, at least one. A call counts against only one of them. */
export interface QuotaOptions {
  /** The budget of all instances together. */
  shared?: SharedBudget | undefined;
  /** The budget of this process. */
  local?: LocalBudget | undefined;
  logger: WarningLogger;
  /** Called whenever a pause begins. */
  onPause?: (() => void) | undefined;
}

/**
 * Our share of the site's quota. When the calls of the minute are spent, a request is refused at once; when all concurrency
 * slots are taken, it waits for one.
 */
export class Quota implements UpstreamQuota {
  readonly #shared: SharedBudget | undefined;
  readonly #local: LocalBudget | undefined;
  readonly #logger: WarningLogger;
  readonly #onPause: () => void;
  readonly #queue: SlotQueue;
  /** The pause that ends last. */
  #pause = { requestedAt: NEVER, milliseconds: 0 };
  /** The calls of the minute that remained when all slots were taken. */
  #remainingWhenBusy = 0;

  constructor({ shared, local, logger, onPause = () => undefined }: QuotaOptions) {
    this.#shared = shared;
    this.#local = local;
    this.#logger = logger;
    this.#onPause = onPause;
    this.#queue = new SlotQueue({ take: () => this.#take(), shared: shared !== undefined });
  }

  async acquire(request: PermitRequest): Promise<Permit> {
    if (this.#queue.length === 0) {
      const taken = await this.#take();
      if (!isRefusal(taken)) {
        return taken;
      }
      if (taken.refused !== 'busy') {
        throw rateLimited(taken.retryMs, SITE_IS_BUSY);
      }
    }
    if (this.#queue.length >= this.#remainingWhenBusy) {
      // The waiting requests will use up the calls of the minute.
      throw rateLimited(60_000, SITE_IS_BUSY);
    }
    return this.#queue.wait(request);
  }

  pause(seconds: number): void {
    const milliseconds = seconds * 1000;
    const pausedMs = this.#pausedMs();
    // Once, although all calls in flight may be refused together.
    if (pausedMs === 0) {
      this.#logger.warn({ seconds }, LIMIT_OF_SITE_REACHED);
      this.#onPause();
    }
    if (milliseconds > pausedMs) this.#pause = { requestedAt: currentMoment(), milliseconds };
    this.#shared?.pause(milliseconds);
    this.#queue.refuseAll(rateLimited(milliseconds, SITE_IS_BUSY));
  }

  /** Must be called when Redis is connected: writes the current pause to it, and creates the log if there is none. */
  async onConnect(): Promise<void> {
    const pausedMs = this.#pausedMs();
    if (pausedMs > 0) {
      this.#shared?.pause(pausedMs);
    }
    await this.#shared?.usage();
  }

  /** Returns the task for `onReplace` of the connection to Redis. */
  async onReplace(redis: Redis | Cluster): Promise<(() => Promise<unknown>) | undefined> {
    return this.#shared?.onReplace(redis);
  }

  /** Returns the usage of the budgets that are available now, and the number of requests that wait in this process. */
  async usage(): Promise<BudgetUsage & { waiting: number }> {
    const shared = await this.#shared?.usage();
    const local = this.#ownPart?.usage();
    const sum = (read: (usage: BudgetUsage) => number) =>
      (shared ? read(shared) : 0) + (local ? read(local) : 0);
    const pausedMs = Math.max(shared?.pausedMs ?? 0, this.#pausedMs());
    return {
      limit: sum(({ limit }) => limit),
      remaining: pausedMs > 0 ? 0 : sum(({ remaining }) => remaining),
      inFlight: sum(({ inFlight }) => inFlight),
      pausedMs,
      waiting: this.#queue.length,
    };
  }

  close(): void {
    this.#queue.close();
  }

  /** Takes a permit from the shared budget, or from the local one if the shared one refuses. */
  async #take(): Promise<Permit | Refusal> {
    const pausedMs = this.#pausedMs();
    if (pausedMs > 0) {
      return { refused: 'paused', retryMs: pausedMs };
    }
    const onRelease = () => this.#queue.onSlotFreed();
    const shared = await this.#shared?.take(onRelease);
    if (shared && (!isRefusal(shared) || shared.refused === 'paused')) {
      return shared;
    }
    const local = this.#ownPart?.take(onRelease);
    if (local && !isRefusal(local)) {
      return local;
    }
    const refusal = shorterOf(shared, local);
    this.#remainingWhenBusy = remainingIn(refusal);
    return refusal;
  }

  /** The local budget. Not used while instances have different limits, since others may have larger local budgets. */
  get #ownPart(): LocalBudget | undefined {
    return this.#shared?.agreed === false ? undefined : this.#local;
  }

  #pausedMs(): number {
    const { requestedAt, milliseconds } = this.#pause;
    return Math.max(0, milliseconds - elapsedSince(requestedAt));
  }
}

/** Returns the refusal that ends sooner: usually a slot becomes free before the minute is over. */
function shorterOf(one: Refusal | undefined, other: Refusal | undefined): Refusal {
  if (!one || !other) {
    return one ?? other ?? { refused: 'spent', retryMs: 0 };
  }
  if (one.refused === 'busy' || other.refused === 'busy') {
    return { refused: 'busy', remaining: remainingIn(one) + remainingIn(other) };
  }
  return one.retryMs <= other.retryMs ? one : other;
}

/** Returns the calls of the minute that remain for the requests that wait for a slot. */
function remainingIn(refusal: Refusal): number {
  return refusal.refused === 'busy' ? refusal.remaining : 0;
}
