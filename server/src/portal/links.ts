import type { LinkConfig } from '../config/config.js';
import { originOf } from '../config/origins.js';
import { PortalError } from '../errors.js';

/** Chargebee's limit for `redirect_url` and `forward_url`. */
const LONGEST_URL = 250;

/**
 * Checks where the user is sent after the portal: only to an origin that the operator allows, or to the server's own.
 *
 * @param ownOrigins gives the origins that the server is reached at
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

/** Checks a deep link into the portal: only on the site's own portal host. */
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
  // Browsers forgive backslashes, tabs and blanks around, which others would read differently.
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
  if (url.href.length > LONGEST_URL) {
    throw fail(`The URL must have at most ${LONGEST_URL} characters.`);
  }
  return url.href;
}
