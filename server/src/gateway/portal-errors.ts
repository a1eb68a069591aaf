import { PortalError } from '../errors.js';
import { UpstreamError } from './upstream-error.js';

/** The gateway's calls, as logs and metrics name them. */
export type Operation =
  | 'create_portal_session'
  | 'retrieve_portal_session'
  | 'logout_portal_session'
  | 'create_manage_payment_sources_page'
  | 'retrieve_hosted_page';

/** The call that failed. */
export interface FailedCall {
  operation: Operation;
  /** Whether the caller sent an idempotency key. */
  keyGiven: boolean;
}

/** Our arguments by Chargebee's names of the parameters. */
const ARGUMENT_BY_PARAM = new Map([
  ['redirect_url', 'input.redirectUrl'],
  ['forward_url', 'input.forwardUrl'],
]);

/**
 * Error codes that may mean that an idempotency key was used with other parameters. Chargebee's reference documents that as
 * an error but not its code; these are the codes for invalid input that may come without one of our parameters.
 */
const KEY_REUSED = new Set(['duplicate_entry', 'invalid_request', 'unable_to_process_request']);

/** Error codes whose cause only the operator can resolve. */
const MISCONFIGURED = new Set([
  'api_authentication_failed',
  'basic_authentication_failed',
  'api_authorization_failed',
  'request_blocked',
  'site_not_found',
  'configuration_incompatible',
  'http_method_not_supported',
  'param_wrong_value',
  'invalid_request',
]);

/** The assumed `Retry-After` of a 429 of the site that has none: until the minute has passed. */
export const DEFAULT_PAUSE_SECONDS = 60;

/** The same for limits other than the site's. */
const DEFAULT_PAUSE_SECONDS_BY_CODE = new Map<string | undefined, number>([
  ['lock_timeout', 1],
  ['third_party_api_request_limit_exceeded', 10],
]);

/** Statuses that are temporary if they come without an error code. */
const TRANSIENT_STATUSES = new Set([408, 409]);

/** Returns the contract's error for a failed call, chosen by Chargebee's error code, or by status if there is none. */
export function toPortalError(error: UpstreamError, call: FailedCall): PortalError {
  switch (error.fault) {
    case 'rate_limited':
      return new PortalError(
        'RATE_LIMITED',
        'Too many requests to the billing system. Wait before you try again.',
        {
          retryAfter:
            error.retryAfter ??
            DEFAULT_PAUSE_SECONDS_BY_CODE.get(error.apiErrorCode) ??
            DEFAULT_PAUSE_SECONDS,
          cause: error,
        },
      );
    case 'rejected':
      return rejected(error, call);
    default:
      return unavailable(error);
  }
}

/** Chargebee is down or slow, or its response is invalid. */
export function unavailable(cause: unknown): PortalError {
  return new PortalError(
    'BILLING_UNAVAILABLE',
    'The billing system cannot be reached right now. Try again in a moment.',
    { cause },
  );
}

/** The session does not exist or is not the caller's. The error is the same, so that nobody learns which ids exist. */
export function sessionNotFound(cause?: unknown): PortalError {
  return new PortalError('SESSION_NOT_FOUND', 'There is no such portal session.', { cause });
}

/** The idempotency key was used before, for another request. */
function keyReused(cause?: unknown): PortalError {
  return new PortalError(
    'BAD_USER_INPUT',
    'This idempotency key was used for another request. Use a new key.',
    { argument: 'input.idempotencyKey', cause },
  );
}

/**
 * Returns whether an error about the idempotency key may really be caused by the site's configuration: Chargebee refused the
 * request without naming a parameter. Without a key, the error would be `BILLING_MISCONFIGURED`.
 */
export function mayBeMisconfigured({ code, cause }: PortalError): boolean {
  return (
    code === 'BAD_USER_INPUT' &&
    cause instanceof UpstreamError &&
    cause.param === undefined &&
    cause.apiErrorCode !== undefined &&
    MISCONFIGURED.has(cause.apiErrorCode)
  );
}

function rejected(error: UpstreamError, { operation, keyGiven }: FailedCall): PortalError {
  const { apiErrorCode: code, param } = error;
  const argument = param === undefined ? undefined : ARGUMENT_BY_PARAM.get(param);
  if (argument !== undefined) {
    return new PortalError('BAD_USER_INPUT', `The billing system does not accept ${argument}.`, {
      argument,
      cause: error,
    });
  }
  if (code === 'resource_not_found' || param === 'customer[id]') {
    return operation.startsWith('create')
      ? new PortalError('CUSTOMER_NOT_FOUND', 'The billing system does not know this customer.', {
          cause: error,
        })
      : sessionNotFound(error);
  }
  if (keyGiven && mayConcernKey(param) && code !== undefined && KEY_REUSED.has(code)) {
    return keyReused(error);
  }
  if (code === undefined && TRANSIENT_STATUSES.has(error.status ?? 0)) {
    return unavailable(error);
  }
  if (code === 'invalid_state_for_request' && !operation.startsWith('create')) {
    // The session or page can no longer be used.
    return sessionNotFound(error);
  }
  return code === undefined || MISCONFIGURED.has(code) ? misconfigured(error) : refused(error);
}

function misconfigured(cause: UpstreamError): PortalError {
  return new PortalError(
    'BILLING_MISCONFIGURED',
    'Billing is not set up correctly. Only the operator can correct this.',
    { cause },
  );
}

/** Chargebee does not allow the request, and a retry would not help: only the operator can change that. */
function refused(cause: UpstreamError): PortalError {
  return new PortalError(
    'BILLING_MISCONFIGURED',
    'The billing system does not allow this for this account. Only the operator can correct this.',
    { cause },
  );
}

/** Returns whether an error may concern the idempotency key: it names that parameter, or none. */
function mayConcernKey(param: string | undefined): boolean {
  return param === undefined || /idempotency/i.test(param);
}
