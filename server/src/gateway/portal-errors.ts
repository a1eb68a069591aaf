import { PortalError } from '../errors.js';
import { UpstreamError } from './upstream-error.js';

/** The gateway's calls, as logs and metrics name them. */
export type Operation =
  | 'create_portal_session'
  | 'retrieve_portal_session'
  | 'logout_portal_session'
  | 'create_manage_payment_sources_page'
  | 'retrieve_hosted_page';

/** What a failed call was for. */
export interface FailedCall {
  operation: Operation;
  /** Whether the caller gave an idempotency key of its own. */
  keyGiven: boolean;
}

/** Our parameters by the names Chargebee has for them. */
const ARGUMENT_BY_PARAM = new Map([
  ['redirect_url', 'input.redirectUrl'],
  ['forward_url', 'input.forwardUrl'],
]);

/**
 * What Chargebee can answer to a key that it knows with other parameters. Its reference says that this is an error, but
 * not which; these are the codes for input that it refuses without naming one of our parameters.
 */
const KEY_REUSED = new Set(['duplicate_entry', 'invalid_request', 'unable_to_process_request']);

/** Codes that only the operator can do something about. */
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

/** How long a 429 of the site without `Retry-After` is taken to last, in seconds: until the minute has passed. */
export const DEFAULT_PAUSE = 60;

/** The same for a limit that is not the site's, in seconds. */
const DEFAULT_PAUSES = new Map<string | undefined, number>([
  ['lock_timeout', 1],
  ['third_party_api_request_limit_exceeded', 10],
]);

/** Statuses without a code that another request may not get. */
const TRANSIENT_STATUSES = new Set([408, 409]);

/** The contract's error for a failed call: by Chargebee's code, and by status where there is none. */
export function toPortalError(error: UpstreamError, call: FailedCall): PortalError {
  switch (error.fault) {
    case 'rate_limited':
      return new PortalError(
        'RATE_LIMITED',
        'Too many requests to the billing system. Wait before you try again.',
        {
          retryAfter: error.retryAfter ?? DEFAULT_PAUSES.get(error.apiErrorCode) ?? DEFAULT_PAUSE,
          cause: error,
        },
      );
    case 'rejected':
      return rejected(error, call);
    default:
      return unavailable(error);
  }
}

/** Chargebee is down, slow or answers nonsense. */
export function unavailable(cause: unknown): PortalError {
  return new PortalError(
    'BILLING_UNAVAILABLE',
    'The billing system cannot be reached right now. Try again in a moment.',
    { cause },
  );
}

/** No such session, or not the caller's: the same answer for both. */
export function sessionNotFound(cause?: unknown): PortalError {
  return new PortalError('SESSION_NOT_FOUND', 'There is no such portal session.', { cause });
}

/** An idempotency key that was used before, for another request. */
function keyReused(cause?: unknown): PortalError {
  return new PortalError(
    'BAD_USER_INPUT',
    'This idempotency key was used for another request. Use a new key.',
    { argument: 'input.idempotencyKey', cause },
  );
}

/**
 * Whether the real cause of a refused idempotency key may be the site's set-up: Chargebee has refused the request and named
 * no parameter. Without a key, the error would be `BILLING_MISCONFIGURED`.
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
  if (keyGiven && aboutKey(param) && code !== undefined && KEY_REUSED.has(code)) {
    return keyReused(error);
  }
  if (code === undefined && TRANSIENT_STATUSES.has(error.status ?? 0)) {
    return unavailable(error);
  }
  if (code === 'invalid_state_for_request' && !operation.startsWith('create')) {
    // The session or page is in a state in which it is of no more use.
    return sessionNotFound(error);
  }
  return code === undefined || MISCONFIGURED.has(code) ? misconfigured(error) : refused(error);
}

function misconfigured(cause: UpstreamError): PortalError {
  return new PortalError(
    'BILLING_MISCONFIGURED',
    'Billing is not set up correctly. The operator has been told.',
    { cause },
  );
}

/** Chargebee understands the request and does not allow it, now or later: only the operator can change that. */
function refused(cause: UpstreamError): PortalError {
  return new PortalError(
    'BILLING_MISCONFIGURED',
    'The billing system does not allow this for this account. The operator has been told.',
    { cause },
  );
}

/** Whether an error about this parameter may be about the key: it names the key, or nothing. */
function aboutKey(param: string | undefined): boolean {
  return param === undefined || /idempotency/i.test(param);
}
