import type { LightAbortSignal } from '../light-abort-signal.js';

/**
 * How long after a call was aborted the data sent before may still reach Chargebee, in milliseconds: TCP retransmits a lost
 * packet after 200 ms, and then at doubling intervals.
 */
export const LATE_ARRIVAL_MS = 5000;

/** How an upstream call ended, which determines how long it counts. */
export type CallEnd =
  /** A response was received, so the call has arrived. */
  | 'answered'
  /** The call was aborted, by its timeout or the caller: data that was sent may still arrive. */
  | 'aborted'
  /** The call was never sent, so it does not count. */
  | 'unsent';

/** The permission to make one upstream call. */
export interface Permit {
  /**
   * The call must not be sent after this moment, by `performance.now()`: after a delay, such as a suspension of this process, the
   * log in Redis may no longer count it.
   */
  readonly sendBy: number;
  /** Must be called when the call has ended. Only the first call has an effect. */
  release(end: CallEnd): void;
}

/** The incoming request that needs a permit. */
export interface PermitRequest {
  /** The request's deadline in milliseconds, by `performance.now()`. */
  deadline: number;
  /** Aborted when nobody waits for the response any more. */
  signal: Pick<LightAbortSignal<unknown>, 'aborted' | 'onAbort'>;
}

/** Our share of the site's quota: calls per minute and simultaneous calls. */
export interface UpstreamQuota {
  /**
   * Requests a permit for one call. Rejects with `RATE_LIMITED` at once when the minute's share is spent or the site is
   * paused, and with `BILLING_UNAVAILABLE` when no concurrency slot became free before the deadline.
   */
  acquire(request: PermitRequest): Promise<Permit>;
  /** Stops the calls of every instance for this many seconds, because Chargebee reports that the site's limit is exceeded. */
  pause(seconds: number): void;
}

/** Why a budget grants no call. */
export type Refusal =
  /** No calls of the minute are left. */
  | { refused: 'spent'; retryMs: number }
  /** Chargebee has requested a pause. */
  | { refused: 'paused'; retryMs: number }
  /** All concurrency slots are taken; `remaining` calls of the minute are left for the requests that wait for one. */
  | { refused: 'busy'; remaining: number };

/** How much of a budget is used. */
export interface BudgetUsage {
  /** Calls per minute. */
  limit: number;
  /** Calls that could still be made in this minute. */
  remaining: number;
  inFlight: number;
  pausedMs: number;
}

export function isRefusal(outcome: Permit | Refusal): outcome is Refusal {
  return 'refused' in outcome;
}
