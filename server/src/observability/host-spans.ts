import type { TelemetryAdapter } from 'chargebee';
import { isMissingModule } from './load-spans.js';

/** Creates spans of the calls to Chargebee in the OpenTelemetry SDK that a host has registered. */
export interface HostSpans {
  readonly adapter: TelemetryAdapter;
  /** Resolves when spans can be created; earlier calls create none. */
  readonly ready: Promise<void>;
}

/** Loads the OpenTelemetry API, which is installed if the host uses tracing. Without it, no spans are created. */
export function createHostSpans(): HostSpans {
  let spans: TelemetryAdapter | undefined;
  const ready = import('./spans.js').then(
    ({ chargebeeSpans }) => {
      spans = chargebeeSpans;
    },
    (error: unknown) => {
      if (!isMissingModule(error)) throw error;
    },
  );
  return {
    ready,
    adapter: {
      onRequestStart: (call, headers) => spans?.onRequestStart(call, headers),
      onRequestEnd: (span, result) => spans?.onRequestEnd(span, result),
    },
  };
}
