import type { Socket } from 'node:net';
import formbody from '@fastify/formbody';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import qs from 'qs';
import { Downloads, registerDownloadRoutes } from './api/downloads.js';
import { sendError } from './api/errors.js';
import { IdempotentAnswers } from './api/idempotency.js';
import { api } from './api/index.js';
import { enforceQuotas, Quotas } from './api/quotas.js';
import { chargebeeJs } from './chargebee-js/index.js';
import type { EmulatorContext } from './context.js';
import { control } from './control/index.js';
import type { FaultList } from './faults/fault-list.js';
import { injectFaults } from './faults/index.js';
import { guardHost } from './guard/index.js';
import { home } from './home/index.js';
import { identityProvider } from './idp/index.js';
import { hostedPages } from './pages/index.js';
import { portal } from './portal/index.js';
import { recordRequests } from './recorder/index.js';
import type { RequestRecorder } from './recorder/index.js';

export interface ServerContext extends EmulatorContext {
  faults: FaultList;
  recorder: RequestRecorder;
  /** Puts state, clock and faults back to how they began. */
  resetState: () => void;
  /** Called before an answer to a write is sent, so that what was answered is also kept. */
  beforeAnswer: () => Promise<void>;
}

const parseQuery = (text: string) => qs.parse(text, { depth: 3, arrayLimit: 100 });

/** Answers what is not even HTTP; it comes before all hooks. */
function refuseUnreadable(_error: Error, socket: Socket): void {
  if (!socket.writable) return;
  socket.end(
    'HTTP/1.1 400 Bad Request\r\nx-chargebee-emulator: true\r\nconnection: close\r\ncontent-length: 0\r\n\r\n',
  );
}

/** Puts the parts together. It does not listen yet. */
export async function buildServer(context: ServerContext): Promise<FastifyInstance> {
  const { clock, config, store, faults, recorder, publicUrl } = context;
  const quotas = new Quotas(clock, config);
  const answers = new IdempotentAnswers(clock);
  const downloads = new Downloads(clock, publicUrl);

  const app = Fastify({
    bodyLimit: 1024 * 1024,
    forceCloseConnections: true,
    clientErrorHandler: refuseUnreadable,
    routerOptions: { querystringParser: parseQuery },
  });
  app.addHook('onRequest', (_request, reply, next) => {
    reply.header('x-chargebee-emulator', 'true');
    next();
  });
  recordRequests(app, recorder, clock);
  guardHost(app, config);
  enforceQuotas(app, quotas);
  injectFaults(app, faults);
  app.addHook('preHandler', (_request, _reply, next) => {
    store.runDueChanges();
    next();
  });
  app.addHook('onSend', async (_request, _reply, payload) => {
    await context.beforeAnswer();
    return payload;
  });
  app.setErrorHandler(sendError);
  await app.register(formbody, { parser: parseQuery });

  await app.register(api, { ...context, answers, downloads, prefix: '/api/v2' });
  registerDownloadRoutes(app, { ...context, downloads });
  await app.register(identityProvider, { ...context, prefix: '/idp' });
  await app.register(control, {
    ...context,
    reset: () => {
      context.resetState();
      quotas.reset();
      answers.reset();
    },
    prefix: '/_emulator',
  });
  await app.register(home, context);
  await app.register(chargebeeJs, context);
  await app.register(portal, context);
  await app.register(hostedPages, context);
  return app;
}
