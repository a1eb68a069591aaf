import type { StopSignal } from '../stop-signal.js';

/** How an upstream call ended, for the quota's book-keeping. */
export type CallEnd =
  /** An answer came: the call had certainly arrived before. */
  | 'answered'
  /** It was given up or cut off: what was sent may still arrive a little later. */
  | 'cut'
  /** It was never sent. */
  | 'unsent';

/** The right to make one upstream call. */
export interface Permit {
  /** Must be called once, when the call has ended. Calling it again does nothing. */
  release(end: CallEnd): void;
}

/** What a permit is asked for. */
export interface PermitRequest {
  /** When the request must have been answered, on `performance.now()`'s clock, in milliseconds. */
  deadline: number;
  /** Stops when nobody waits for the answer any more. */
  signal: StopSignal;
}

/** Our share of the site's quota: calls a minute and calls at once. */
export interface UpstreamQuota {
  /**
   * Asks for the right to make one call. Rejects with `RATE_LIMITED` at once when the minute's share is spent or the
   * site is paused, and with `BILLING_UNAVAILABLE` when no simultaneous place was free before the deadline.
   */
  acquire(request: PermitRequest): Promise<Permit>;
  /** Lets no instance call for so many seconds: Chargebee has said that the site is over its limit. */
  pause(seconds: number): void;
}
