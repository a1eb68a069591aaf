import type { LinkConfig } from '../config/config.js';
import { originOf } from '../config/origins.js';
import { PortalError } from '../errors.js';

/** Chargebee's limit for `redirect_url` and `forward_url`. */
const MAX_URL_LENGTH = 250;

/**
 * Checks the URL to which the user is redirected after the portal. Its origin must be allowed by the operator, or be the
 * server's own.
 *
 * @param ownOrigins returns the server's own origins
 */
export function checkRedirectUrl(
  url: string | null | undefined,
  links: LinkConfig,
  ownOrigins: () => readonly string[] = () => [],
): string | undefined {
  const isAllowed = (origin: string) =>
    links.redirectOrigins.includes(origin) || ownOrigins().includes(origin);
  return checkUrl(url, isAllowed, 'input.redirectUrl', 'REDIRECT_ORIGINS');
}

/** Checks a deep link into the portal. It must be on the site's portal host. */
export function checkForwardUrl(
  url: string | null | undefined,
  links: LinkConfig,
): string | undefined {
  const isAllowed = (origin: string) => links.portalOrigins.includes(origin);
  return checkUrl(url, isAllowed, 'input.forwardUrl', 'PORTAL_ORIGINS');
}

function checkUrl(
  text: string | null | undefined,
  isAllowed: (origin: string) => boolean,
  argument: string,
  setting: string,
): string | undefined {
  if (text == null) return undefined;
  const fail = (message: string) => new PortalError('BAD_USER_INPUT', message, { argument });
  // Browsers accept backslashes, tabs and surrounding spaces, which other parsers interpret differently.
  if (/[\s\\\p{Cc}]/u.test(text) || !/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || !URL.canParse(text)) {
    throw fail('The URL must be absolute, such as https://app.example.com/account.');
  }
  const url = new URL(text);
  if (url.username || url.password) throw fail('The URL must not carry a user name or password.');
  if (!isAllowed(originOf(url))) {
    throw fail(
      `The origin of the URL is not allowed. The server’s ${setting} lists those that are.`,
    );
  }
  if (url.href.length > MAX_URL_LENGTH) {
    throw fail(`The URL must have at most ${MAX_URL_LENGTH} characters.`);
  }
  return url.href;
}
