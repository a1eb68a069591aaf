import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span,
} from '@opentelemetry/api';
import otelAdapter from 'chargebee/telemetry/otel';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Makes spans of the SDK's calls. */
export const chargebeeSpans = otelAdapter;

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
