/**
 * How a call to Chargebee failed:
 * - `connection`: refused, reset, cut off, or not HTTP
 * - `timeout`: no complete answer in time
 * - `server_error`: a fault on Chargebee's side, a 5xx mostly
 * - `rate_limited`: a limit of Chargebee's, or of something behind it
 * - `rejected`: a 3xx or 4xx
 * - `nonsense`: a 2xx whose content is not what was asked for
 * - `aborted`: the caller has gone
 */
export type UpstreamFault =
  'connection' | 'timeout' | 'server_error' | 'rate_limited' | 'rejected' | 'nonsense' | 'aborted';

/**
 * What a fault concerns. One customer's record or one payment gateway can be at fault while the site is well: such a fault
 * must not stop the calls of all other customers.
 */
export type UpstreamFaultScope = 'site' | 'request';

/** What is known of a failed call beside its kind. Only what may stand in a log. */
export interface UpstreamErrorDetails {
  status?: number | undefined;
  /** Chargebee's `api_error_code`. */
  apiErrorCode?: string | undefined;
  /** Chargebee's `param`: the name of the parameter that it did not like. */
  param?: string | undefined;
  /** The system's or undici's error code, `ECONNRESET` say, or what was wrong with the answer. */
  reason?: string | undefined;
  /** Whole seconds, for `rate_limited`; undefined when Chargebee did not say. */
  retryAfter?: number | undefined;
  /** `site` when left out. */
  scope?: UpstreamFaultScope | undefined;
}

/**
 * One failed call. It is the `cause` of the error that a caller sees, so it goes to the operator's log: it carries
 * codes and names, but no text of Chargebee's, which could name a customer.
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
  /** Whether to retry: set by the attempt, which knows how much time is left. */
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

  /** Whether the same call may succeed in a moment. A 4xx or a nonsensical answer would be the same. */
  get transient(): boolean {
    return this.fault === 'connection' || this.fault === 'timeout' || this.fault === 'server_error';
  }
}
