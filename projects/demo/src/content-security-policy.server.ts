import { randomBytes } from 'node:crypto';
import type { RuntimeConfig } from './app/runtime-config';

/** The placeholder in index.html that each response replaces by its nonce. */
const noncePlaceholder = 'CSP_NONCE_OF_THIS_RESPONSE';

/**
 * Returns the page with a new nonce and a strict Content Security Policy: only scripts of this app and of Chargebee run, only
 * Chargebee can be framed, and script URLs require one of the named Trusted Types policies.
 */
export async function withContentSecurityPolicy(
  page: Response,
  config: RuntimeConfig,
): Promise<Response> {
  if (!page.headers.get('content-type')?.startsWith('text/html')) return page;
  const nonce = randomBytes(16).toString('base64');
  const html = (await page.text()).replaceAll(noncePlaceholder, nonce);
  const headers = new Headers(page.headers);
  headers.delete('content-length');
  headers.set('cache-control', 'no-store');
  headers.set('content-security-policy', contentSecurityPolicy(nonce, config));
  return new Response(html, { status: page.status, headers });
}

function contentSecurityPolicy(
  nonce: string,
  { chargebeeUrl, graphqlUrl, merchantUrl }: RuntimeConfig,
): string {
  const backends = [graphqlUrl, merchantUrl].map((url) => new URL(url).origin).join(' ');
  return [
    `default-src 'none'`,
    `script-src 'self' 'nonce-${nonce}' ${chargebeeUrl}`,
    `style-src 'self' 'nonce-${nonce}' ${chargebeeUrl}`,
    `img-src 'self' data:`,
    `connect-src 'self' ${backends} ${chargebeeUrl}`,
    `frame-src ${chargebeeUrl}`,
    `base-uri 'self'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
    `require-trusted-types-for 'script'`,
    `trusted-types angular ngx-chargebee-portal`,
  ].join('; ');
}
