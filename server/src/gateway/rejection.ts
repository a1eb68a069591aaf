import * as v from 'valibot';
import { parseRetryAfter } from './retry-after.js';
import { UpstreamError, type UpstreamFaultScope } from './upstream-error.js';

/** What the SDK rejects with: Chargebee's error body, a plain object, with the status and the headers put in. */
const shortText = v.fallback(v.optional(v.pipe(v.string(), v.maxLength(100))), undefined);
const rejection = v.object({
  http_status_code: v.number(),
  api_error_code: shortText,
  param: shortText,
  headers: v.fallback(v.optional(v.record(v.string(), v.unknown())), undefined),
});

/**
 * What Chargebee's codes for limits concern. The site's own limit stops every call; those of a payment gateway and a lock on
 * one record do not. A 429 with any other code, or none, is taken for the site's.
 */
const RATE_LIMITS = new Map<string | undefined, UpstreamFaultScope>([
  ['api_request_limit_exceeded', 'site'],
  ['third_party_api_request_limit_exceeded', 'request'],
  ['lock_timeout', 'request'],
]);

/** Faults on Chargebee's side. `internal_error` may come of one customer's record; the others concern the site. */
const SERVER_ERRORS = new Map<string | undefined, UpstreamFaultScope>([
  ['internal_error', 'request'],
  ['internal_temporary_error', 'site'],
  ['db_connection_failure', 'site'],
  ['site_not_ready', 'site'],
  ['site_read_only_mode', 'site'],
]);

/** What an SDK call rejects with, as an `UpstreamError`. An error of the SDK's own, or of ours, stays what it is. */
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
  // Some codes come with more than one status, so the code decides first.
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
