import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span,
} from '@opentelemetry/api';
import type { RequestTelemetryResult, TelemetryAdapter } from 'chargebee';
import otelAdapter from 'chargebee/telemetry/otel';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Makes spans of the SDK's calls, without Chargebee's own text, which may name a customer or a key. */
export const chargebeeSpans: TelemetryAdapter = {
  onRequestStart(call, headers) {
    const span = otelAdapter.onRequestStart(call, headers);
    // A host's propagator may pass on baggage, and what a caller put there is not for Chargebee.
    delete headers.baggage;
    return span;
  },
  onRequestEnd: (span, result) => otelAdapter.onRequestEnd(span, withoutText(result)),
};

/** The same result, with the error's codes and without its text. */
function withoutText(result: RequestTelemetryResult): RequestTelemetryResult {
  const { error } = result;
  if (!error) return result;
  const { chargebeeErrorCode, chargebeeApiErrorType, chargebeeErrorParam } = error;
  const codes = [chargebeeErrorCode, chargebeeApiErrorType, chargebeeErrorParam].filter(Boolean);
  return { ...result, error: { ...error, message: codes.join(' ') || 'no error of the API' } };
}

/**
 * A span for each request, in the trace of its caller; the calls to Chargebee become spans below it. Loaded only when
 * traces are wanted. A span tells no address beyond the route, no header and no body.
 */
export function traceRequests(app: FastifyInstance): void {
  const tracer = trace.getTracer('chargebee-portal-server');
  const spans = new WeakMap<FastifyRequest, Span>();
  app.addHook('onRequest', (request, _reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const parent = propagation.extract(context.active(), request.headers);
    const span = tracer.startSpan(
      `${request.method} ${route}`,
      {
        kind: SpanKind.SERVER,
        attributes: {
          'http.request.method': request.method,
          'http.route': route,
          'portal.request_id': request.id,
        },
      },
      parent,
    );
    spans.set(request, span);
    context.with(trace.setSpan(parent, span), done);
  });
  app.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    span?.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    done();
  });
}
