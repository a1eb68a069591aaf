// Must be imported only by the program: bundlers of host apps would fail where the OpenTelemetry SDK is not installed.
import { timeout, TimeoutStrategy } from 'cockatiel';
import { EnvironmentReader, type Environment } from '../config/environment.js';
import { orMissing, wantsTraces } from './load-spans.js';
import { createLogger } from './logger.js';

/** The timeout for sending the last traces. OpenTelemetry itself tries several times as long if the collector is down. */
const LAST_TRACES_MS = 2000;

/** Rejects with a `ConfigurationError` when the environment enables traces but OpenTelemetry is not installed. */
export async function checkTracing(env: Environment): Promise<void> {
  if (wantsTraces(env)) await loadSdk();
}

/**
 * Starts OpenTelemetry, which is configured by `OTEL_*`, and loaded only if the environment enables traces. Resolves to a
 * function that sends the remaining traces and stops; it takes at most 2 seconds and never rejects, since lost traces must not
 * make the shutdown fail.
 *
 * @param env a validated environment
 */
export async function startTracing(env: Environment): Promise<() => Promise<void>> {
  if (!wantsTraces(env)) return () => Promise.resolve();
  const { NodeSDK, core, resources } = await loadSdk();
  // OpenTelemetry reads only `process.env`, which lacks the variables of `--env-file`.
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith('OTEL_') && value !== undefined) process.env[name] = value;
  }
  const sdk = new NodeSDK({
    ...(!env.OTEL_SERVICE_NAME && { serviceName: 'chargebee-portal-server' }),
    // No baggage: it comes from callers and would be sent to Chargebee.
    textMapPropagator: new core.W3CTraceContextPropagator(),
    // Not the process detector, which would add the command line and the user name.
    resourceDetectors: [resources.envDetector, resources.serviceInstanceIdDetector],
    // Metrics are for Prometheus, and logs go to standard output.
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  const logger = createLogger(new EnvironmentReader(env).text('LOG_LEVEL') ?? 'info');
  return async () => {
    try {
      await timeout(LAST_TRACES_MS, TimeoutStrategy.Aggressive).execute(() => sdk.shutdown());
    } catch (err) {
      logger.warn({ err }, 'the last traces could not be sent');
    }
  };
}

function loadSdk() {
  return orMissing(() => import('@opentelemetry/sdk-node'));
}
