import { isIPv6 } from 'node:net';

/** Returns whether a host name always resolves to this machine. */
const isLoopbackName = (name: string): boolean =>
  name === 'localhost' ||
  name.endsWith('.localhost') ||
  name === '[::1]' ||
  /^127(\.\d{1,3}){3}$/.test(name);

/** Returns whether a listen address is reachable from this machine only. */
export const isLoopbackAddress = (host: string): boolean =>
  host === '::1' || isLoopbackName(host.toLowerCase());

/** Returns whether programs on this machine reach a listen address as `localhost`. */
const isLocalhost = (host: string): boolean =>
  ['127.0.0.1', '0.0.0.0', '::', 'localhost'].includes(host) || host.endsWith('.localhost');

/** Returns the host that programs on this machine use in URLs to reach a listen address. */
export function toUrlHost(address: string): string {
  const host = address.toLowerCase();
  if (isLocalhost(host)) return 'localhost';
  return isIPv6(host) ? `[${host}]` : host;
}

/** Returns the host name of a `Host` header in lower case, without its port. */
export function parseHostName(header: string | undefined): string {
  return (header ?? '').toLowerCase().replace(/:\d+$/, '');
}

/**
 * Returns whether a `Host` header names the emulator. Any other name may be a DNS rebinding attack, in which a website's own name resolves
 * to this machine.
 */
export function isAllowedHost(
  header: string | undefined,
  allowedHosts: readonly string[],
): boolean {
  const name = parseHostName(header);
  return isLoopbackName(name) || allowedHosts.includes(name);
}

/** Returns the site of a host name such as `acme-test.localhost`, and undefined for other host names. */
export function parseSite(header: string | undefined): string | undefined {
  return /^([a-z0-9-]+)\.localhost$/.exec(parseHostName(header))?.[1];
}
