import { isIP } from 'node:net';
import * as v from 'valibot';

/** Returns whether a host name stands for this machine, for which unencrypted http is accepted. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}

/** A whole number in a range, both ends included. */
export const wholeNumber = (min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`;
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,9}$/, message),
    v.transform(Number),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
};

export const flag = v.pipe(
  v.picklist(['true', 'false'], 'must be true or false'),
  v.transform((text) => text === 'true'),
);

/** Creates the schemas of URLs that secrets are sent to. Unencrypted http is accepted for this machine and `insecureHosts`. */
export function secureUrls(insecureHosts: readonly string[]) {
  const url = v.pipe(
    v.string(),
    v.check((text) => URL.canParse(text), 'must be an absolute URL'),
    v.transform((text) => new URL(text)),
    v.check(
      ({ protocol, hostname }) =>
        protocol === 'https:' ||
        (protocol === 'http:' && (isLoopback(hostname) || insecureHosts.includes(hostname))),
      'must be https (plain http only to this machine, or to a host of INSECURE_HTTP_HOSTS)',
    ),
    v.check(
      ({ username, password }) => !username && !password,
      'must not carry a user name or password',
    ),
  );
  const origin = v.pipe(
    url,
    v.check(
      ({ pathname, search, hash }) => pathname === '/' && !search && !hash,
      'must be an origin alone, with no path',
    ),
  );
  return { url, origin };
}

/** Includes underscores, which names of Docker Compose services may have. */
const HOST_NAME = /^[a-z0-9_]([a-z0-9._-]*[a-z0-9_.])?$/;

/** A comma-separated list of host names or addresses without scheme and port, in the form of `URL.hostname`. */
export const hostNames = v.pipe(
  v.string(),
  v.transform((text) => splitList(text.toLowerCase()).map(hostNameOf)),
  v.check(
    (list) => list.length > 0 && list.every((host) => host !== undefined),
    'must list host names such as keycloak.auth.svc, without scheme and port',
  ),
  v.transform((list) => list as string[]),
);

function hostNameOf(text: string): string | undefined {
  const address = text.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) === 6 && URL.canParse(`http://[${address}]`)) {
    return new URL(`http://[${address}]`).hostname;
  }
  return HOST_NAME.test(text) ? text : undefined;
}

/** A comma-separated list with at least one item. */
export const list = v.pipe(v.string(), v.transform(splitList), v.minLength(1, 'lists nothing'));

/** The URL of a proxy, which may carry a user name and password. */
export const proxyUrl = v.pipe(
  v.string(),
  // As in curl, a proxy without a scheme is an http proxy.
  v.transform((text) => (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`)),
  v.rawCheck(({ dataset, addIssue }) => {
    const message = dataset.typed && faultOfProxy(dataset.value);
    if (message) addIssue({ message });
  }),
);

function faultOfProxy(text: string): string | undefined {
  if (!URL.canParse(text) || !/^https?:\/\/[^/]/i.test(text)) {
    return 'must be the http:// or https:// URL of a proxy';
  }
  const { pathname, search, hash, username, password } = new URL(text);
  if (pathname !== '/' || search || hash) return 'must be the URL of a proxy alone, with no path';
  try {
    for (const part of [username, password]) decodeURIComponent(part);
    return undefined;
  } catch {
    return 'has a user name or password whose special characters are not percent-encoded';
  }
}

/**
 * The proxies whose `X-Forwarded-*` headers are trusted: their number, or their addresses. There is no `true` for all
 * proxies: callers could then forge their address.
 */
export const trustedProxies = v.pipe(
  v.string(),
  v.transform((text): false | number | string[] => {
    if (text === 'false') return false;
    return /^\d{1,2}$/.test(text) ? Number(text) : splitList(text);
  }),
  v.check(
    (proxies) => !Array.isArray(proxies) || (proxies.length > 0 && proxies.every(isAddressRange)),
    'must be false, the number of proxies in front, or their addresses, ranges such as 10.0.0.0/8, or loopback, linklocal, uniquelocal',
  ),
);

/** A PEM text. In a variable, its line breaks are often written as the characters `\n` or `\r\n`. */
export const pem = v.pipe(
  v.string(),
  v.transform((text) => text.replaceAll(/(\\r)?\\n/g, '\n')),
);

export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
}

function isAddressRange(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (bits === undefined) return true;
  // A range of 0 bits would trust every address.
  const maxBits = family === 4 ? 32 : 128;
  return /^\d{1,3}$/.test(bits) && Number(bits) > 0 && Number(bits) <= maxBits;
}
