/** The maximum pause that is accepted from Chargebee: a wrong header must not stop all calls for a day. */
export const MAX_PAUSE_SECONDS = 600;

/** The HTTP date format. `Date.parse` alone accepts almost anything. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Parses a `Retry-After` header, which holds seconds or a date (RFC 9110, section 10.2.3). Returns whole seconds from 1 to
 * `MAX_PAUSE_SECONDS`; undefined when the header is missing or invalid.
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
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 1), MAX_PAUSE_SECONDS);
}
