import type { LightAbortSignal } from '../light-abort-signal.js';

/** A portal session as Chargebee returns it, in snake_case with times in seconds; validated. */
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

/** A hosted page as Chargebee returns it; validated. */
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

/** Why an incoming request is given up. */
export type RequestEnd = 'deadline' | 'caller_gone';

/** The incoming request that the gateway makes calls for. */
export interface UpstreamRequest {
  /** The request's deadline in milliseconds, by `performance.now()`. */
  deadline: number;
  /** Aborted when the caller has disconnected or the deadline has passed. */
  signal: LightAbortSignal<RequestEnd>;
  /** The end user, for Chargebee's own audit log. */
  origin: { ip?: string | undefined; device?: string | undefined };
  /** Called after every attempt, for metrics and the audit line. */
  onAttempt?:
    ((attempt: { operation: string; outcome: string; milliseconds: number }) => void) | undefined;
}

/**
 * Makes all calls to Chargebee, with a deadline, retries with one idempotency key, circuit breaker and quota. Every method
 * rejects only with a `PortalError`.
 */
export interface ChargebeeGateway {
  createPortalSession(
    params: {
      customerId: string;
      redirectUrl?: string | undefined;
      forwardUrl?: string | undefined;
      /** Already scoped to user, customer and operation; at most 100 characters. A random key is used by default. */
      idempotencyKey?: string | undefined;
    },
    request: UpstreamRequest,
  ): Promise<{
    session: ChargebeePortalSession;
    /** Whether Chargebee repeated an earlier response for this key: the session may have been opened since. */
    replayed: boolean;
  }>;
  retrievePortalSession(id: string, request: UpstreamRequest): Promise<ChargebeePortalSession>;
  /** Logs out a session, which must belong to this customer. */
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
    /** Whether Chargebee repeated an earlier response for this key: the page may have been used since. */
    replayed: boolean;
  }>;
  /** Retrieves a page, which must belong to this customer. Rejects with `SESSION_NOT_FOUND` when it no longer exists. */
  retrieveHostedPage(
    page: { id: string; customerId: string },
    request: UpstreamRequest,
  ): Promise<ChargebeeHostedPage>;
  /** Closes the connections after the calls in flight have finished. */
  close(): Promise<void>;
}
