import type { LimitsLogger } from './redis-link.js';
import { PRESENCE, recover, type SharedLog } from './shared-quota.js';

/** How often the other instances hear of this one, in milliseconds. */
const INTERVAL = 1500;

/** What a heartbeat is set up with. */
export interface HeartbeatOptions {
  shared: SharedLog;
  /** How many instances there should be. */
  instances: number;
  logger: LimitsLogger;
}

/** Lets the other instances know that this one is here, and finds out whether Redis has lost what it was told. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #timer: NodeJS.Timeout;
  #tooManySince: number | undefined;
  #warned = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#beat(), INTERVAL).unref();
  }

  /** Takes leave of the other instances. */
  stop(): void {
    const { quota, link } = this.#options.shared;
    clearInterval(this.#timer);
    link.tell((redis) => quota.leave(redis));
  }

  async #beat(): Promise<void> {
    const { shared } = this.#options;
    const { quota, link } = shared;
    if (!link.up) {
      return;
    }
    const answer = await link.ask((redis) => quota.stay(redis)).catch(() => undefined);
    if (typeof answer === 'number') {
      this.#compare(answer);
    } else if (answer !== undefined) {
      await recover(shared, answer.log);
    }
  }

  /** One that was killed still seems to be here for a while: only what lasts longer is worth a warning. */
  #compare(present: number): void {
    const { instances, logger } = this.#options;
    const now = performance.now();
    this.#tooManySince = present > instances ? (this.#tooManySince ?? now) : undefined;
    if (!this.#warned && this.#tooManySince !== undefined && now - this.#tooManySince > PRESENCE) {
      this.#warned = true;
      logger.warn(
        { present, declared: instances },
        'More instances are here than INSTANCES declares: without Redis their parts would pass the limits',
      );
    }
  }
}
