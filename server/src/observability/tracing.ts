import { timeout, TimeoutStrategy } from 'cockatiel';
import { ConfigurationError, EnvironmentReader, type Environment } from '../config/environment.js';
import { createLogger } from './logger.js';
import type * as Spans from './spans.js';

/** Time for the last traces to be sent. A collector that is away is tried for several times as long. */
const LAST_TRACES_MS = 2000;

/** The variables that ask for traces; the other `OTEL_*` only say how they are made. */
const ASKS_FOR_TRACES = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_TRACES_EXPORTER',
] as const;

/** Whether the environment asks for traces, unless `OTEL_SDK_DISABLED` or the exporter `none` takes it back. */
export function wantsTraces(env: Environment): boolean {
  const isDisabled =
    env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true' ||
    env.OTEL_TRACES_EXPORTER?.trim() === 'none';
  return !isDisabled && ASKS_FOR_TRACES.some((name) => env[name]);
}

/** Rejects with a `ConfigurationError` when the environment asks for traces that cannot be made. */
export async function checkTracing(env: Environment): Promise<void> {
  if (wantsTraces(env)) await loadSdk();
}

/** Whether a host has registered an OpenTelemetry SDK; the API keeps it under this symbol, for every copy of itself. */
function hasHostTracing(): boolean {
  return Symbol.for('opentelemetry.js.api.1') in globalThis;
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

/** What makes spans of requests and of calls to Chargebee, if the environment or the host wants any. */
export async function loadSpans(env: Environment): Promise<typeof Spans | undefined> {
  if (!wantsTraces(env) && !hasHostTracing()) return undefined;
  return orMissing(() => import('./spans.js'));
}

function loadSdk() {
  return orMissing(() => import('@opentelemetry/sdk-node'));
}

/** OpenTelemetry is 40 MB, so that only those who trace install it. */
async function orMissing<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if (!isMissingModule(error)) throw error;
    throw new ConfigurationError([
      'traces are asked for by OTEL_*, but OpenTelemetry is not installed: run npm install @opentelemetry/sdk-node @opentelemetry/api',
    ]);
  }
}

/** Whether an `import()` failed since the package is not installed. */
export function isMissingModule(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
}
