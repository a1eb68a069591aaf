import { ConfigurationError, type Environment } from '../config/environment.js';
import type * as Spans from './spans.js';

/** The variables that enable traces; the other `OTEL_*` only configure them. */
const ENABLES_TRACES = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_TRACES_EXPORTER',
] as const;

/** Returns whether the environment enables traces and does not disable them by `OTEL_SDK_DISABLED` or the exporter `none`. */
export function wantsTraces(env: Environment): boolean {
  const isDisabled =
    env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true' ||
    env.OTEL_TRACES_EXPORTER?.trim() === 'none';
  return !isDisabled && ENABLES_TRACES.some((name) => env[name]);
}

/** Returns whether a host has registered an OpenTelemetry SDK. All copies of the API share it under this symbol. */
function hasHostTracing(): boolean {
  return Symbol.for('opentelemetry.js.api.1') in globalThis;
}

/** Loads the module for spans of requests and of calls to Chargebee, if the environment or the host enables traces. */
export async function loadSpans(env: Environment): Promise<typeof Spans | undefined> {
  if (!wantsTraces(env) && !hasHostTracing()) return undefined;
  return orMissing(() => import('./spans.js'));
}

/**
 * Loads an OpenTelemetry module, which is optional because of its 40 MB.
 * @throws ConfigurationError when it is not installed
 */
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

/** Returns whether an `import()` failed because the package is not installed. */
export function isMissingModule(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
}
