import type { Socket } from 'node:net';
import Fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { IdempotentAnswers } from './api/idempotency.js';
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
import { guardHost, refuseHost } from './guard/index.js';
import { home } from './home/index.js';
import { hostedPages } from './hosted-pages/index.js';
import { identityProvider } from './idp/index.js';
import { portal } from './portal/index.js';
import { recordRequest, recordRequests } from './recorder/index.js';
import type { RequestRecorder } from './recorder/index.js';
import { parseQuery, readForms } from './request-parameters.js';

export interface ServerContext extends EmulatorContext {
  faults: FaultList;
  recorder: RequestRecorder;
  /** Called before an answer to a write is sent, so that what was answered is also kept. */
  beforeAnswer: () => Promise<void>;
}

/** Node takes no longer a URL: so an id is never too long for its path, and the API itself says what it thinks of it. */
const LONGEST_PARAMETER = 16_384;

/** Marks an answer as the emulator's. */
const mark = (reply: FastifyReply) => reply.header('x-chargebee-emulator', 'true');

/** Answers what is not even HTTP; it comes before all hooks. */
function refuseUnreadable(_error: Error, socket: Socket): void {
  if (!socket.writable) return;
  socket.end(
    'HTTP/1.1 400 Bad Request\r\nx-chargebee-emulator: true\r\nconnection: close\r\ncontent-length: 0\r\n\r\n',
  );
}

/** Puts the parts together. It does not listen yet. */
export async function buildServer(context: ServerContext): Promise<FastifyInstance> {
  const { clock, config, store, faults, publicUrl, resets } = context;
  const quotas = new Quotas(clock, config);
  const answers = new IdempotentAnswers(clock);
  const downloads = new Downloads(clock, publicUrl);
  resets.add(() => quotas.reset());
  resets.add(() => answers.reset());
  resets.add(() => downloads.reset());

  const handleError = (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
    sendError(error, request, reply, context);

  const app = Fastify({
    bodyLimit: 1024 * 1024,
    forceCloseConnections: true,
    clientErrorHandler: refuseUnreadable,
    routerOptions: { querystringParser: parseQuery, maxParamLength: LONGEST_PARAMETER },
    // A path that cannot be decoded comes to no hook.
    frameworkErrors: (error, request, reply) => {
      mark(reply);
      recordRequest(request, reply, context);
      if (!refuseHost(request, reply, config)) handleError(error, request, reply);
    },
  });
  app.addHook('onRequest', (_request, reply, next) => {
    mark(reply);
    next();
  });
  recordRequests(app, context);
  guardHost(app, config);
  enforceQuotas(app, quotas);
  injectFaults(app, faults);
  app.addHook('preHandler', (_request, _reply, next) => {
    store.runDueChanges();
    next();
  });
  app.addHook('onSend', async (_request, { statusCode }, payload) => {
    // A failure promises nothing; and when this failed, there has to be an answer that says so.
    if (statusCode < 500) await context.beforeAnswer();
    return payload;
  });
  app.setErrorHandler(handleError);
  app.setNotFoundHandler((request, reply) => handleError(noSuchPath(), request, reply));
  readForms(app);

  await app.register(api, { ...context, answers, downloads, prefix: '/api/v2' });
  registerDownloadRoutes(app, { ...context, downloads });
  await app.register(identityProvider, { ...context, prefix: '/idp' });
  await app.register(control, { ...context, prefix: '/_emulator' });
  await app.register(home, context);
  await app.register(chargebeeJs, context);
  await app.register(portal, context);
  await app.register(hostedPages, context);
  return app;
}
