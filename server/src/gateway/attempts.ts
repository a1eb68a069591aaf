import { BrokenCircuitError, ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import type { CallEnd, UpstreamQuota } from '../limits/index.js';
import type { Breaker } from './breaker.js';
import type { RequestEnd, UpstreamRequest } from './types.js';
import { DEFAULT_PAUSE_SECONDS, unavailable, type Operation } from './portal-errors.js';
import { asUpstreamError } from './rejection.js';
import { startTimer } from '../timer.js';
import { CallSignal } from './transport.js';
import { UpstreamError } from './upstream-error.js';

/** The maximum number of retries of a failed call. */
const RETRIES = 2;

/** The maximum delay before a retry. */
const MAX_DELAY_MS = 500;

/** If less time is left before the deadline, a retry is not worth using up the quota. */
const MIN_ATTEMPT_MS = 250;

/** What all calls of a gateway have in common. */
export interface AttemptsOptions {
  quota: UpstreamQuota;
  breaker: Breaker;
  /** The timeout of one attempt, in milliseconds. */
  timeoutMs: number;
}

/** Identifies a call for metrics and the circuit breaker. */
export interface AttemptedCall {
  operation: Operation;
  /** The customer or session that the call concerns. */
  subject: string;
}

/** Retries only connection faults, timeouts and server errors, with exponential backoff and jitter. */
const retryTransient = retry(
  handleWhen((error) => error instanceof UpstreamError && error.shouldRetry),
  {
    maxAttempts: RETRIES,
    backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: MAX_DELAY_MS }),
  },
);

/** Makes a call, with retries of transient failures while time is left. Rejects with `UpstreamError` or `PortalError`. */
export function callWithRetries<T>(
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
  const timeout = startTimeout(request, { timeoutMs, start, sendBy: permit.sendBy });
  let end: CallEnd = 'unsent';
  let outcome = 'ok';
  try {
    return await breaker.run(subject, async () => {
      if (timeout.signal.reason) {
        throw timeout.signal.reason;
      }
      end = 'aborted';
      try {
        const value = await send(timeout.signal);
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
      outcome = error.outcome;
      if (error.status !== undefined) {
        end = 'answered';
      }
      if (error.fault === 'rate_limited' && error.scope === 'site') {
        quota.pause(error.retryAfter ?? DEFAULT_PAUSE_SECONDS);
      }
      error.shouldRetry =
        error.transient &&
        !request.signal.aborted &&
        request.deadline - performance.now() > MAX_DELAY_MS + MIN_ATTEMPT_MS;
    }
    throw error;
  } finally {
    timeout.stop();
    permit.release(end);
    if (end !== 'unsent') {
      request.onAttempt?.({ operation, outcome, milliseconds: performance.now() - start });
    }
  }
}

/** Creates a signal that aborts one attempt at its timeout, at the request's deadline, or when the caller disconnects. */
function startTimeout(
  request: UpstreamRequest,
  { timeoutMs, start, sendBy }: { timeoutMs: number; start: number; sendBy: number },
) {
  const signal = new CallSignal(sendBy);
  const remainingMs = Math.max(0, request.deadline - start);
  // If little time was left, a timeout does not mean that Chargebee is slow: with this reason the breaker ignores it.
  const reason = remainingMs < timeoutMs / 2 ? 'deadline' : undefined;
  const timeUp = () => signal.abort(new UpstreamError('timeout', { reason }));
  // Not by comparing the deadline with the clock: a timer may run a moment before its time.
  const requestStopped = (end: RequestEnd) => {
    if (end === 'deadline') {
      timeUp();
    } else {
      signal.abort(new UpstreamError('aborted'));
    }
  };
  if (remainingMs === 0) {
    timeUp();
  } else if (request.signal.reason) {
    requestStopped(request.signal.reason);
  }
  const stopTimer = startTimer(Math.min(timeoutMs, remainingMs), timeUp);
  const stopListening = request.signal.onAbort(requestStopped);
  return {
    signal,
    stop() {
      stopTimer();
      stopListening();
    },
  };
}
