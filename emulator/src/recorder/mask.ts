import type { IncomingHttpHeaders } from 'node:http';

const MASK = '***';

const SECRET_HEADERS = ['authorization', 'cookie', 'set-cookie', 'proxy-authorization'];
const SECRET_PARAMETERS =
  /^(token|access_token|key|login|session|number|cvv|code|password|secret)$/i;
/** Paths in which a secret stands: what opens a portal session, a hosted page or a download. */
const SECRET_PATHS = /^(\/portal\/access\/|\/pages\/v3\/|\/downloads\/invoices\/)[^/?]+/;

/** Headers without what signs in. */
export function maskHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      SECRET_HEADERS.includes(name)
        ? MASK
        : name === 'referer'
          ? maskUrl(String(value))
          : String(value),
    ]),
  );
}

/** Parameters without tokens and card numbers, however deep they are. */
export function maskParameters(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => maskParameters(item, name));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, maskParameters(inner, key)]),
    );
  }
  return SECRET_PARAMETERS.test(name) ? MASK : value;
}

/** A path and query without secrets. Takes a whole URL too. */
export function maskUrl(url: string): string {
  const [origin = ''] = /^https?:\/\/[^/]+/.exec(url) ?? [''];
  const [path = '', query] = url.slice(origin.length).split('?', 2);
  const masked = origin + path.replace(SECRET_PATHS, `$1${MASK}`);
  if (query === undefined) return masked;
  const parts = query.split('&').map((part) => {
    const [name = ''] = part.split('=', 1);
    return SECRET_PARAMETERS.test(name) ? `${name}=${MASK}` : part;
  });
  return `${masked}?${parts.join('&')}`;
}
