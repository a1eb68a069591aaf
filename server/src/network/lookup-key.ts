import type { LookupFunction } from 'node:net';

/** Returns a key that is equal for look-ups with the same result: of the same host, with the same options. */
export function lookupKey(hostname: string, options: Parameters<LookupFunction>[1]): string {
  return JSON.stringify([hostname, options.family, options.hints, options.all]);
}
