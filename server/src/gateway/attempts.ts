import { BrokenCircuitError, ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import type { CallEnd, UpstreamQuota } from '../limits/index.js';
import { StopSignal } from '../stop-signal.js';
import type { Breaker } from './breaker.js';
import type { UpstreamRequest } from './types.js';
import { DEFAULT_PAUSE, unavailable, type Operation } from './portal-errors.js';
import { asUpstreamError } from './rejection.js';
import type { CallSignal } from './transport.js';
import { UpstreamError } from './upstream-error.js';

/** A failed call is made again so many times. */
const RETRIES = 2;

/** The longest pause before another attempt, in milliseconds. */
const LONGEST_DELAY = 500;

/** With less time than this left, another attempt is not worth a place in the quota; in milliseconds. */
const SHORTEST_ATTEMPT = 250;

/** What every call of a gateway goes through. */
export interface AttemptsOptions {
  quota: UpstreamQuota;
  breaker: Breaker;
  /** For one attempt, in milliseconds. */
  timeoutMs: number;
}

/** Connection faults, time-outs and 5xx are tried again, after a pause that grows and varies; nothing else is. */
const untilItSucceeds = retry(
  handleWhen((error) => error instanceof UpstreamError && error.mayBeTriedAgain),
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
  operation: Operation,
  request: UpstreamRequest,
  send: (signal: CallSignal) => Promise<T>,
): Promise<T> {
  return untilItSucceeds.execute(() => attempt(options, operation, request, send));
}

async function attempt<T>(
  { quota, breaker, timeoutMs }: AttemptsOptions,
  operation: Operation,
  request: UpstreamRequest,
  send: (signal: CallSignal) => Promise<T>,
): Promise<T> {
  if (breaker.refuses) {
    throw unavailable(new BrokenCircuitError());
  }
  const permit = await quota.acquire(request);
  const start = performance.now();
  const clock = startClock(request, timeoutMs, start);
  let end: CallEnd = 'unsent';
  let outcome = 'ok';
  try {
    return await breaker.run(async () => {
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
      if (error.fault === 'rate_limited') {
        pauseFor(quota, error);
      }
      error.mayBeTriedAgain =
        error.transient &&
        !request.signal.stopped &&
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
function startClock(request: UpstreamRequest, timeoutMs: number, now: number) {
  const signal: CallSignal = new StopSignal();
  const left = Math.max(0, request.deadline - now);
  // An attempt that had little time to begin with says little about Chargebee: the breaker looks away.
  const reason = left < timeoutMs / 2 ? 'deadline' : undefined;
  const timeUp = () => signal.stop(new UpstreamError('timeout', { reason }));
  const requestStopped = () => {
    if (performance.now() >= request.deadline) {
      timeUp();
    } else {
      signal.stop(new UpstreamError('aborted'));
    }
  };
  if (left === 0) {
    timeUp();
  } else if (request.signal.stopped) {
    requestStopped();
  }
  const timer = setTimeout(timeUp, Math.min(timeoutMs, left));
  const stopListening = request.signal.listen(requestStopped);
  return {
    signal,
    stop() {
      clearTimeout(timer);
      stopListening();
    },
  };
}

/** A lock on one record is not the site's limit: it pauses the site only when Chargebee says for how long. */
function pauseFor(quota: UpstreamQuota, error: UpstreamError): void {
  const seconds =
    error.retryAfter ?? (error.apiErrorCode === 'lock_timeout' ? undefined : DEFAULT_PAUSE);
  if (seconds !== undefined) {
    quota.pause(seconds);
  }
}
