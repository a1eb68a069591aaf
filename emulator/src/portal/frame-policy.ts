import type { FastifyReply } from 'fastify';
import type { EmulatorConfig } from '../config.js';

/**
 * The headers of every page: nothing runs or loads that is not the emulator's own, and no other page may frame it than the site's and the demo's.
 * @param leadsTo A URL that a form of the page may lead to in the end, after a redirect.
 */
export function setPageHeaders(
  reply: FastifyReply,
  { allowedOrigins, demoOrigins }: EmulatorConfig,
  leadsTo?: string,
): void {
  const framers = [...new Set(["'self'", ...allowedOrigins, ...demoOrigins])].join(' ');
  const formTargets = ["'self'", ...(leadsTo ? [new URL(leadsTo).origin] : [])].join(' ');
  reply.headers({
    'content-security-policy': `default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action ${formTargets}; frame-ancestors ${framers}`,
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  });
}
