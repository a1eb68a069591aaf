import type { LocalQuota, Verdict } from './local-quota.js';
import { PlaceQueue } from './place-queue.js';
import type { CallEnd, Permit, PermitRequest, UpstreamQuota } from './quota.js';
import type { RedisLink } from './redis-link.js';
import { SITE_IS_BUSY, rateLimited } from './refusals.js';
import type { SharedQuota } from './shared-quota.js';

/** How often a place is asked for again that another instance may have freed, in milliseconds; half of it at least. */
const POLL_INTERVAL = 50;

/** How often the other instances hear of this one, in milliseconds. */
const HEARTBEAT = 1500;

/** The limits of a quota, and where it is shared. */
export interface QuotaOptions {
  /** Calls a minute, for all instances together. */
  requestsPerMinute: number;
  /** Calls at once, for all instances together. */
  maxConcurrency: number;
  /** How many instances there are. */
  instances: number;
  local: LocalQuota;
  shared?: { quota: SharedQuota; link: RedisLink } | undefined;
}

/** How much of the quota is used. */
export interface QuotaUse {
  /** Calls a minute that are gone by. */
  limit: number;
  used: number;
  underWay: number;
  waiting: number;
  pausedMs: number;
}

/**
 * Our share of the site's quota. Without Redis this process's own log decides; with it, Redis's log of all instances
 * does, and the own log is kept beside it, to go on with when Redis is away.
 */
export class Quota implements UpstreamQuota {
  readonly #options: QuotaOptions;
  readonly #queue = new PlaceQueue();
  #lastCall = 0;
  #pumping = false;
  #pumpAgain = false;
  #poll: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  /** Until then Redis would only say again that the minute is spent. */
  #spentUntil = 0;

  constructor(options: QuotaOptions) {
    this.#options = options;
    const { shared } = options;
    if (shared !== undefined) {
      const stay = () => shared.link.tell((redis) => shared.quota.stay(redis));
      this.#heartbeat = setInterval(stay, HEARTBEAT).unref();
    }
  }

  async acquire(request: PermitRequest): Promise<Permit> {
    if (this.#queue.length === 0) {
      const taken = await this.#take();
      if (!('kind' in taken)) {
        return taken;
      }
      this.#refuseSpent(taken);
    }
    this.#refuseSpent(this.#localVerdict(Infinity, this.#queue.length));
    const place = this.#queue.wait(request);
    if (this.#options.shared === undefined) {
      // A place may have come free since it was asked for.
      void this.#pump();
    } else {
      this.#pollLater();
    }
    return place;
  }

  pause(seconds: number): void {
    const { local, shared } = this.#options;
    local.pause(seconds * 1000);
    shared?.link.tell((redis) => shared.quota.pause(redis, seconds * 1000));
    this.#queue.refuseAll(rateLimited(seconds * 1000, SITE_IS_BUSY));
  }

  /** What is used, of all instances when Redis is there to tell. */
  async use(): Promise<QuotaUse> {
    const { local, shared } = this.#options;
    const waiting = this.#queue.length;
    if (shared?.link.up) {
      const counted = await shared.link
        .ask((redis) => shared.quota.count(redis))
        .catch(() => undefined);
      if (counted !== undefined) {
        return { ...counted, waiting };
      }
    }
    const { underWay } = local;
    return {
      limit: this.#own(this.#options.requestsPerMinute),
      used: local.used(),
      underWay,
      pausedMs: local.paused(),
      waiting,
    };
  }

  /** Takes leave of the other instances. */
  close(): void {
    const { shared } = this.#options;
    clearTimeout(this.#poll);
    clearInterval(this.#heartbeat);
    shared?.link.tell((redis) => shared.quota.leave(redis));
  }

  /** The whole of a limit while Redis decides who may have it; else this process's part, which is all when it is alone. */
  #own(whole: number): number {
    const { shared, instances } = this.#options;
    return shared?.link.decides ? whole : Math.floor(whole / instances);
  }

  #localVerdict(places: number, waiting: number): Verdict {
    const { local, shared, requestsPerMinute } = this.#options;
    const now = performance.now();
    if (shared?.link.up && this.#spentUntil > now) {
      return { kind: 'spent', retryMs: this.#spentUntil - now };
    }
    return local.check(this.#own(requestsPerMinute), places, waiting, now);
  }

  /** Takes one call from the log, both logs when there are two; a verdict when that cannot be. */
  async #take(): Promise<Permit | Verdict> {
    const { local, shared } = this.#options;
    const call = ++this.#lastCall;
    const verdict = this.#begin(call);
    if (verdict.kind !== 'free' || shared === undefined) {
      return verdict.kind === 'free' ? this.#permit(call) : verdict;
    }
    const { link, quota } = shared;
    if (!link.up) {
      // If it is just coming back, it must hear of this call too.
      link.tell((redis) => quota.note(redis, call));
      return this.#permit(call);
    }
    const answer = await link.ask((redis) => quota.take(redis, call)).catch(() => undefined);
    if (answer?.kind === 'free') {
      return this.#permit(call);
    }
    local.end(call, 'unsent');
    if (answer === undefined) {
      // It has just gone away: from now on the own part counts.
      const alone = this.#begin(call);
      return alone.kind === 'free' ? this.#permit(call) : alone;
    }
    if (answer.kind === 'spent' && answer.paused) {
      local.pause(answer.retryMs);
    } else if (answer.kind === 'spent' && answer.exact) {
      this.#spentUntil = performance.now() + answer.retryMs;
    }
    return answer;
  }

  #begin(call: number): Verdict {
    const verdict = this.#localVerdict(this.#own(this.#options.maxConcurrency), 0);
    if (verdict.kind === 'free') {
      this.#options.local.begin(call);
    }
    return verdict;
  }

  #permit(call: number): Permit {
    let held = true;
    return {
      release: (how) => {
        if (held) {
          held = false;
          this.#end(call, how);
        }
      },
    };
  }

  #end(call: number, how: CallEnd): void {
    const { local, shared } = this.#options;
    local.end(call, how);
    shared?.link.tell((redis) => shared.quota.end(redis, call, how));
    if (this.#queue.length > 0) {
      void this.#pump();
    }
  }

  /** Hands places to those who wait, as long as there are any. */
  async #pump(): Promise<void> {
    this.#pumpAgain = true;
    if (this.#pumping) {
      return;
    }
    this.#pumping = true;
    while (this.#queue.length > 0 && this.#pumpAgain) {
      this.#pumpAgain = false;
      const taken = await this.#take();
      if (!('kind' in taken)) {
        this.#pumpAgain = true;
        this.#queue.handOn(taken);
      } else if (taken.kind === 'spent') {
        this.#queue.refuseAll(rateLimited(taken.retryMs, SITE_IS_BUSY));
      }
    }
    this.#pumping = false;
    this.#pollLater();
  }

  /** The places of other instances come back without a word: while somebody waits, one timer asks for them. */
  #pollLater(): void {
    if (this.#options.shared === undefined || this.#queue.length === 0) {
      return;
    }
    const delay = POLL_INTERVAL * (0.5 + Math.random() / 2);
    this.#poll ??= setTimeout(() => {
      this.#poll = undefined;
      void this.#pump();
    }, delay).unref();
  }

  #refuseSpent(verdict: Verdict): void {
    if (verdict.kind === 'spent') {
      throw rateLimited(verdict.retryMs, SITE_IS_BUSY);
    }
  }
}
