import type { LightAbortSignal } from '../light-abort-signal.js';

/** A portal session as Chargebee answers it, in snake_case, with times in seconds; validated. */
export interface ChargebeePortalSession {
  id: string;
  token: string;
  access_url: string;
  redirect_url?: string | undefined;
  status: 'created' | 'logged_in' | 'logged_out' | 'not_yet_activated' | 'activated';
  /** Seconds since 1970, UTC. */
  created_at: number;
  /** Seconds since 1970, UTC. */
  expires_at?: number | undefined;
  object: 'portal_session';
  customer_id: string;
}

/** A hosted page as Chargebee answers it; validated. */
export interface ChargebeeHostedPage {
  id: string;
  type: string;
  url: string;
  state: string;
  embed: boolean;
  /** Seconds since 1970, UTC. */
  created_at: number;
  /** Seconds since 1970, UTC. */
  expires_at?: number | undefined;
  object: 'hosted_page';
}

/** What the gateway needs to know of the request it works for. */
export interface UpstreamRequest {
  /** When the whole request must have been answered, on `performance.now()`'s clock, in milliseconds. */
  deadline: number;
  /** Stops when the caller has gone or the deadline has passed. */
  signal: LightAbortSignal;
  /** The end user, for Chargebee's own audit log. */
  origin: { ip?: string | undefined; device?: string | undefined };
  /** Told of every attempt, for metrics and the audit line. */
  onAttempt?:
    ((attempt: { operation: string; outcome: string; milliseconds: number }) => void) | undefined;
}

/**
 * The one way to Chargebee: deadline, retries under one idempotency key, circuit breaker, quota and concurrency.
 * Every method rejects with a `PortalError` and nothing else.
 */
export interface ChargebeeGateway {
  createPortalSession(
    params: {
      customerId: string;
      redirectUrl?: string | undefined;
      forwardUrl?: string | undefined;
      /** Already scoped to user, customer and operation, at most 100 characters. One is made when it is left out. */
      idempotencyKey?: string | undefined;
    },
    request: UpstreamRequest,
  ): Promise<{
    session: ChargebeePortalSession;
    /** Whether Chargebee has answered this key before: the session may have been opened since. */
    replayed: boolean;
  }>;
  retrievePortalSession(id: string, request: UpstreamRequest): Promise<ChargebeePortalSession>;
  /** Ends a session that is known to be this customer's. */
  logoutPortalSession(
    session: { id: string; customerId: string },
    request: UpstreamRequest,
  ): Promise<ChargebeePortalSession>;
  createManagePaymentSourcesPage(
    params: {
      customerId: string;
      redirectUrl?: string | undefined;
      idempotencyKey?: string | undefined;
    },
    request: UpstreamRequest,
  ): Promise<{
    page: ChargebeeHostedPage;
    /** Whether Chargebee has answered this key before: the page may have been used since. */
    replayed: boolean;
  }>;
  /** A page that is known to be this customer's, as it is now. `SESSION_NOT_FOUND` when Chargebee knows it no more. */
  retrieveHostedPage(
    page: { id: string; customerId: string },
    request: UpstreamRequest,
  ): Promise<ChargebeeHostedPage>;
  /** Closes the connections. Calls in flight are finished first. */
  close(): Promise<void>;
}
