import { isIP } from 'node:net';
import type { UpstreamRequest } from './types.js';

/** More of a user agent than this tells an auditor nothing. */
const LONGEST_DEVICE = 250;

/** `[2001:db8::1]:443`, or without its port, or `192.0.2.1:443`. */
const WITH_PORT = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/;
/** What stands before an IPv4 address in IPv6: RFC 4291, section 2.5.5.2. */
const MAPPED = /^::ffff:(?=[\d.]+$)/i;

/**
 * The headers that put the end user into Chargebee's own audit log. What is not an address, or cannot stand in a
 * header, is left out rather than sent.
 */
export function originHeaders(origin: UpstreamRequest['origin']): Record<string, string> {
  const headers: Record<string, string> = {};
  const address = origin.ip === undefined ? undefined : addressOf(origin.ip);
  if (address !== undefined) {
    headers['chargebee-request-origin-ip'] = address;
  }
  const device = origin.device
    ?.replace(/[^\x21-\x7e]+/g, ' ')
    .trim()
    .slice(0, LONGEST_DEVICE);
  if (device) {
    headers['chargebee-request-origin-device'] = device;
  }
  return headers;
}

/** The address alone: without the port that some proxies add, and an IPv4 one as such, though it came over IPv6. */
function addressOf(text: string): string | undefined {
  const [, ipv6, ipv4] = WITH_PORT.exec(text) ?? [];
  const address = (ipv6 ?? ipv4 ?? text).replace(MAPPED, '');
  return isIP(address) === 0 ? undefined : address;
}
