import type { FastifyReply } from 'fastify';
import type { EmulatorConfig } from '../config.js';

/**
 * The headers of every page: nothing runs or loads that is not the emulator's own, and no other page may frame it than the site's and the demo's.
 * @param leadsAway Whether a form of the page may lead to another site in the end. Its URL may redirect in turn, to anywhere, and a browser
 * holds every redirect of a form against its policy.
 */
export function setPageHeaders(
  reply: FastifyReply,
  { allowedOrigins, demoOrigins }: EmulatorConfig,
  leadsAway = false,
): void {
  const framers = [...new Set(["'self'", ...allowedOrigins, ...demoOrigins])].join(' ');
  const formTargets = leadsAway ? "'self' http: https:" : "'self'";
  reply.headers({
    'content-security-policy': `default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action ${formTargets}; frame-ancestors ${framers}`,
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  });
}
