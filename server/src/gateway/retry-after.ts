/** Longer than this no answer of Chargebee's makes us pause, in seconds: a mistaken header must not stop us for a day. */
export const LONGEST_PAUSE = 600;

/** A date as HTTP writes it; `Date.parse` would make one of almost anything. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * The `Retry-After` of an answer, in whole seconds between 1 and `LONGEST_PAUSE`: either seconds or a date
 * (RFC 9110, section 10.2.3). Undefined when there is none, or none that makes sense.
 */
export function parseRetryAfter(header: unknown, now = Date.now()): number | undefined {
  if (typeof header !== 'string') {
    return undefined;
  }
  const seconds = /^\s*\d+\s*$/.test(header)
    ? Number(header)
    : HTTP_DATE.test(header)
      ? Math.ceil((Date.parse(header) - now) / 1000)
      : NaN;
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 1), LONGEST_PAUSE);
}
