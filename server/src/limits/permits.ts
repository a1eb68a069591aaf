import type { LocalQuota, Verdict } from './local-quota.js';
import { recover, type QuotaUse, type SharedLog } from './shared-quota.js';
import type { CallEnd, Permit } from './upstream-quota.js';

/** Redis loses its data again and again: not before so many milliseconds. */
const LOST_AGAIN = 1000;

/** The limits, and the logs that are kept of calls. */
export interface PermitsOptions {
  /** Calls a minute, for all instances together. */
  requestsPerMinute: number;
  /** Calls at once, for all instances together. */
  maxConcurrency: number;
  /** How many instances there are. */
  instances: number;
  /** The log of this process. */
  local: LocalQuota;
  /** The log of all instances. */
  shared?: SharedLog | undefined;
}

/**
 * Gives the right to make a call, by one log or by both. Without Redis this process's own log decides; with it, Redis's
 * log of all instances does, and the own log is kept beside it, to go on with when Redis is away.
 */
export class Permits {
  readonly #options: PermitsOptions;
  readonly #onRelease: () => void;
  #lastCall = 0;
  /** Until then Redis would only say again that the minute is spent. */
  #spentUntil = 0;

  /** @param onRelease told whenever a place has come free here */
  constructor(options: PermitsOptions, onRelease: () => void) {
    this.#options = options;
    this.#onRelease = onRelease;
  }

  /** Takes one call from the log, both logs when there are two; a verdict when that cannot be. */
  take(): Promise<Permit | Verdict> {
    return this.#take({ again: false });
  }

  /** Whether this process knows of room for one more call in this minute, with `waiting` others before it. */
  room(waiting: number): Verdict {
    return this.#verdict(Infinity, waiting);
  }

  pause(milliseconds: number): void {
    const { local, shared } = this.#options;
    local.pause(milliseconds);
    shared?.link.tell((redis) => shared.quota.pause(redis, milliseconds));
  }

  /** What is used, of all instances as far as Redis is there to tell, and of the own part where that is less. */
  async use(): Promise<QuotaUse> {
    const { local, shared, requestsPerMinute } = this.#options;
    const counted = shared?.link.up
      ? await shared.link.ask((redis) => shared.quota.count(redis)).catch(() => undefined)
      : undefined;
    const limit = this.#own(requestsPerMinute);
    const own: QuotaUse = {
      limit,
      remaining: Math.max(0, limit - local.used()),
      underWay: local.underWay,
      pausedMs: local.paused(),
    };
    return counted === undefined
      ? own
      : {
          limit: Math.min(own.limit, counted.limit),
          remaining: Math.min(own.remaining, counted.remaining),
          underWay: counted.underWay,
          pausedMs: Math.max(own.pausedMs, counted.pausedMs),
        };
  }

  /** `again` when Redis has just been told what it had lost. */
  async #take({ again }: { again: boolean }): Promise<Permit | Verdict> {
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
    if (answer.kind === 'lost') {
      await recover(shared, answer.log);
      // It may just have been told of this one among the others.
      link.tell((redis) => quota.end(redis, call, 'unsent'));
      return again ? { kind: 'spent', retryMs: LOST_AGAIN } : this.#take({ again: true });
    }
    if (answer.kind === 'spent' && answer.paused) {
      local.pause(answer.retryMs);
    } else if (answer.kind === 'spent' && answer.exact) {
      this.#spentUntil = performance.now() + answer.retryMs;
    }
    return answer;
  }

  /** The whole of a limit while Redis decides who may have it; else this process's part, which is all when it is alone. */
  #own(whole: number): number {
    const { shared, instances } = this.#options;
    return shared?.link.decides ? whole : Math.floor(whole / instances);
  }

  #verdict(places: number, waiting: number): Verdict {
    const { local, shared, requestsPerMinute } = this.#options;
    const now = performance.now();
    if (shared?.link.up && this.#spentUntil > now) {
      return { kind: 'spent', retryMs: this.#spentUntil - now };
    }
    return local.check(this.#own(requestsPerMinute), places, waiting, now);
  }

  #begin(call: number): Verdict {
    const verdict = this.#verdict(this.#own(this.#options.maxConcurrency), 0);
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
    this.#onRelease();
  }
}
