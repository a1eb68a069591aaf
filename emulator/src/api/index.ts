import type { FastifyInstance, FastifyPluginCallback, HTTPMethods } from 'fastify';
import type { EmulatorContext } from '../context.js';
import type { Downloads } from '../downloads.js';
import { ChargebeeError, noSuchPath } from '../errors.js';
import { checkApiKey } from './authentication.js';
import { fingerprintOf, IDEMPOTENCY_KEY, IDEMPOTENCY_REPLAYED } from './idempotency.js';
import type { IdempotentAnswers, RunningCall } from './idempotency.js';
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
  app.setNotFoundHandler(() => {
    throw noSuchPath();
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
    /** The call with an idempotency key that its answer is to be kept for. */
    idempotentCall: RunningCall | null;
  }
}

function replayIdempotentCalls(app: FastifyInstance, answers: IdempotentAnswers): void {
  app.decorateRequest('idempotentCall', null);

  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers[IDEMPOTENCY_KEY];
    if (request.is404 || request.method !== 'POST' || typeof key !== 'string' || key === '') {
      return undefined;
    }
    const entered = await answers.enter(key, fingerprintOf(request.url, request.body));
    if ('settle' in entered) {
      request.idempotentCall = entered;
      return undefined;
    }
    return reply
      .code(entered.status)
      .header(IDEMPOTENCY_REPLAYED, 'true')
      .type('application/json; charset=utf-8')
      .send(entered.body);
  });

  app.addHook('onSend', ({ idempotentCall: call }, { statusCode }, payload, next) => {
    // An answer that only tells of a passing trouble must not come again.
    const worthKeeping = statusCode < 500 && typeof payload === 'string';
    call?.settle(worthKeeping ? { status: statusCode, body: payload } : undefined);
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
    // Copied, for these routes are told of as well.
    for (const [url, methods] of [...taken]) {
      const allowed = [...methods];
      app.route({
        url,
        method: METHODS.filter((one) => !allowed.includes(one)),
        handler: (_request, reply) => {
          reply.header('allow', allowed.join(', '));
          throw new ChargebeeError(
            405,
            'invalid_request',
            'http_method_not_supported',
            `This path takes ${allowed.join(' and ')}.`,
          );
        },
      });
    }
  };
}
