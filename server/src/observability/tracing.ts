// Must be imported only by the program: bundlers of host apps would fail where the OpenTelemetry SDK is not installed.
import type * as NodeSdk from '@opentelemetry/sdk-node';
import { timeout, TimeoutStrategy } from 'cockatiel';
import { EnvironmentReader, type Environment } from '../config/environment.js';
import { orMissing, wantsTraces } from './load-spans.js';
import { createLogger, withoutSecrets } from './logger.js';
import { SampledLog } from './sampled-log.js';

/** The timeout for sending the last traces. OpenTelemetry itself tries several times as long if the collector is down. */
const LAST_TRACES_MS = 2000;

/** The maximum number of OpenTelemetry's faults that are logged in a minute: a collector that is away causes one every few seconds. */
const FAULTS_PER_MINUTE = 3;
/** The maximum length of a logged fault. */
const MAX_FAULT_LENGTH = 300;

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
  const { NodeSDK, api, core, resources } = await loadSdk();
  // OpenTelemetry reads only `process.env`, which lacks the variables of `--env-file`.
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith('OTEL_') && value !== undefined) process.env[name] = value;
  }
  const logger = createLogger(new EnvironmentReader(env).text('LOG_LEVEL') ?? 'info');
  const faults = new SampledLog(logger, { linesPerKind: FAULTS_PER_MINUTE });
  // With OTEL_LOG_LEVEL, OpenTelemetry writes them itself. Otherwise it is silent, also about a collector that refuses all traces.
  if (!env.OTEL_LOG_LEVEL) logFaults(api, faults);
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
  return async () => {
    try {
      await timeout(LAST_TRACES_MS, TimeoutStrategy.Aggressive).execute(() => sdk.shutdown());
    } catch (err) {
      logger.warn({ err }, 'the last traces could not be sent');
    }
    faults.flush();
  };
}

/** Logs the errors and warnings of OpenTelemetry, such as an unknown exporter, or traces that could not be sent. */
function logFaults({ diag, DiagLogLevel }: typeof NodeSdk.api, faults: SampledLog): void {
  const log = (reason: string) =>
    faults.warn(
      'traces',
      () => ({ reason: withoutSecrets(withoutStack(reason)).slice(0, MAX_FAULT_LENGTH) }),
      'OpenTelemetry reports a fault',
    );
  const ignore = () => undefined;
  const logger = { error: log, warn: log, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, DiagLogLevel.WARN);
}

function loadSdk() {
  return orMissing(() => import('@opentelemetry/sdk-node'));
}

/** Returns what matters of an error that OpenTelemetry reports as JSON with its stack. Other texts are returned unchanged. */
function withoutStack(text: string): string {
  try {
    const { name, message, code } = JSON.parse(text) as Record<string, string | undefined>;
    return [name, message, code].filter(Boolean).join(' ');
  } catch {
    return text;
  }
}
