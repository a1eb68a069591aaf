import { ConfigurationError, type EnvironmentReader } from './environment.js';
import { wholeNumber } from './values.js';

/** Where the server listens, unless a host app mounts it. */
export interface ListenConfig {
  host: string;
  port: number;
  metricsHost: string;
  /** Undefined when the metrics are not served. */
  metricsPort: number | undefined;
}

/**
 * Called by a server that listens. A mounted one starts in spite of these faults: the variables may be those of its host.
 * @throws ConfigurationError when the variables of `ListenConfig` have faults
 */
export function assertListenable({ listenFaults }: { listenFaults: readonly string[] }): void {
  if (listenFaults.length > 0) throw new ConfigurationError(listenFaults);
}

export function readListen(env: EnvironmentReader): ListenConfig {
  const host = env.text('HOST') ?? '0.0.0.0';
  const port = env.value('PORT', wholeNumber(0, 65535)) ?? 4000;
  const metricsHost = env.text('METRICS_HOST') ?? host;
  const metricsPort = env.value('METRICS_PORT', wholeNumber(0, 65535));
  const isSame = metricsPort === port && metricsHost === host && port !== 0; // 0 is any free port.
  if (isSame) env.fault('METRICS_PORT', 'must be another port than PORT');
  return { host, port, metricsHost, metricsPort };
}
