import * as v from 'valibot';
import { parseRetryAfter } from './retry-after.js';
import { UpstreamError, type UpstreamFaultScope } from './upstream-error.js';

const shortText = v.fallback(v.optional(v.pipe(v.string(), v.maxLength(100))), undefined);
/** The SDK's rejections: plain objects of Chargebee's error body, to which the SDK adds status and headers. */
const rejection = v.object({
  http_status_code: v.number(),
  api_error_code: shortText,
  param: shortText,
  headers: v.fallback(v.optional(v.record(v.string(), v.unknown())), undefined),
});

/**
 * The scope of Chargebee's codes for limits. The site's own limit stops every call; that of a payment gateway, or a lock on a
 * record, does not. A 429 with another code, or without one, is treated as the site's.
 */
const RATE_LIMITS = new Map<string | undefined, UpstreamFaultScope>([
  ['api_request_limit_exceeded', 'site'],
  ['third_party_api_request_limit_exceeded', 'request'],
  ['lock_timeout', 'request'],
]);

/** Faults on Chargebee's side. `internal_error` may be caused by one customer's record; the others concern the site. */
const SERVER_ERRORS = new Map<string | undefined, UpstreamFaultScope>([
  ['internal_error', 'request'],
  ['internal_temporary_error', 'site'],
  ['db_connection_failure', 'site'],
  ['site_not_ready', 'site'],
  ['site_read_only_mode', 'site'],
]);

/** Converts the rejection of an SDK call to an `UpstreamError`. Returns instances of `Error` unchanged. */
export function asUpstreamError(thrown: unknown): Error {
  if (thrown instanceof Error) {
    return thrown;
  }
  const parsed = v.safeParse(rejection, thrown);
  if (!parsed.success) {
    return new UpstreamError('nonsense', { reason: 'unknown rejection' });
  }
  const { http_status_code: status, api_error_code: apiErrorCode, param, headers } = parsed.output;
  const facts = { status, apiErrorCode, param };
  // Some codes come with different statuses, so the code takes precedence.
  const limit = RATE_LIMITS.get(apiErrorCode);
  if (limit !== undefined || status === 429) {
    const retryAfter = parseRetryAfter(headers?.['retry-after']);
    return new UpstreamError('rate_limited', { ...facts, retryAfter, scope: limit });
  }
  const serverError = SERVER_ERRORS.get(apiErrorCode);
  return serverError !== undefined || status >= 500
    ? new UpstreamError('server_error', { ...facts, scope: serverError })
    : new UpstreamError('rejected', { ...facts, scope: 'request' });
}
