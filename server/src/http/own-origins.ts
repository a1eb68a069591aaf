import type { FastifyRequest } from 'fastify';

/**
 * The origins that the server itself is reached at by this request, so that an app which is served beside it needs no list
 * of origins. Whoever forges these headers is not a browser, and sends nobody but themselves somewhere.
 */
export function ownOrigins({ protocol, host, headers }: FastifyRequest): string[] {
  // Host and scheme are those that trusted proxies tell. A proxy that is not trusted may add the TLS.
  const candidates = [`${protocol}://${host}`, `https://${host}`];
  candidates.push(...sameOrigin(headers.origin, headers['sec-fetch-site']));
  return candidates.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin);
}

/**
 * The origin of a page for which the browser itself states, by `Sec-Fetch-Site`, that the server shares it. It holds behind
 * any proxy, whatever that makes of the host.
 */
export function sameOrigin(origin: unknown, secFetchSite: unknown): string[] {
  return typeof origin === 'string' && secFetchSite === 'same-origin' ? [origin] : [];
}
