import accepts from '@fastify/accepts';
import cors from '@fastify/cors';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { PortalUser } from '../identity/user.js';
import type { PortalMetrics } from '../observability/metrics.js';
import { requestLogger } from '../observability/request-logger.js';
import { requestIdOf } from '../portal/request.js';
import { clientErrorHandler } from './client-error.js';
import { toFailure } from './failure.js';
import { sendProblem } from './problem.js';
import { securityHeaders } from './security-headers.js';
import { secureContextOf, type TlsFiles } from './tls.js';

export interface AppOptions {
  logger: FastifyBaseLogger;
  metrics: PortalMetrics;
  corsOrigins: readonly string[];
  trustProxy: false | number | string[];
  tls: TlsFiles | undefined;
}

/** The longest operation of the contract, its variables and a deep link need less than a fifth of this. */
const MOST_BODY_BYTES = 32 * 1024;
/** Time for a request to arrive in full, and for the TLS handshake before it. */
const ARRIVAL_MS = 10_000;
/** How often it is looked for requests that have not. */
const ARRIVAL_CHECK_MS = 1000;
/** Longer than load balancers usually keep a connection idle, so that it is they who close it. */
const KEEP_ALIVE_MS = 75_000;

/** What pages of other origins may send: beside what a request needs, its trace and the name of an Apollo Client. */
const ALLOWED_HEADERS = [
  'authorization',
  'content-type',
  'x-request-id',
  'traceparent',
  'tracestate',
  'apollographql-client-name',
  'apollographql-client-version',
];

/** The HTTP application without its routes: what holds for every request and answer. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { logger, metrics, corsOrigins, trustProxy, tls } = options;
  const headers = { ...securityHeaders(), 'cache-control': 'no-store' };
  const server = {
    // Node takes the shorter of the two for the headers and the longer one for the whole, whatever they are called.
    headersTimeout: ARRIVAL_MS,
    requestTimeout: ARRIVAL_MS,
    connectionsCheckingInterval: ARRIVAL_CHECK_MS,
  };
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    childLoggerFactory: requestLogger,
    requestIdHeader: false,
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
    // A number is how many proxies stand in front: so many hops are believed.
    trustProxy: typeof trustProxy === 'number' ? (_address, hop) => hop < trustProxy : trustProxy,
    bodyLimit: MOST_BODY_BYTES,
    requestTimeout: ARRIVAL_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // A request on an open connection is answered even while draining; see `Drain`.
    return503OnClosing: false,
    routerOptions: { caseSensitive: true },
    // What is not of its type is an error, and not made to fit.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    // An address that cannot be read reaches no hook.
    frameworkErrors: (error, request, reply) => {
      const failure = { ...toFailure(error), message: 'The address is malformed.' };
      metrics.countRequest('none', failure.status);
      reply.headers(headers).header('x-request-id', request.id);
      sendProblem(failure, request, reply);
    },
    clientErrorHandler: clientErrorHandler(headers, (status, requestId) => {
      metrics.countRequest('none', status);
      logger.debug({ status, requestId }, 'answered what is no request');
    }),
    ...(tls
      ? { https: { ...server, handshakeTimeout: ARRIVAL_MS, ...secureContextOf(tls) } }
      : { http: server }),
  });
  // Other types would make a request from any web page "simple" in the sense of CORS.
  app.removeContentTypeParser('text/plain');
  app.decorateRequest('receivedAt', 0);
  app.decorateRequest('user', null);

  app.addHook('onRequest', (request, reply, done) => {
    request.receivedAt = performance.now();
    reply.headers(headers).header('x-request-id', request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { statusCode } = reply;
    const route = request.routeOptions.url ?? 'none';
    metrics.countRequest(route, statusCode);
    const line = {
      method: request.method,
      route,
      status: statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      requestId: request.id,
      ip: request.ip,
    };
    // 503 mends itself, and is told as a warning where it happens.
    if (statusCode >= 500 && statusCode !== 503) logger.error(line, 'answered');
    else logger.debug(line, 'answered');
    done();
  });
  if (corsOrigins.length > 0) {
    await app.register(cors, {
      origin: [...corsOrigins],
      methods: ['POST'],
      allowedHeaders: ALLOWED_HEADERS,
      exposedHeaders: ['x-request-id', 'retry-after'],
      maxAge: 600,
      // An OPTIONS that is no preflight is answered all the same, with what may be asked for.
      strictPreflight: false,
    });
  }
  await app.register(accepts);
  return app;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** When it came in, on `performance.now()`'s clock. */
    receivedAt: number;
    /** Who it is from, where the route asks. */
    user: PortalUser | null;
  }
}
