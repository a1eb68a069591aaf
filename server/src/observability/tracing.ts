import type { Environment } from '../config/environment.js';

/** Whether the environment asks for traces: any `OTEL_*` variable, unless `OTEL_SDK_DISABLED` takes it back. */
export function wantsTraces(env: Environment): boolean {
  return (
    env.OTEL_SDK_DISABLED !== 'true' &&
    Object.entries(env).some(([name, value]) => name.startsWith('OTEL_') && value)
  );
}

/**
 * Starts OpenTelemetry, which configures itself by `OTEL_*`. Nothing of it is loaded when the environment does not ask
 * for it. Gives a function that sends what is left and stops.
 */
export async function startTracing(env: Environment): Promise<() => Promise<void>> {
  if (!wantsTraces(env)) return () => Promise.resolve();
  const { NodeSDK, core, resources } = await import('@opentelemetry/sdk-node');
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
  return () => sdk.shutdown();
}
