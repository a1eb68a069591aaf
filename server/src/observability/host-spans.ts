import type { TelemetryAdapter } from 'chargebee';
import { isMissingModule } from './load-spans.js';

/** Spans of the calls to Chargebee, in the OpenTelemetry SDK that a host has registered. */
export interface HostSpans {
  readonly adapter: TelemetryAdapter;
  /** Resolves once spans can be made; calls before make none. */
  readonly ready: Promise<void>;
}

/** Loads the OpenTelemetry API, which is there if the host traces at all, and makes no spans without it. */
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
