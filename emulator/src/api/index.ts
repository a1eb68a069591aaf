import type { FastifyInstance, FastifyPluginCallback, HTTPMethods } from 'fastify';
import type { EmulatorContext } from '../context.js';
import { ChargebeeError } from '../errors.js';
import { checkApiKey } from './authentication.js';
import type { Downloads } from './downloads.js';
import { sendError } from './errors.js';
import { fingerprintOf, IDEMPOTENCY_KEY, IDEMPOTENCY_REPLAYED } from './idempotency.js';
import type { IdempotentAnswers } from './idempotency.js';
import type { Quotas } from './quotas.js';
import { registerCustomerRoutes } from './routes/customers.js';
import { registerHostedPageRoutes } from './routes/hosted-pages.js';
import { registerInvoiceRoutes } from './routes/invoices.js';
import { registerPaymentSourceRoutes } from './routes/payment-sources.js';
import { registerPortalSessionRoutes } from './routes/portal-sessions.js';
import { registerSubscriptionRoutes } from './routes/subscriptions.js';

export interface ApiContext extends EmulatorContext {
  quotas: Quotas;
  answers: IdempotentAnswers;
  downloads: Downloads;
}

/** Chargebee's API, version 2: `app.register(api, { ...context, prefix: '/api/v2' })`. */
export const api: FastifyPluginCallback<ApiContext> = (app, context, done) => {
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.setErrorHandler(sendError);
  app.setNotFoundHandler(() => {
    throw new ChargebeeError(
      404,
      'invalid_request',
      'resource_not_found',
      'The emulator has no such path. Its README lists those that it has.',
    );
  });

  app.addHook('onRequest', (request, reply, next) => {
    // HEAD is answered as GET is, and counts as one.
    const leave = context.quotas.enter(request.method === 'HEAD' ? 'GET' : request.method);
    reply.raw.once('close', leave);
    checkApiKey(request.headers.authorization, context.config.apiKey);
    next();
  });
  replayIdempotentCalls(app, context.answers);

  const refuseOtherMethods = collectMethods(app);
  registerPortalSessionRoutes(app, context);
  registerHostedPageRoutes(app, context);
  registerCustomerRoutes(app, context);
  registerSubscriptionRoutes(app, context);
  registerPaymentSourceRoutes(app, context);
  registerInvoiceRoutes(app, context);
  refuseOtherMethods();
  done();
};

function replayIdempotentCalls(app: FastifyInstance, answers: IdempotentAnswers): void {
  const keyOf = (request: { method: string; headers: Record<string, unknown> }) => {
    const key = request.headers[IDEMPOTENCY_KEY];
    return request.method === 'POST' && typeof key === 'string' && key !== '' ? key : undefined;
  };

  app.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request);
    if (key === undefined) return;
    const answer = answers.find(key, fingerprintOf(request.method, request.url, request.body));
    if (!answer) return;
    await reply
      .code(answer.status)
      .header(IDEMPOTENCY_REPLAYED, 'true')
      .type('application/json; charset=utf-8')
      .send(answer.body);
  });

  app.addHook('onSend', (request, reply, payload, next) => {
    const key = keyOf(request);
    // An answer that only tells of a passing trouble must not come again.
    const lasting = reply.statusCode < 500 && ![401, 429].includes(reply.statusCode);
    if (
      key !== undefined &&
      lasting &&
      typeof payload === 'string' &&
      !reply.hasHeader(IDEMPOTENCY_REPLAYED)
    ) {
      const fingerprint = fingerprintOf(request.method, request.url, request.body);
      answers.keep(key, fingerprint, { status: reply.statusCode, body: payload });
    }
    next(null, payload);
  });
}

const METHODS: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** A path that exists answers 405 to methods that it does not take. Returns what is to be called when all routes are there. */
function collectMethods(app: FastifyInstance): () => void {
  const taken = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method, prefix }) => {
    const path = url.slice(prefix.length);
    const methods = taken.get(path) ?? new Set<string>();
    [method].flat().forEach((one) => methods.add(one));
    taken.set(path, methods);
  });
  return () => {
    for (const [url, methods] of [...taken]) {
      const method = METHODS.filter((one) => !methods.has(one));
      app.route({
        url,
        method,
        handler: (_request, reply) => {
          reply.header('allow', [...methods].join(', '));
          throw new ChargebeeError(
            405,
            'invalid_request',
            'http_method_not_supported',
            `This path takes ${[...methods].join(' and ')}.`,
          );
        },
      });
    }
  };
}
