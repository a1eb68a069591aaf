import { PortalError } from '../errors.js';

/** The minute's share is spent; `milliseconds` until it is not. */
export function rateLimited(milliseconds: number, message: string): PortalError {
  return new PortalError('RATE_LIMITED', message, {
    retryAfter: Math.max(1, Math.ceil(milliseconds / 1000)),
  });
}

/** What a caller reads when the site's share is spent, or Chargebee has asked for a pause. */
export const SITE_IS_BUSY = 'Too many billing requests right now. Wait before you try again.';

/** What a caller reads when it is they who ask too often. */
export const USER_ASKS_TOO_OFTEN =
  'You have made too many billing requests. Wait before you try again.';

/** No simultaneous place was free in time: Chargebee answers too slowly. */
export function noPlaceInTime(): PortalError {
  return new PortalError(
    'BILLING_UNAVAILABLE',
    'The billing system is too busy right now. Try again in a moment.',
    { cause: new Error('No simultaneous place was free before the deadline.') },
  );
}
