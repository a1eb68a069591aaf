import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock.js';
import { ChargebeeError } from '../errors.js';

const WINDOW_MS = 60_000;

export interface QuotaLimits {
  /** The maximum number of calls in any 60 seconds. */
  requestsPerMinute?: number;
  /** The maximum number of concurrent calls, counted separately for GET and POST. */
  maxConcurrency?: number;
}

/** The error of a call that exceeds a quota. */
export class QuotaExceeded extends ChargebeeError {
  /** @param retryAfter Whole seconds until the caller may retry. */
  constructor(readonly retryAfter: number) {
    super(
      429,
      'operation_failed',
      'api_request_limit_exceeded',
      'Sorry, the request limit of this site is exceeded. Wait before you call again.',
    );
  }
}

/** The site's rate limit and concurrency limit. */
export class Quotas {
  #timestamps: number[] = [];
  readonly #inFlight: Record<string, number> = {};

  constructor(
    private readonly clock: Clock,
    private readonly limits: QuotaLimits,
  ) {}

  /** Counts a call. Returns a function to call when its response has been sent. @throws QuotaExceeded */
  acquire(method: string): () => void {
    const { requestsPerMinute = Infinity, maxConcurrency = Infinity } = this.limits;
    const now = this.clock.nowMs();
    // After the clock is set back, drop timestamps that are in the future.
    this.#timestamps = this.#timestamps.filter((time) => time > now - WINDOW_MS && time <= now);
    const [oldest = now] = this.#timestamps;
    if (this.#timestamps.length >= requestsPerMinute) {
      throw new QuotaExceeded(Math.max(1, Math.ceil((oldest + WINDOW_MS - now) / 1000)));
    }
    const inFlight = this.#inFlight[method] ?? 0;
    if (inFlight >= maxConcurrency) throw new QuotaExceeded(1);
    if (Number.isFinite(requestsPerMinute)) this.#timestamps.push(now);
    this.#inFlight[method] = inFlight + 1;
    return () => {
      this.#inFlight[method] = (this.#inFlight[method] ?? 1) - 1;
    };
  }

  reset(): void {
    this.#timestamps = [];
  }
}

/** Enforces the quotas on API calls. Register it before the faults, so that a call delayed by a fault counts as concurrent. */
export function enforceQuotas(app: FastifyInstance, quotas: Quotas): void {
  app.addHook('onRequest', ({ url, method }, reply, next) => {
    if (url.startsWith('/api/')) {
      // HEAD counts as GET.
      reply.raw.once('close', quotas.acquire(method === 'HEAD' ? 'GET' : method));
    }
    next();
  });
}
