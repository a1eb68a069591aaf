import accepts from '@fastify/accepts';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { maxHeaderSize } from 'node:http';
import type { PortalUser } from '../identity/user.js';
import { addressOf } from '../network/address.js';
import type { PortalMetrics } from '../observability/metrics.js';
import { requestLogger } from '../observability/request-logger.js';
import { SampledLog } from '../observability/sampled-log.js';
import { requestIdOf } from '../portal/request.js';
import { clientErrorHandler } from './client-error.js';
import { allowOrigins, originHeadersOf } from './cross-origin.js';
import { toFailure } from './failure.js';
import { sendProblem } from './problem.js';
import { securityHeaders } from './security-headers.js';
import { secureContextOf, type TlsFiles } from './tls.js';

export interface AppOptions {
  logger: FastifyBaseLogger;
  metrics: PortalMetrics;
  corsOrigins: readonly string[];
  trustProxy: false | number | string[];
  keepAliveTimeoutMs: number;
  tls: TlsFiles | undefined;
}

/** The longest operation of the contract, its variables and a deep link need less than a fifth of this. */
const MOST_BODY_BYTES = 32 * 1024;
/** Time for a request to arrive in full, and for the TLS handshake before it. */
export const ARRIVAL_MS = 10_000;
/** How often Node checks for requests that have not arrived in time. */
const ARRIVAL_CHECK_MS = 1000;

const HEADERS_TOO_LARGE =
  'the headers of a request are too large, because of its token or cookies; NODE_OPTIONS=--max-http-header-size allows more';

/** The HTTP application without its routes: what holds for every request and answer. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { logger, metrics, corsOrigins, trustProxy } = options;
  const tooLarge = new SampledLog(logger, { linesPerKind: 1 });
  const headers = { ...securityHeaders(), 'cache-control': 'no-store' };
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    childLoggerFactory: requestLogger,
    requestIdHeader: false,
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
    // A number is how many proxies stand in front: so many hops are trusted.
    trustProxy: typeof trustProxy === 'number' ? (_address, hop) => hop < trustProxy : trustProxy,
    bodyLimit: MOST_BODY_BYTES,
    requestTimeout: ARRIVAL_MS,
    keepAliveTimeout: options.keepAliveTimeoutMs,
    // A request on an open connection is answered even while draining; see `Drain`.
    return503OnClosing: false,
    routerOptions: { caseSensitive: true },
    // Reject values of the wrong type instead of coercing them.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    // An address that cannot be read reaches no hook.
    frameworkErrors: (error, request, reply) => {
      const failure = { ...toFailure(error), message: 'The address is malformed.' };
      metrics.countRequest('none', failure.status);
      reply.headers(headers).header('x-request-id', request.id);
      sendProblem(failure, request, reply);
    },
    clientErrorHandler: answerToNonRequests(headers, tooLarge, options),
    ...nodeServerOptions(options),
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
  logAnswers(app, options);
  const refusedOrigins = new SampledLog(logger, { linesPerKind: 1 });
  await allowOrigins(app, corsOrigins, refusedOrigins);
  app.addHook('onClose', () => {
    refusedOrigins.flush();
    tooLarge.flush();
  });
  await app.register(accepts);
  return app;
}

/** Answers what never became a request. */
function answerToNonRequests(
  headers: Readonly<Record<string, string>>,
  tooLarge: SampledLog,
  { logger, metrics, corsOrigins }: AppOptions,
) {
  return clientErrorHandler({
    headersFor: (received) => ({ ...headers, ...originHeadersOf(received, corsOrigins) }),
    onAnswer(status, requestId) {
      metrics.countRequest('none', status);
      logger.debug({ status, requestId }, 'answered what is no request');
      if (status !== 431) return;
      const line = () => ({ requestId, mostBytes: maxHeaderSize });
      tooLarge.warn('headers', line, HEADERS_TOO_LARGE);
    },
  });
}

/** The options of Node's own server, for HTTP or HTTPS. */
function nodeServerOptions({ tls }: AppOptions) {
  const server = {
    // Node takes the shorter of the two for the headers and the longer one for the whole, whatever they are called.
    headersTimeout: ARRIVAL_MS,
    requestTimeout: ARRIVAL_MS,
    connectionsCheckingInterval: ARRIVAL_CHECK_MS,
  };
  return tls
    ? { https: { ...server, handshakeTimeout: ARRIVAL_MS, ...secureContextOf(tls) } }
    : { http: server };
}

/** Counts and logs each answer. */
function logAnswers(app: FastifyInstance, { logger, metrics }: AppOptions): void {
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
      ip: addressOf(request.ip),
    };
    // A 503 is temporary, and is logged as a warning where it happens.
    if (statusCode >= 500 && statusCode !== 503) logger.error(line, 'answered');
    else logger.debug(line, 'answered');
    done();
  });
}

declare module 'fastify' {
  interface FastifyRequest {
    /** When it came in, on `performance.now()`'s clock. */
    receivedAt: number;
    /** Who it is from, where the route asks. */
    user: PortalUser | null;
  }
}
