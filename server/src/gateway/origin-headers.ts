import { isIP } from 'node:net';
import { addressOf } from '../network/address.js';
import type { UpstreamRequest } from './types.js';

/** The maximum length of a user agent in the audit log. */
const MAX_DEVICE_LENGTH = 250;

/**
 * Returns the headers by which the end user's address and device get into Chargebee's audit log. Invalid addresses and
 * characters that headers do not allow are left out.
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
    .slice(0, MAX_DEVICE_LENGTH);
  if (device) {
    headers['chargebee-request-origin-device'] = device;
  }
  return headers;
}
