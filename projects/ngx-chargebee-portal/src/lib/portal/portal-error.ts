/**
 * The reason why the portal could not be opened.
 *
 * From the backend:
 * - `UNAUTHENTICATED`: the credentials are missing, invalid or expired. Let the user sign in again.
 * - `FORBIDDEN`: the requested customer does not belong to the user.
 * - `SESSION_NOT_FOUND`: there is no such session, or it does not belong to the user.
 * - `CUSTOMER_NOT_FOUND`: the user has no Chargebee customer yet. Offer a first subscription.
 * - `BAD_USER_INPUT`: an argument is wrong or missing; `argument` names it.
 * - `RATE_LIMITED`: too many requests. Try again after `retryAfter` seconds.
 * - `BILLING_UNAVAILABLE`: Chargebee or the backend is down or slow. Try again later.
 * - `BILLING_MISCONFIGURED`: the backend's settings are wrong; its operator has to correct them.
 *
 * About the backend:
 * - `NETWORK_ERROR`: the backend could not be reached, or did not answer in time.
 * - `ENDPOINT_NOT_FOUND`: there is nothing at the backend's URL (HTTP 404).
 * - `BAD_REQUEST`: the backend does not understand the request (any other HTTP 4xx).
 * - `BACKEND_FAILED`: the backend failed (any other HTTP 5xx).
 * - `INVALID_RESPONSE`: the backend did not answer with a session.
 * - `SITE_MISMATCH`: the backend answered with a session that is not of the configured `site` or `domain`.
 *
 * From the browser and the library:
 * - `POPUP_BLOCKED`: the browser blocked the window. The session is kept, so that the next click opens the portal at once.
 * - `SCRIPT_UNAVAILABLE`: chargebee.js could not be loaded. `preload()` rejects with it. `open()` does so only if the browser
 *   has also blocked the last two windows; otherwise it opens the portal in a window, which does not need the script.
 * - `SITE_CONFLICT`: chargebee.js is in use on this page for another site.
 * - `PORTAL_FAILED`: chargebee.js reported a failure, or threw.
 * - `IDENTITY_CHANGED`: while the portal was opening, another user signed in, or the portal was opened for another customer:
 *   in this tab, in another tab, or by other code on the page. Also reported when an open portal was closed because another
 *   tab has opened the portal or logged out of it.
 * - `NOT_CONFIGURED`: the set-up is missing or wrong; `argument` names the setting.
 * - `NOT_IN_BROWSER`: the portal cannot be opened on the server.
 * - `UNKNOWN`: anything else; see `cause`.
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
  | 'ENDPOINT_NOT_FOUND'
  | 'BAD_REQUEST'
  | 'BACKEND_FAILED'
  | 'INVALID_RESPONSE'
  | 'SITE_MISMATCH'
  | 'POPUP_BLOCKED'
  | 'SCRIPT_UNAVAILABLE'
  | 'SITE_CONFLICT'
  | 'PORTAL_FAILED'
  | 'IDENTITY_CHANGED'
  | 'NOT_CONFIGURED'
  | 'NOT_IN_BROWSER'
  | 'UNKNOWN';

declare const ngDevMode: unknown;

/** The default messages. Production builds leave them out, like Angular's own messages. */
const MESSAGES: Partial<Record<PortalErrorCode, string>> = {
  UNAUTHENTICATED:
    'The backend does not accept the credentials (HTTP 401). Check that an interceptor, or a link of Apollo, adds the ' +
    'bearer token to requests to the backend.',
  FORBIDDEN:
    'The backend refused the request (HTTP 403) without saying why. Something in front of it may have answered: a ' +
    'firewall, a gateway or a CSRF check.',
  RATE_LIMITED: 'Too many requests (HTTP 429).',
  BILLING_UNAVAILABLE:
    'The backend, or what it depends on, is not available (HTTP 502, 503 or 504).',
  NETWORK_ERROR:
    'The backend could not be reached, or did not answer in time. Check that it is running, that its URL is right, and ' +
    'that it allows the origin of this page (CORS_ORIGINS).',
  ENDPOINT_NOT_FOUND:
    'There is nothing at the URL of the backend (HTTP 404). Check `url` of withGraphql() or withRest(), or that of the ' +
    'Apollo client, and the proxy of the development server.',
  BAD_REQUEST:
    'The backend does not understand the request (HTTP 4xx). Check that `url` is the address of a GraphQL endpoint for ' +
    'withGraphql() and withApollo(), of JSON endpoints for withRest(), and that it has the schema of this library.',
  BACKEND_FAILED: 'The backend failed (HTTP 5xx). Its log has the cause.',
  INVALID_RESPONSE:
    'The backend did not answer with a session. If it answered with a page, `url` leads to the application itself: ' +
    'check the proxy of the development server.',
  POPUP_BLOCKED: 'The browser blocked the window. The next click opens it.',
  SCRIPT_UNAVAILABLE:
    'chargebee.js could not be loaded. Check script-src of the Content-Security-Policy, ad blockers and the network.',
  SITE_CONFLICT:
    'chargebee.js is in use for another site on this page. Open the portal on a page that does not use it.',
  PORTAL_FAILED: 'chargebee.js could not show the portal. See `cause`.',
  IDENTITY_CHANGED: 'Another user or customer took over while the portal was opening.',
  NOT_IN_BROWSER: 'The portal opens in the browser only, not on the server.',
  UNKNOWN: 'The portal failed for a reason that this library does not know. See `cause`.',
};

/** Details of a `PortalError`. */
export interface PortalErrorDetails {
  /** For `RATE_LIMITED`: the whole seconds to wait before trying again. */
  retryAfter?: number;
  /** For `BAD_USER_INPUT`: the argument that is wrong or missing. For `NOT_CONFIGURED`: the setting. */
  argument?: string;
  /** The underlying error. */
  cause?: unknown;
}

/**
 * The error of every failure of this library. Decide by `code`; `message` is for developers, and not to be shown to users.
 *
 * ```ts
 * portal.open().catch((error: PortalError) => {
 *   if (error.code === 'UNAUTHENTICATED') router.navigate(['/sign-in']);
 * });
 * ```
 */
export class PortalError extends Error implements PortalErrorDetails {
  /** Always `PortalError`. */
  override readonly name = 'PortalError';
  /** For `RATE_LIMITED`: the whole seconds to wait before trying again. */
  declare readonly retryAfter?: number;
  /** For `BAD_USER_INPUT`: the argument that is wrong or missing. For `NOT_CONFIGURED`: the setting. */
  declare readonly argument?: string;
  /** The underlying error, if there was one. */
  declare readonly cause?: unknown;

  constructor(
    /** The reason of the failure; see {@link PortalErrorCode}. */
    readonly code: PortalErrorCode,
    /** The message for developers. By default a sentence about the code; in production builds the code and the `argument`. */
    message?: string,
    details?: PortalErrorDetails,
  ) {
    const isDev = typeof ngDevMode === 'undefined' || ngDevMode;
    const argument = details?.argument;
    const fallback = argument ? `${code}: ${argument}` : code;
    super(message ?? (isDev ? (MESSAGES[code] ?? fallback) : fallback));
    Object.assign(this, details);
  }
}
