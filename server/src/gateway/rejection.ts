import { z } from 'zod';
import { parseRetryAfter } from './retry-after.js';
import { UpstreamError } from './upstream-error.js';

/** What the SDK rejects with: Chargebee's error body, a plain object, with the status and the headers put in. */
const rejection = z.object({
  http_status_code: z.number(),
  api_error_code: z.string().max(100).optional().catch(undefined),
  param: z.string().max(100).optional().catch(undefined),
  headers: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

/** Codes of Chargebee's limits: some come with more than one status, so the code decides before the status does. */
const RATE_LIMITS = new Set([
  'api_request_limit_exceeded',
  'third_party_api_request_limit_exceeded',
  'lock_timeout',
]);

/** What an SDK call rejects with, as an `UpstreamError`. An error of the SDK's own, or of ours, stays what it is. */
export function asUpstreamError(thrown: unknown): Error {
  if (thrown instanceof Error) {
    return thrown;
  }
  const parsed = rejection.safeParse(thrown);
  if (!parsed.success) {
    return new UpstreamError('nonsense', { reason: 'unknown rejection' });
  }
  const { http_status_code: status, api_error_code: apiErrorCode, param, headers } = parsed.data;
  const facts = { status, apiErrorCode, param };
  if (status === 429 || (apiErrorCode !== undefined && RATE_LIMITS.has(apiErrorCode))) {
    const retryAfter = parseRetryAfter(headers?.['retry-after']);
    return new UpstreamError('rate_limited', { ...facts, retryAfter });
  }
  return new UpstreamError(status >= 500 ? 'server_error' : 'rejected', facts);
}
