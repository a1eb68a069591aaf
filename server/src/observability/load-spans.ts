import { ConfigurationError, type Environment } from '../config/environment.js';
import type * as Spans from './spans.js';

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

/** Whether a host has registered an OpenTelemetry SDK; the API keeps it under this symbol, for every copy of itself. */
function hasHostTracing(): boolean {
  return Symbol.for('opentelemetry.js.api.1') in globalThis;
}

/** What makes spans of requests and of calls to Chargebee, if the environment or the host wants any. */
export async function loadSpans(env: Environment): Promise<typeof Spans | undefined> {
  if (!wantsTraces(env) && !hasHostTracing()) return undefined;
  return orMissing(() => import('./spans.js'));
}

/** OpenTelemetry is 40 MB, so that only those who trace install it. */
export async function orMissing<Module>(load: () => Promise<Module>): Promise<Module> {
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
