import { isIP } from 'node:net';
import type { UpstreamRequest } from './gateway.js';

/** More of a user agent than this tells an auditor nothing. */
const LONGEST_DEVICE = 250;

/**
 * The headers that put the end user into Chargebee's own audit log. What is not an address, or cannot stand in a
 * header, is left out rather than sent.
 */
export function originHeaders(origin: UpstreamRequest['origin']): Record<string, string> {
  const headers: Record<string, string> = {};
  if (origin.ip !== undefined && isIP(origin.ip) !== 0) {
    headers['chargebee-request-origin-ip'] = origin.ip;
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
