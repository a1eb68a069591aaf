import Chargebee from 'chargebee';
import type { TelemetryAdapter } from 'chargebee';
import { withRealRequests } from './light-request.js';
import type { Transport } from './transport.js';

/** Returns the origin of Chargebee's API: the base URL, or the site's own host. */
export function apiOrigin(site: string, baseUrl: string | undefined): URL {
  return new URL(baseUrl ?? `https://${site}.chargebee.com`);
}

/**
 * Creates Chargebee's SDK with our transport. The SDK's own retries stay off: it waits for a `Retry-After` of any length, and
 * does not retry a connection reset.
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
    ...(options.telemetryAdapter && { telemetryAdapter: withGlobals(options.telemetryAdapter) }),
  });
}

/** Returns the adapter, which calls code of a host's tracing, so that it runs with the real globals. */
function withGlobals(adapter: TelemetryAdapter): TelemetryAdapter {
  return {
    onRequestStart: (call, headers) =>
      withRealRequests(() => adapter.onRequestStart(call, headers)),
    onRequestEnd: (span, result) => adapter.onRequestEnd(span, result),
  };
}
