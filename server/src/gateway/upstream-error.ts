/**
 * How a call to Chargebee failed:
 * - `connection`: refused, reset, interrupted, or not HTTP
 * - `timeout`: no complete response in time
 * - `server_error`: a fault on Chargebee's side, usually a 5xx
 * - `rate_limited`: a limit of Chargebee, or of a service that Chargebee uses
 * - `rejected`: a 3xx or 4xx
 * - `nonsense`: a 2xx with invalid or unexpected content
 * - `aborted`: the caller has disconnected
 */
export type UpstreamFault =
  'connection' | 'timeout' | 'server_error' | 'rate_limited' | 'rejected' | 'nonsense' | 'aborted';

/**
 * Whether a fault concerns the site or only the request. One customer's record or one payment gateway can fail while the site
 * works: such a fault must not stop the calls for other customers.
 */
export type UpstreamFaultScope = 'site' | 'request';

/** The details of a failed call. They are logged, so they contain no secrets. */
export interface UpstreamErrorDetails {
  status?: number | undefined;
  /** Chargebee's `api_error_code`. */
  apiErrorCode?: string | undefined;
  /** Chargebee's `param`: the name of the invalid parameter. */
  param?: string | undefined;
  /** The error code of the system or undici, such as `ECONNRESET`, or the fault in the response. */
  reason?: string | undefined;
  /** Whole seconds, for `rate_limited`; undefined when Chargebee sent none. */
  retryAfter?: number | undefined;
  /** Default: `site`. */
  scope?: UpstreamFaultScope | undefined;
}

/**
 * A failed call. It is logged as the `cause` of the caller's error, so it contains codes and names, but none of Chargebee's
 * messages, which could name a customer.
 */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly fault: UpstreamFault;
  readonly status: number | undefined;
  readonly apiErrorCode: string | undefined;
  readonly param: string | undefined;
  readonly reason: string | undefined;
  readonly retryAfter: number | undefined;
  readonly scope: UpstreamFaultScope;
  /** Whether to retry. Set by the attempt, which knows the time left. */
  shouldRetry = false;

  constructor(fault: UpstreamFault, details: UpstreamErrorDetails = {}) {
    const facts = [details.status, details.apiErrorCode, details.param, details.reason];
    super(
      ['Chargebee call failed:', fault, ...facts.filter((fact) => fact !== undefined)].join(' '),
    );
    this.fault = fault;
    this.status = details.status;
    this.apiErrorCode = details.apiErrorCode;
    this.param = details.param;
    this.reason = details.reason;
    this.retryAfter = details.retryAfter;
    this.scope = details.scope ?? 'site';
  }

  /** The fault for metrics. A limit that concerns only the request, such as that of a payment gateway, is apart from the site's. */
  get outcome(): string {
    return this.fault === 'rate_limited' && this.scope === 'request'
      ? 'request_limited'
      : this.fault;
  }

  /** Whether a retry may succeed. After a 4xx or invalid content it would fail in the same way. */
  get transient(): boolean {
    return this.fault === 'connection' || this.fault === 'timeout' || this.fault === 'server_error';
  }
}
