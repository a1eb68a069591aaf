import { isIP } from 'node:net';

/** `[2001:db8::1]:443`, or without its port, or `192.0.2.1:443`. */
const WITH_PORT = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/;
/** The zone of a link-local IPv6 address, which means something on one machine only (RFC 4007, section 11). */
const ZONE = /%.*$/;
/** The prefix of an IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2). */
const MAPPED = /^::ffff:(?=[\d.]+$)/i;

/**
 * Normalizes an address: removes the port that some proxies add and the zone, and converts IPv4-mapped IPv6 addresses to IPv4.
 * Other texts are returned unchanged. The address is undefined if the connection is already closed.
 */
export function addressOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const [, ipv6, ipv4] = WITH_PORT.exec(text) ?? [];
  const address = (ipv6 ?? ipv4 ?? text).replace(MAPPED, '').replace(ZONE, '');
  return isIP(address) === 0 ? text : address;
}
