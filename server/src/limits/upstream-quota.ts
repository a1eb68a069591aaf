import type { LightAbortSignal } from '../light-abort-signal.js';

/**
 * Data that was sent before a call was cut off may reach Chargebee this much later, in milliseconds: TCP repeats a lost
 * packet after a fifth of a second, and then at doubling intervals.
 */
export const LATE_ARRIVAL_MS = 5000;

/** How an upstream call ended; the quota counts each of them differently. */
export type CallEnd =
  /** An answer came, so the call had certainly arrived before. */
  | 'answered'
  /** It timed out or was aborted: what was sent may still arrive a little later. */
  | 'cut'
  /** It was never sent, so it does not count. */
  | 'unsent';

/** The right to make one upstream call. */
export interface Permit {
  /**
   * The call must not be sent after this moment on `performance.now()`'s clock: by then the log in Redis may have stopped
   * counting it, as after this process was suspended.
   */
  readonly sendBy: number;
  /** Must be called when the call has ended. Only the first call has an effect. */
  release(end: CallEnd): void;
}

/** What a permit is requested for. */
export interface PermitRequest {
  /** When the request must have been answered, on `performance.now()`'s clock, in milliseconds. */
  deadline: number;
  /** Stops when nobody waits for the answer any more. */
  signal: LightAbortSignal;
}

/** Our share of the site's quota: calls a minute and simultaneous calls. */
export interface UpstreamQuota {
  /**
   * Requests a permit for one call. Rejects with `RATE_LIMITED` at once when the minute's share is spent or the site is
   * paused, and with `BILLING_UNAVAILABLE` when no simultaneous place became free before the deadline.
   */
  acquire(request: PermitRequest): Promise<Permit>;
  /** Stops the calls of every instance for this many seconds: Chargebee has said that the site is over its limit. */
  pause(seconds: number): void;
}

/** Why a budget grants no call right now. */
export type Refusal =
  /** Nothing is left of the minute's calls. */
  | { refused: 'spent'; retryMs: number }
  /** Chargebee asked for a pause. */
  | { refused: 'paused'; retryMs: number }
  /** Every simultaneous place is taken; `left` calls of the minute remain for those who wait for one. */
  | { refused: 'busy'; left: number };

/** How much of a budget is used. */
export interface BudgetUse {
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
