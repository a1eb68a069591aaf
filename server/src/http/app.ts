import accepts from '@fastify/accepts';
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
} from 'fastify';
import { maxHeaderSize, type IncomingMessage } from 'node:http';
import type { PortalUser } from '../identity/user.js';
import { addressOf } from '../network/address.js';
import type { PortalMetrics } from '../observability/metrics.js';
import { requestLogger } from '../observability/request-logger.js';
import { SampledLog } from '../observability/sampled-log.js';
import { requestIdOf } from '../portal/request.js';
import { clientErrorHandler } from './client-error.js';
import { allowOrigins, originHeadersOf } from './cross-origin.js';
import { FailureError, statusFailure, toFailure, type Failure } from './failure.js';
import { isMounted } from './mounted-requests.js';
import { otherProtocolOf, otherProtocolOfTlsError } from './other-protocol.js';
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

/** The longest operation of the contract with its variables and a deep link has less than a fifth of this. */
const MAX_BODY_BYTES = 32 * 1024;
/** The timeout for a request to arrive completely, and for the TLS handshake before it. */
export const ARRIVAL_MS = 10_000;
/** How often Node checks for requests that have timed out. */
const ARRIVAL_CHECK_MS = 1000;

type Headers = Readonly<Record<string, string>>;

const HSTS_HEADER = 'strict-transport-security';

const HEADERS_TOO_LARGE =
  'the headers of a request are too large, because of its token or cookies; NODE_OPTIONS=--max-http-header-size allows more';

const OTHER_PROTOCOL = 'a connection was refused, since it speaks another protocol';

/** The values of content-encoding that mean the same as no such header. */
const UNCOMPRESSED = /^(identity)?$/i;

const COMPRESSED: Failure = {
  ...statusFailure(415),
  message: 'Send the body uncompressed, without content-encoding.',
};

/** Creates the HTTP application without its routes: limits, headers, CORS, logging, and answers to malformed requests. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { logger, metrics, corsOrigins, trustProxy } = options;
  const malformed = new SampledLog(logger, { linesPerKind: 1 });
  const headers: Headers = { ...securityHeaders(), 'cache-control': 'no-store' };
  const { [HSTS_HEADER]: _hsts, ...headersInHost } = headers;
  // A host decides on HSTS for all its pages, and may have set the header already, for example by Helmet.
  const headersFor = (request: FastifyRequest) =>
    isMounted(request.raw) ? headersInHost : headers;
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    childLoggerFactory: requestLogger,
    requestIdHeader: false,
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
    // A number is the number of proxies in front of the server, that is, of trusted hops.
    trustProxy: typeof trustProxy === 'number' ? (_address, hop) => hop < trustProxy : trustProxy,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: ARRIVAL_MS,
    keepAliveTimeout: options.keepAliveTimeoutMs,
    // While draining, requests on open connections are still answered; see `Drain`.
    return503OnClosing: false,
    routerOptions: { caseSensitive: true },
    // Reject values of the wrong type instead of coercing them.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    // Fastify runs no hooks for a malformed URL.
    frameworkErrors: (error, request, reply) => {
      const failure = { ...toFailure(error), message: 'The address is malformed.' };
      metrics.countRequest('none', failure.status);
      reply.headers(headersFor(request)).header('x-request-id', request.id);
      sendProblem(failure, request, reply);
    },
    clientErrorHandler: malformedRequestHandler(headers, malformed, options),
    ...nodeServerOptions(options),
  });
  // With this type, CORS would let any web page send requests without a preflight.
  app.removeContentTypeParser('text/plain');
  app.decorateRequest('receivedAt', 0);
  app.decorateRequest('user', null);

  app.addHook('onRequest', (request, reply, done) => {
    request.receivedAt = performance.now();
    reply.headers(headersFor(request)).header('x-request-id', request.id);
    done();
  });
  app.addHook('preParsing', ({ raw }, _reply, payload, done) => {
    done(isCompressed(raw) ? new FailureError(COMPRESSED) : null, payload);
  });
  logAnswers(app, options);
  const refusedOrigins = new SampledLog(logger, { linesPerKind: 1 });
  await allowOrigins(app, corsOrigins, refusedOrigins);
  app.server.on('tlsClientError', (error: NodeJS.ErrnoException) =>
    warnOfProtocol(malformed, otherProtocolOfTlsError(error)),
  );
  app.addHook('onClose', () => {
    refusedOrigins.flush();
    malformed.flush();
  });
  await app.register(accepts);
  return app;
}

/** Returns whether a request has a compressed body. A host may have read and decompressed it already. */
function isCompressed({ headers, readableEnded }: IncomingMessage): boolean {
  const hasBody =
    headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return hasBody && !readableEnded && !UNCOMPRESSED.test(headers['content-encoding'] ?? '');
}

/** Creates the handler of malformed, too large or late requests, which reach no route. */
function malformedRequestHandler(
  headers: Headers,
  malformed: SampledLog,
  { logger, metrics, corsOrigins }: AppOptions,
) {
  return clientErrorHandler({
    headersFor: (received) => ({ ...headers, ...originHeadersOf(received, corsOrigins) }),
    onAnswer(status, requestId, received) {
      metrics.countRequest('none', status);
      logger.debug({ status, requestId }, 'answered what is no request');
      if (status === 431) {
        const line = () => ({ requestId, mostBytes: maxHeaderSize });
        malformed.warn('headers', line, HEADERS_TOO_LARGE);
      }
      warnOfProtocol(malformed, otherProtocolOf(received));
    },
  });
}

/** Logs that a client or a proxy in front speaks another protocol: all its requests fail, and no route sees them. */
function warnOfProtocol(log: SampledLog, protocol: string | undefined): void {
  if (protocol !== undefined) log.warn(protocol, () => ({ protocol }), OTHER_PROTOCOL);
}

/** Returns the options of Node's server, for HTTP or HTTPS. */
function nodeServerOptions({ tls }: AppOptions) {
  const server = {
    // Both, since Node uses the shorter one as the headers' timeout and the longer one as the request's.
    headersTimeout: ARRIVAL_MS,
    requestTimeout: ARRIVAL_MS,
    connectionsCheckingInterval: ARRIVAL_CHECK_MS,
  };
  return tls
    ? { https: { ...server, handshakeTimeout: ARRIVAL_MS, ...secureContextOf(tls) } }
    : { http: server };
}

/** Counts and logs each response. */
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
    /** When the request arrived, in milliseconds by `performance.now()`. */
    receivedAt: number;
    /** The authenticated user; null on routes without authentication. */
    user: PortalUser | null;
  }
}
