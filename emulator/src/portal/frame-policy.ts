import type { FastifyReply } from 'fastify';
import type { EmulatorConfig } from '../config.js';

/**
 * Sets the security headers of a page. Scripts and resources load only from the emulator; only the site's allowed origins and the demo
 * may frame the page.
 * @param mayRedirectOffSite Whether a form on the page may redirect to another site. That site's URL may redirect further, and browsers check
 * every redirect of a form submission against `form-action`, so all http and https targets are allowed then.
 */
export function setPageHeaders(
  reply: FastifyReply,
  { allowedOrigins, demoOrigins }: EmulatorConfig,
  mayRedirectOffSite = false,
): void {
  const frameAncestors = [...new Set(["'self'", ...allowedOrigins, ...demoOrigins])].join(' ');
  const formTargets = mayRedirectOffSite ? "'self' http: https:" : "'self'";
  reply.headers({
    'content-security-policy': `default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action ${formTargets}; frame-ancestors ${frameAncestors}`,
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  });
}
