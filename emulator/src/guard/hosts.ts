import { isIPv6 } from 'node:net';

/** Host names that always lead to this machine. */
const isLoopbackName = (name: string): boolean =>
  name === 'localhost' ||
  name.endsWith('.localhost') ||
  name === '[::1]' ||
  /^127(\.\d{1,3}){3}$/.test(name);

/** Whether an address to listen on can be reached from this machine only. */
export const isLoopbackAddress = (host: string): boolean =>
  host === '::1' || isLoopbackName(host.toLowerCase());

/** Addresses that programs on this machine reach as `localhost`, and names that mean the same. */
const isLocalhost = (host: string): boolean =>
  ['127.0.0.1', '0.0.0.0', '::', 'localhost'].includes(host) || host.endsWith('.localhost');

/** How a program on this machine names what listens on an address, in a URL and so in its `Host` header. */
export function hostOfAddress(address: string): string {
  const host = address.toLowerCase();
  if (isLocalhost(host)) return 'localhost';
  return isIPv6(host) ? `[${host}]` : host;
}

/** The name in a `Host` header, without its port and in small letters. */
export function hostName(header: string | undefined): string {
  return (header ?? '').toLowerCase().replace(/:\d+$/, '');
}

/**
 * Whether a request came by a name that is the emulator's own. Any other name means that a page elsewhere has had its own name point here
 * (DNS rebinding), or a mistake.
 */
export function isAllowedHost(
  header: string | undefined,
  allowedHosts: readonly string[],
): boolean {
  const name = hostName(header);
  return isLoopbackName(name) || allowedHosts.includes(name);
}

/** The site that a host name such as `acme-test.localhost` asks for; nothing when it names none. */
export function siteOfHost(header: string | undefined): string | undefined {
  return /^([a-z0-9-]+)\.localhost$/.exec(hostName(header))?.[1];
}
