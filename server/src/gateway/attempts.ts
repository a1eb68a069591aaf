import { BrokenCircuitError, ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import type { CallEnd, UpstreamQuota } from '../limits/index.js';
import type { Breaker } from './breaker.js';
import type { UpstreamRequest } from './types.js';
import { DEFAULT_PAUSE, unavailable, type Operation } from './portal-errors.js';
import { asUpstreamError } from './rejection.js';
import { CallSignal } from './transport.js';
import { UpstreamError } from './upstream-error.js';

/** How often a failed call is retried. */
const RETRIES = 2;

/** The longest pause before another attempt, in milliseconds. */
const LONGEST_DELAY = 500;

/** With less time than this left, a retry is not worth a place in the quota; in milliseconds. */
const SHORTEST_ATTEMPT = 250;

/** What all calls of a gateway share. */
export interface AttemptsOptions {
  quota: UpstreamQuota;
  breaker: Breaker;
  /** For one attempt, in milliseconds. */
  timeoutMs: number;
}

/** A call as its attempts know it. */
export interface AttemptedCall {
  operation: Operation;
  /** The customer or session that it concerns. */
  subject: string;
}

/** Retries connection faults, time-outs and server errors, and nothing else, after a pause that grows and varies. */
const retryTransient = retry(
  handleWhen((error) => error instanceof UpstreamError && error.shouldRetry),
  {
    maxAttempts: RETRIES,
    backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: LONGEST_DELAY }),
  },
);

/**
 * Makes a call until it succeeds, fails for good, or has no time left. Rejects with `UpstreamError` or `PortalError`.
 */
export function attempts<T>(
  options: AttemptsOptions,
  call: AttemptedCall,
  request: UpstreamRequest,
  send: (signal: CallSignal) => Promise<T>,
): Promise<T> {
  return retryTransient.execute(() => attempt(options, call, request, send));
}

async function attempt<T>(
  { quota, breaker, timeoutMs }: AttemptsOptions,
  { operation, subject }: AttemptedCall,
  request: UpstreamRequest,
  send: (signal: CallSignal) => Promise<T>,
): Promise<T> {
  if (breaker.refuses) {
    throw unavailable(new BrokenCircuitError());
  }
  const permit = await quota.acquire(request);
  const start = performance.now();
  const clock = startClock(request, { timeoutMs, start, sendBy: permit.sendBy });
  let end: CallEnd = 'unsent';
  let outcome = 'ok';
  try {
    return await breaker.run(subject, async () => {
      if (clock.signal.reason) {
        throw clock.signal.reason;
      }
      end = 'cut';
      try {
        const value = await send(clock.signal);
        end = 'answered';
        return value;
      } catch (thrown) {
        throw asUpstreamError(thrown);
      }
    });
  } catch (error) {
    if (error instanceof BrokenCircuitError) {
      throw unavailable(error);
    }
    if (error instanceof UpstreamError) {
      outcome = error.fault;
      if (error.status !== undefined) {
        end = 'answered';
      }
      if (error.fault === 'rate_limited' && error.scope === 'site') {
        quota.pause(error.retryAfter ?? DEFAULT_PAUSE);
      }
      error.shouldRetry =
        error.transient &&
        !request.signal.aborted &&
        request.deadline - performance.now() > LONGEST_DELAY + SHORTEST_ATTEMPT;
    }
    throw error;
  } finally {
    clock.stop();
    permit.release(end);
    if (end !== 'unsent') {
      request.onAttempt?.({ operation, outcome, milliseconds: performance.now() - start });
    }
  }
}

/** A signal for one attempt: its own time is up, the request's deadline has come, or the caller has gone. */
function startClock(
  request: UpstreamRequest,
  { timeoutMs, start, sendBy }: { timeoutMs: number; start: number; sendBy: number },
) {
  const signal = new CallSignal(sendBy);
  const left = Math.max(0, request.deadline - start);
  // An attempt that had little time to begin with says little about Chargebee: the breaker does not count it.
  const reason = left < timeoutMs / 2 ? 'deadline' : undefined;
  const timeUp = () => signal.abort(new UpstreamError('timeout', { reason }));
  const requestStopped = () => {
    if (performance.now() >= request.deadline) {
      timeUp();
    } else {
      signal.abort(new UpstreamError('aborted'));
    }
  };
  if (left === 0) {
    timeUp();
  } else if (request.signal.aborted) {
    requestStopped();
  }
  const timer = setTimeout(timeUp, Math.min(timeoutMs, left));
  const stopListening = request.signal.onAbort(requestStopped);
  return {
    signal,
    stop() {
      clearTimeout(timer);
      stopListening();
    },
  };
}
