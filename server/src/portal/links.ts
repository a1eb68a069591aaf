import type { LinkConfig } from '../config/config.js';
import { PortalError } from '../errors.js';

/** Chargebee's limit for `redirect_url` and `forward_url`. */
const LONGEST_URL = 250;

/** Checks where the user is sent after the portal: only to an origin the operator allows, so to no stranger's site. */
export function checkRedirectUrl(
  url: string | null | undefined,
  links: LinkConfig,
): string | undefined {
  return checkUrl(url, links.redirectOrigins, 'input.redirectUrl', 'REDIRECT_ORIGINS');
}

/** Checks a deep link into the portal: only on the site's own portal host. */
export function checkForwardUrl(
  url: string | null | undefined,
  links: LinkConfig,
): string | undefined {
  return checkUrl(url, links.portalOrigins, 'input.forwardUrl', 'PORTAL_ORIGINS');
}

function checkUrl(
  text: string | null | undefined,
  allowed: readonly string[],
  argument: string,
  setting: string,
): string | undefined {
  if (text == null) return undefined;
  const fail = (message: string) => new PortalError('BAD_USER_INPUT', message, { argument });
  // What browsers forgive (backslashes, tabs, blanks around) would be read differently here and there.
  if (/[\s\\\p{Cc}]/u.test(text) || !/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw fail('The URL must be absolute, such as https://app.example.com/account.');
  }
  const url = new URL(text);
  if (url.username || url.password) throw fail('The URL must not carry a user name or password.');
  if (!allowed.includes(url.origin)) {
    throw fail(
      `The origin of the URL is not allowed. The server’s ${setting} lists those that are.`,
    );
  }
  if (url.href.length > LONGEST_URL) {
    throw fail(`The URL must have at most ${LONGEST_URL} characters.`);
  }
  return url.href;
}
