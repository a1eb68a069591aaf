import Chargebee from 'chargebee';
import type { Config } from '../config.js';

/** Creates Chargebee's SDK for the configured site, or for the emulator if CHARGEBEE_BASE_URL is its address. */
export function createChargebee({ chargebee: { site, apiKey, baseUrl } }: Config): Chargebee {
  if (baseUrl.hostname.endsWith('.chargebee.com')) return new Chargebee({ site, apiKey });
  const address = {
    site: baseUrl.hostname,
    hostSuffix: '',
    protocol: baseUrl.protocol === 'https:' ? ('https' as const) : ('http' as const),
    port: Number(baseUrl.port) || (baseUrl.protocol === 'https:' ? 443 : 80),
    timeout: 20_000,
  };
  return new Chargebee({ apiKey, ...address });
}
