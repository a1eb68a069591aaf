import type { Socket } from 'node:net';
import Fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { IdempotencyStore } from './api/idempotency.js';
import { api } from './api/index.js';
import { enforceQuotas, Quotas } from './api/quotas.js';
import { chargebeeJs } from './chargebee-js/index.js';
import type { EmulatorContext } from './context.js';
import { control } from './control/index.js';
import { Downloads, registerDownloadRoutes } from './downloads.js';
import { sendError } from './error-handler.js';
import { noSuchPath } from './errors.js';
import type { FaultList } from './faults/fault-list.js';
import { injectFaults } from './faults/index.js';
import { guardHost, rejectHost } from './guard/index.js';
import { home } from './home/index.js';
import { hostedPages } from './hosted-pages/index.js';
import { identityProvider } from './idp/index.js';
import { portal } from './portal/index.js';
import { recordRequest, recordRequests } from './recorder/index.js';
import type { RequestRecorder } from './recorder/index.js';
import { withRequestHost } from './request-origin.js';
import { parseQuery, addFormParser } from './request-parameters.js';
import { support } from './support/index.js';
import type { Webhooks } from './webhooks/index.js';

export interface ServerContext extends EmulatorContext {
  faults: FaultList;
  recorder: RequestRecorder;
  webhooks: Webhooks;
  /** Returns the origin for links: the public URL if there is one, and otherwise the origin of the current request. */
  linkUrl: () => string;
  /** Runs before each response is sent, to save the changes that the response reports. */
  beforeResponse: () => Promise<void>;
}

/** The maximum length of a URL in Node, so that too long ids are rejected by the API and not by the router. */
const MAX_PARAM_LENGTH = 16_384;

/** Marks a response as one from the emulator. */
const addEmulatorHeader = (reply: FastifyReply) => reply.header('x-chargebee-emulator', 'true');

/** Responds to invalid HTTP, for which no hooks run. */
function handleClientError(_error: Error, socket: Socket): void {
  if (!socket.writable) return;
  socket.end(
    'HTTP/1.1 400 Bad Request\r\nx-chargebee-emulator: true\r\nconnection: close\r\ncontent-length: 0\r\n\r\n',
  );
}

/** Creates the Fastify app with all plugins. It does not listen yet. */
export async function buildServer(context: ServerContext): Promise<FastifyInstance> {
  const { clock, config, faults, linkUrl, resets } = context;
  const quotas = new Quotas(clock, config);
  const idempotency = new IdempotencyStore(clock);
  const downloads = new Downloads(clock, linkUrl);
  resets.add(() => quotas.reset());
  resets.add(() => idempotency.reset());
  resets.add(() => downloads.reset());

  const handleError = (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
    sendError(error, request, reply, context);

  const app = Fastify({
    bodyLimit: 1024 * 1024,
    forceCloseConnections: true,
    clientErrorHandler: handleClientError,
    routerOptions: { querystringParser: parseQuery, maxParamLength: MAX_PARAM_LENGTH },
    // No hooks run for a path that cannot be decoded.
    frameworkErrors: (error, request, reply) => {
      addEmulatorHeader(reply);
      recordRequest(request, reply, context);
      if (!rejectHost(request, reply, config)) handleError(error, request, reply);
    },
  });
  app.addHook('onRequest', (_request, reply, next) => {
    addEmulatorHeader(reply);
    next();
  });
  recordRequests(app, context);
  guardHost(app, config);
  enforceQuotas(app, quotas);
  injectFaults(app, faults);
  app.addHook('preHandler', ({ headers: { host = '' } }, _reply, next) => {
    // `guardHost` has checked the header.
    if (host === '') next();
    else withRequestHost(host, next);
  });
  addStateHooks(app, context);
  app.setErrorHandler(handleError);
  app.setNotFoundHandler((request, reply) => handleError(noSuchPath(), request, reply));
  addFormParser(app);

  await app.register(api, { ...context, idempotency, downloads, prefix: '/api/v2' });
  registerDownloadRoutes(app, { ...context, downloads });
  await app.register(identityProvider, { ...context, prefix: '/idp' });
  await app.register(control, { ...context, prefix: '/_emulator' });
  await app.register(home, context);
  await app.register(support);
  await app.register(chargebeeJs, context);
  await app.register(portal, context);
  await app.register(hostedPages, context);
  return app;
}

/** Brings the state up to date before each request is handled, and saves it before the response is sent. */
function addStateHooks(app: FastifyInstance, { store, beforeResponse }: ServerContext): void {
  app.addHook('preHandler', (_request, _reply, next) => {
    store.runDueChanges();
    next();
  });
  app.addHook('onSend', async (_request, { statusCode }, payload) => {
    // A 5xx response reports no changes. If `beforeResponse` itself has failed, its error must still be sent.
    if (statusCode < 500) await beforeResponse();
    return payload;
  });
}
