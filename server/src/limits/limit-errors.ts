import { PortalError } from '../errors.js';

/**
 * Creates the error for a spent limit.
 *
 * @param milliseconds the time until a retry can succeed
 */
export function rateLimited(milliseconds: number, message: string): PortalError {
  return new PortalError('RATE_LIMITED', message, {
    retryAfter: Math.max(1, Math.ceil(milliseconds / 1000)),
  });
}

/** The message to callers when the share of the site's quota is spent, or Chargebee has requested a pause. */
export const SITE_IS_BUSY = 'Too many billing requests right now. Wait before you try again.';

/** The message to a caller who has exceeded the limit of each user. */
export const USER_LIMIT_EXCEEDED =
  'You have made too many billing requests. Wait before you try again.';

/** Creates the error for a request that found no concurrency slot before its deadline, because Chargebee is slow. */
export function noSlotBeforeDeadline(): PortalError {
  return new PortalError(
    'BILLING_UNAVAILABLE',
    'The billing system is too busy right now. Try again in a moment.',
    { cause: new Error('No concurrency slot was free before the deadline.') },
  );
}
