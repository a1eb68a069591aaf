import type { FastifyInstance, FastifyPluginCallback, HTTPMethods } from 'fastify';
import type { EmulatorContext } from '../context.js';
import { ChargebeeError } from '../errors.js';
import { checkApiKey } from './authentication.js';
import type { Downloads } from './downloads.js';
import { sendError } from './errors.js';
import { fingerprintOf, IDEMPOTENCY_KEY, IDEMPOTENCY_REPLAYED } from './idempotency.js';
import type { IdempotentAnswers } from './idempotency.js';
import { registerCustomerRoutes } from './routes/customers.js';
import { registerHostedPageRoutes } from './routes/hosted-pages.js';
import { registerInvoiceRoutes } from './routes/invoices.js';
import { registerPaymentSourceRoutes } from './routes/payment-sources.js';
import { registerPortalSessionRoutes } from './routes/portal-sessions.js';
import { registerSubscriptionRoutes } from './routes/subscriptions.js';

export interface ApiContext extends EmulatorContext {
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

  app.addHook('onRequest', (request, _reply, next) => {
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

declare module 'fastify' {
  interface FastifyRequest {
    /** The idempotency key and the call that its answer is to be kept for. */
    idempotentCall: { key: string; fingerprint: string } | null;
  }
}

function replayIdempotentCalls(app: FastifyInstance, answers: IdempotentAnswers): void {
  app.decorateRequest('idempotentCall', null);

  app.addHook('preHandler', (request, reply, next) => {
    const key = request.headers[IDEMPOTENCY_KEY];
    if (request.method !== 'POST' || typeof key !== 'string' || key === '') return next();
    const fingerprint = fingerprintOf(request.url, request.body);
    const answer = answers.find(key, fingerprint);
    if (!answer) {
      request.idempotentCall = { key, fingerprint };
      return next();
    }
    return reply
      .code(answer.status)
      .header(IDEMPOTENCY_REPLAYED, 'true')
      .type('application/json; charset=utf-8')
      .send(answer.body);
  });

  app.addHook('onSend', ({ idempotentCall: call }, { statusCode }, payload, next) => {
    // An answer that only tells of a passing trouble must not come again.
    if (call && statusCode < 500 && typeof payload === 'string') {
      answers.keep(call.key, call.fingerprint, { status: statusCode, body: payload });
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
