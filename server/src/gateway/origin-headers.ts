import { isIP } from 'node:net';
import { addressOf } from '../network/address.js';
import type { UpstreamRequest } from './types.js';

/** More of a user agent than this tells an auditor nothing. */
const LONGEST_DEVICE = 250;

/**
 * The headers that put the end user into Chargebee's own audit log. What is not an address, or cannot stand in a
 * header, is left out rather than sent.
 */
export function originHeaders(origin: UpstreamRequest['origin']): Record<string, string> {
  const headers: Record<string, string> = {};
  const address = addressOf(origin.ip);
  if (address !== undefined && isIP(address) !== 0) {
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
