import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span,
} from '@opentelemetry/api';
import type { RequestTelemetryContext, RequestTelemetryResult, TelemetryAdapter } from 'chargebee';
import otelAdapter from 'chargebee/telemetry/otel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { withoutSecrets } from './logger.js';

/**
 * Creates spans of the SDK's calls, without Chargebee's error messages, which may contain a customer or a key, and without the
 * ids of hosted pages in URLs.
 */
export const chargebeeSpans: TelemetryAdapter = {
  onRequestStart(call, headers) {
    const span = otelAdapter.onRequestStart(withoutPageId(call), headers);
    // A host's propagator may add baggage, which comes from the caller and must not be sent to Chargebee.
    delete headers.baggage;
    return span;
  },
  onRequestEnd: (span, result) => otelAdapter.onRequestEnd(span, withoutText(result)),
};

const URL_ATTRIBUTE = 'url.full';

/** Returns the call without the id of a hosted page, which opens that page. */
function withoutPageId(call: RequestTelemetryContext): RequestTelemetryContext {
  const url = withoutSecrets(call.httpUrl);
  const startAttributes = { ...call.startAttributes, [URL_ATTRIBUTE]: url };
  return { ...call, httpUrl: url, startAttributes };
}

/** Returns the result with the error's codes instead of its message. */
function withoutText(result: RequestTelemetryResult): RequestTelemetryResult {
  const { error } = result;
  if (!error) return result;
  const { chargebeeErrorCode, chargebeeApiErrorType, chargebeeErrorParam } = error;
  const codes = [chargebeeErrorCode, chargebeeApiErrorType, chargebeeErrorParam].filter(Boolean);
  return { ...result, error: { ...error, message: codes.join(' ') || 'no error of the API' } };
}

/**
 * Creates a span for each request as part of the host's or the caller's trace, and as the parent of the spans of calls to
 * Chargebee. A span contains the route, but no URL, headers or body.
 */
export function traceRequests(app: FastifyInstance): void {
  const tracer = trace.getTracer('chargebee-portal-server');
  const spans = new WeakMap<FastifyRequest, Span>();
  app.addHook('onRequest', (request, _reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    // A host that traces has a span for the request already, and has decided whether to trust the caller's.
    const parent = trace.getActiveSpan()
      ? context.active()
      : propagation.extract(context.active(), request.headers);
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
