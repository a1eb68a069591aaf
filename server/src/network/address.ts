import { isIP } from 'node:net';

/** `[2001:db8::1]:443`, or without its port, or `192.0.2.1:443`. */
const WITH_PORT = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/;
/** What stands before an IPv4 address in IPv6: RFC 4291, section 2.5.5.2. */
const MAPPED = /^::ffff:(?=[\d.]+$)/i;

/**
 * The address alone: without the port that some proxies add, and an IPv4 one as such, though it came over IPv6. What is not
 * an address stays as it is; a connection that was closed has none any more.
 */
export function addressOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const [, ipv6, ipv4] = WITH_PORT.exec(text) ?? [];
  const address = (ipv6 ?? ipv4 ?? text).replace(MAPPED, '');
  return isIP(address) === 0 ? text : address;
}
