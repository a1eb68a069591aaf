// For the program alone: bundlers that find this in a host's own code fail where the SDK is not installed.
import { timeout, TimeoutStrategy } from 'cockatiel';
import { EnvironmentReader, type Environment } from '../config/environment.js';
import { orMissing, wantsTraces } from './load-spans.js';
import { createLogger } from './logger.js';

/** Time for the last traces to be sent. A collector that is away is tried for several times as long. */
const LAST_TRACES_MS = 2000;

/** Rejects with a `ConfigurationError` when the environment asks for traces that cannot be made. */
export async function checkTracing(env: Environment): Promise<void> {
  if (wantsTraces(env)) await loadSdk();
}

/**
 * Starts OpenTelemetry, which configures itself by `OTEL_*`. Nothing of it is loaded when the environment does not ask
 * for it. Gives a function that sends what is left and stops; it takes 2 seconds at most and never rejects, since traces
 * are no part of what the server has to finish.
 *
 * @param env one that has been found to be right
 */
export async function startTracing(env: Environment): Promise<() => Promise<void>> {
  if (!wantsTraces(env)) return () => Promise.resolve();
  const { NodeSDK, core, resources } = await loadSdk();
  const sdk = new NodeSDK({
    ...(!env.OTEL_SERVICE_NAME && { serviceName: 'chargebee-portal-server' }),
    // No baggage: what a caller puts there would be passed on to Chargebee.
    textMapPropagator: new core.W3CTraceContextPropagator(),
    // Not the process, whose command line and owner are nobody's business.
    resourceDetectors: [resources.envDetector, resources.serviceInstanceIdDetector],
    // Metrics are Prometheus's, logs standard output's.
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
