import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock.js';
import { ChargebeeError } from '../errors.js';

const WINDOW_MS = 60_000;

export interface QuotaLimits {
  /** In the past 60 seconds. */
  requestsPerMinute?: number;
  /** At the same time, for GET and POST each. */
  maxConcurrency?: number;
}

/** A call that is refused because a quota is spent. */
export class QuotaExceeded extends ChargebeeError {
  /** @param retryAfter Whole seconds until a call can be made again. */
  constructor(readonly retryAfter: number) {
    super(
      429,
      'operation_failed',
      'api_request_limit_exceeded',
      'Sorry, the request limit of this site is exceeded. Wait before you call again.',
    );
  }
}

/** The site's two quotas. Without limits it only counts what runs. */
export class Quotas {
  #times: number[] = [];
  readonly #running: Record<string, number> = {};

  constructor(
    private readonly clock: Clock,
    private readonly limits: QuotaLimits,
  ) {}

  /** Takes a call in. Returns what is to be called when it has been answered. @throws QuotaExceeded */
  enter(method: string): () => void {
    const { requestsPerMinute = Infinity, maxConcurrency = Infinity } = this.limits;
    const now = this.clock.nowMs();
    // A clock moved backwards must not leave calls of the future in the window.
    this.#times = this.#times.filter((time) => time > now - WINDOW_MS && time <= now);
    const [oldest = now] = this.#times;
    if (this.#times.length >= requestsPerMinute) {
      throw new QuotaExceeded(Math.max(1, Math.ceil((oldest + WINDOW_MS - now) / 1000)));
    }
    const running = this.#running[method] ?? 0;
    if (running >= maxConcurrency) throw new QuotaExceeded(1);
    if (Number.isFinite(requestsPerMinute)) this.#times.push(now);
    this.#running[method] = running + 1;
    return () => {
      this.#running[method] = (this.#running[method] ?? 1) - 1;
    };
  }

  reset(): void {
    this.#times = [];
  }
}

/** Counts the calls to the API. It comes before the faults, so that a call that is held up by one takes its place. */
export function enforceQuotas(app: FastifyInstance, quotas: Quotas): void {
  app.addHook('onRequest', ({ url, method }, reply, next) => {
    if (url.startsWith('/api/')) {
      // HEAD is answered as GET is, and counts as one.
      reply.raw.once('close', quotas.enter(method === 'HEAD' ? 'GET' : method));
    }
    next();
  });
}
