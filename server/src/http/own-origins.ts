import type { FastifyRequest } from 'fastify';

/**
 * Returns the origins under which this request reaches the server, so that an app on the same origin needs no configured
 * origins. Browsers do not let pages forge these headers, and other clients could only redirect themselves.
 */
export function ownOrigins({ protocol, host, headers }: FastifyRequest): string[] {
  // Host and scheme come from trusted proxies. With https as well, since TLS may end at a proxy that is not trusted.
  const candidates = [`${protocol}://${host}`, `https://${host}`];
  candidates.push(...sameOrigin(headers.origin, headers['sec-fetch-site']));
  return candidates.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin);
}

/**
 * Returns the origin of the page if the browser states, by `Sec-Fetch-Site`, that it is the same as the server's. This also
 * works behind proxies that change the host.
 */
export function sameOrigin(origin: unknown, secFetchSite: unknown): string[] {
  return typeof origin === 'string' && secFetchSite === 'same-origin' ? [origin] : [];
}
