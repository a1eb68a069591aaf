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
const KEY_REUSED = new Set([
  'duplicate_entry',
  'invalid_request',
  'invalid_state_for_request',
  'unable_to_process_request',
]);

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

/** For as long as this a 429 without `Retry-After` is taken to last, in seconds: until the minute has passed. */
export const DEFAULT_PAUSE = 60;

/** The contract's error for a failed call: by Chargebee's code, and by status where there is none. */
export function toPortalError(error: UpstreamError, call: FailedCall): PortalError {
  switch (error.fault) {
    case 'rate_limited':
      return new PortalError(
        'RATE_LIMITED',
        'Too many requests to the billing system. Wait before you try again.',
        {
          retryAfter:
            error.retryAfter ?? (error.apiErrorCode === 'lock_timeout' ? 1 : DEFAULT_PAUSE),
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
 * Whether a caller was told that their key was used before, though it may as well be the site that is not set up: Chargebee
 * has refused the request and not said what for, and without a key it would be `BILLING_MISCONFIGURED`.
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
  const misconfigured =
    code === undefined ? error.status !== 408 && error.status !== 409 : MISCONFIGURED.has(code);
  return misconfigured
    ? new PortalError(
        'BILLING_MISCONFIGURED',
        'Billing is not set up correctly. The operator has been told.',
        {
          cause: error,
        },
      )
    : unavailable(error);
}

/** Whether an error about this parameter may be about the key: it names the key, or nothing. */
function aboutKey(param: string | undefined): boolean {
  return param === undefined || /idempotency/i.test(param);
}
