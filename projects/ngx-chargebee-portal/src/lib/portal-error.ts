/**
 * Why the portal could not be opened.
 *
 * Passed through from the backend:
 * - `UNAUTHENTICATED`: no, bad or expired credentials. Let the user sign in again.
 * - `FORBIDDEN`: the customer asked for is not one of the user's.
 * - `SESSION_NOT_FOUND`: there is no such session, or it is not the user's.
 * - `CUSTOMER_NOT_FOUND`: the user has no Chargebee customer yet. Offer a first subscription.
 * - `BAD_USER_INPUT`: an argument is wrong or missing; `argument` names it.
 * - `RATE_LIMITED`: too many requests; `retryAfter` says for how many seconds.
 * - `BILLING_UNAVAILABLE`: Chargebee is down or slow. Worth trying again.
 * - `BILLING_MISCONFIGURED`: the backend's operator has to mend its settings.
 *
 * The browser's own:
 * - `NETWORK_ERROR`: the backend could not be reached, or did not answer in time.
 * - `INVALID_RESPONSE`: the backend answered something that is no session, or an address that is not the portal's.
 * - `POPUP_BLOCKED`: the browser blocked the window. The session is kept: the next click opens the portal at once.
 * - `SCRIPT_UNAVAILABLE`: chargebee.js could not be loaded. Only `preload()` fails with it; an opening goes on without the script.
 * - `SITE_CONFLICT`: chargebee.js is in use on this page for another site.
 * - `PORTAL_FAILED`: chargebee.js reported a failure, or threw.
 * - `IDENTITY_CHANGED`: another user or customer took over while the portal was opening.
 * - `NOT_CONFIGURED`: `provideChargebeePortal` is missing, or wrong.
 * - `NOT_IN_BROWSER`: the call was made on the server.
 * - `UNKNOWN`: anything else; `cause` tells more.
 */
export type PortalErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'SESSION_NOT_FOUND'
  | 'CUSTOMER_NOT_FOUND'
  | 'BAD_USER_INPUT'
  | 'RATE_LIMITED'
  | 'BILLING_UNAVAILABLE'
  | 'BILLING_MISCONFIGURED'
  | 'NETWORK_ERROR'
  | 'INVALID_RESPONSE'
  | 'POPUP_BLOCKED'
  | 'SCRIPT_UNAVAILABLE'
  | 'SITE_CONFLICT'
  | 'PORTAL_FAILED'
  | 'IDENTITY_CHANGED'
  | 'NOT_CONFIGURED'
  | 'NOT_IN_BROWSER'
  | 'UNKNOWN';

declare const ngDevMode: unknown;

// Left out of production builds, like Angular's own.
const MESSAGES: Partial<Record<PortalErrorCode, string>> = {
  NETWORK_ERROR: 'The backend could not be reached, or did not answer in time.',
  INVALID_RESPONSE: 'The backend did not answer with what was asked for.',
  BILLING_UNAVAILABLE: 'The backend is down, or what it depends on.',
  POPUP_BLOCKED: 'The browser blocked the window. The next click opens it.',
  SCRIPT_UNAVAILABLE: 'chargebee.js could not be loaded.',
  SITE_CONFLICT:
    'chargebee.js is in use for another site on this page. Open the portal on a page without that.',
  PORTAL_FAILED: 'chargebee.js could not show the portal.',
  IDENTITY_CHANGED: 'Another user or customer took over while the portal was opening.',
  NOT_IN_BROWSER: 'The portal opens in the browser, not on the server.',
};

/** What a `PortalError` may carry besides its code and message. */
export interface PortalErrorDetails {
  /** For `RATE_LIMITED`: the whole seconds to wait before trying again. */
  retryAfter?: number;
  /** For `BAD_USER_INPUT`: the argument that is wrong or missing. */
  argument?: string;
  /** What was thrown or reported underneath. */
  cause?: unknown;
}

/** Every failure of this library: `code` is for programs, `message` for developers. */
export class PortalError extends Error implements PortalErrorDetails {
  /** Always `PortalError`. */
  override readonly name = 'PortalError';
  /** For `RATE_LIMITED`: the whole seconds to wait before trying again. */
  declare readonly retryAfter?: number;
  /** For `BAD_USER_INPUT`: the argument that is wrong or missing. */
  declare readonly argument?: string;
  /** What was thrown or reported underneath, where there was something. */
  declare readonly cause?: unknown;

  constructor(
    /** Why it failed; see {@link PortalErrorCode}. */
    readonly code: PortalErrorCode,
    /** For developers. By default a sentence for the code; in production builds the code itself. */
    message?: string,
    details?: PortalErrorDetails,
  ) {
    const isDev = typeof ngDevMode === 'undefined' || ngDevMode;
    super(message ?? (isDev ? (MESSAGES[code] ?? code) : code));
    Object.assign(this, details);
  }
}
