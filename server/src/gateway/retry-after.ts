/** Longer than this no answer of Chargebee's makes us pause, in seconds: a mistaken header must not stop us for a day. */
export const LONGEST_PAUSE = 600;

/**
 * The `Retry-After` of an answer, in whole seconds between 1 and `LONGEST_PAUSE`: either seconds or a date
 * (RFC 9110, section 10.2.3). Undefined when there is none, or none that makes sense.
 */
export function parseRetryAfter(header: unknown, now = Date.now()): number | undefined {
  if (typeof header !== 'string' || header.trim() === '') {
    return undefined;
  }
  const seconds = /^\s*\d+\s*$/.test(header)
    ? Number(header)
    : Math.ceil((Date.parse(header) - now) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 1), LONGEST_PAUSE);
}
