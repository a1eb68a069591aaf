import Chargebee from 'chargebee';
import type { TelemetryAdapter } from 'chargebee';
import type { Transport } from './transport.js';

/** Where Chargebee's API is: the base URL given, else the site's own host. */
export function apiOrigin(site: string, baseUrl: string | undefined): URL {
  return new URL(baseUrl ?? `https://${site}.chargebee.com`);
}

/**
 * Chargebee's SDK on our transport. It retries nothing by itself: its own waiting for a `Retry-After` has no bound, and
 * it never retries a reset.
 */
export function createChargebeeClient(options: {
  apiKey: string;
  origin: URL;
  timeoutMs: number;
  transport: Transport;
  telemetryAdapter?: TelemetryAdapter | undefined;
}): Chargebee {
  const { origin } = options;
  const secure = origin.protocol === 'https:';
  return new Chargebee({
    site: origin.hostname,
    hostSuffix: '',
    protocol: secure ? 'https' : 'http',
    port: Number(origin.port) || (secure ? 443 : 80),
    apiKey: options.apiKey,
    timeout: options.timeoutMs,
    httpClient: options.transport.httpClient,
    sdkTelemetryEnabled: false,
    ...(options.telemetryAdapter && { telemetryAdapter: options.telemetryAdapter }),
  });
}
