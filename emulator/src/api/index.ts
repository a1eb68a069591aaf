import type { FastifyInstance, FastifyPluginCallback } from 'fastify';
import type { EmulatorContext } from '../context.js';
import type { Downloads } from '../downloads.js';
import { ChargebeeError, noSuchPath, notEmulated } from '../errors.js';
import { callOf } from '../support/calls.js';
import { withOrigin } from '../store/event-origin.js';
import type { EventOrigin } from '../store/event-origin.js';
import { checkApiKey } from './authentication.js';
import { fingerprintOf, IDEMPOTENCY_KEY, IDEMPOTENCY_REPLAYED } from './idempotency.js';
import type { IdempotencyStore, InFlightCall } from './idempotency.js';
import { ignoreKnownParameters } from './ignored-parameters.js';
import { registerCatalogueRoutes } from './routes/catalogue.js';
import { registerCustomerRoutes } from './routes/customers.js';
import { registerEntitlementRoutes } from './routes/entitlements.js';
import { registerEstimateRoutes } from './routes/estimates.js';
import { registerEventRoutes } from './routes/events.js';
import { registerHostedPageRoutes } from './routes/hosted-pages.js';
import { registerInvoiceRoutes } from './routes/invoices.js';
import { registerPaymentSourceRoutes } from './routes/payment-sources.js';
import { registerPortalSessionRoutes } from './routes/portal-sessions.js';
import { registerSubscriptionItemRoutes } from './routes/subscription-items.js';
import { registerSubscriptionOperationRoutes } from './routes/subscription-operations.js';
import { registerSubscriptionRoutes } from './routes/subscriptions.js';

export interface ApiContext extends EmulatorContext {
  idempotency: IdempotencyStore;
  downloads: Downloads;
}

/** Chargebee's events give the name of the API key, not its value. */
const ORIGIN: EventOrigin = { source: 'api', user: 'full_access_key_v1' };

/** Chargebee's API v2: `app.register(api, { ...context, prefix: '/api/v2' })`. */
export const api: FastifyPluginCallback<ApiContext> = (app, context, done) => {
  app.removeContentTypeParser(['application/json', 'text/plain']);

  app.addHook('onRequest', (request, _reply, next) => {
    checkApiKey(request.headers.authorization, context.config.apiKey);
    next();
  });
  replayIdempotentCalls(app, context.idempotency);
  ignoreKnownParameters(app, context.config, (url) => stripPrefix(app.prefix, url));
  app.addHook('preHandler', (_request, _reply, next) => withOrigin(ORIGIN, next));

  rejectCallsNotEmulated(app, collectCalls(app));
  setNotFoundHandler(app, collectMethods(app));
  registerPortalSessionRoutes(app, context);
  registerHostedPageRoutes(app, context);
  registerCustomerRoutes(app, context);
  registerSubscriptionRoutes(app, context);
  registerSubscriptionOperationRoutes(app, context);
  registerSubscriptionItemRoutes(app, context);
  registerCatalogueRoutes(app, context);
  registerPaymentSourceRoutes(app, context);
  registerInvoiceRoutes(app, context);
  registerEntitlementRoutes(app, context);
  registerEstimateRoutes(app, context);
  registerEventRoutes(app, context);
  done();
};

/** The response header that names a Chargebee call that the emulator does not implement. */
export const NOT_EMULATED = 'x-chargebee-emulator-not-emulated';

/** Collects the calls whose routes are registered after this, such as `GET /customers/{id}`. */
function collectCalls(app: FastifyInstance): ReadonlySet<string> {
  const calls = new Set<string>();
  app.addHook('onRoute', ({ method, url, prefix }) => {
    const path = url.slice(prefix.length).replaceAll(/:\w+/g, '{id}');
    // Routes with several methods only reject requests.
    if (typeof method === 'string') calls.add(`${method} ${path}`);
  });
  return calls;
}

/**
 * Responds 501 to calls that Chargebee has and the emulator does not, so that callers do not mistake them for a missing resource. It is a
 * hook because registering hundreds of routes would slow down startup.
 */
function rejectCallsNotEmulated(app: FastifyInstance, emulated: ReadonlySet<string>): void {
  app.addHook('onRequest', ({ method, url }, reply, next) => {
    const call = callOf(method, stripPrefix(app.prefix, url));
    if (call === undefined || emulated.has(call)) return next();
    reply.header(NOT_EMULATED, call);
    throw notEmulated(call);
  });
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The in-flight call that this request's response settles. */
    idempotentCall: InFlightCall | null;
  }
}

function replayIdempotentCalls(app: FastifyInstance, idempotency: IdempotencyStore): void {
  app.decorateRequest('idempotentCall', null);

  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers[IDEMPOTENCY_KEY];
    if (request.is404 || request.method !== 'POST' || typeof key !== 'string' || key === '') {
      return undefined;
    }
    const result = await idempotency.begin(key, fingerprintOf(request.url, request.body));
    if ('settle' in result) {
      request.idempotentCall = result;
      return undefined;
    }
    return reply
      .code(result.status)
      .header(IDEMPOTENCY_REPLAYED, 'true')
      .type('application/json; charset=utf-8')
      .send(result.body);
  });

  app.addHook('onSend', ({ idempotentCall: call }, { statusCode }, payload, next) => {
    // A server error may be temporary, so a retry must not get it again.
    const isReplayable = statusCode < 500 && typeof payload === 'string';
    call?.settle(isReplayable ? { status: statusCode, body: payload } : undefined);
    next(null, payload);
  });
}

/** Returns a function that finds the methods a path supports, among the routes registered after this. */
function collectMethods(app: FastifyInstance): (path: string) => string[] {
  const routes: { pattern: RegExp; method: string }[] = [];
  app.addHook('onRoute', ({ url, method, prefix }) => {
    const path = url.slice(prefix.length).replaceAll(/:\w+/g, '[^/]+');
    for (const name of [method].flat()) {
      routes.push({ pattern: new RegExp(`^${path}$`), method: name });
    }
  });
  return (path) => routes.filter(({ pattern }) => pattern.test(path)).map((route) => route.method);
}

/** Responds 405 when the path supports other methods, and otherwise 404. */
function setNotFoundHandler(app: FastifyInstance, findMethods: (path: string) => string[]): void {
  app.setNotFoundHandler(({ url }, reply) => {
    const allowed = findMethods(stripPrefix(app.prefix, url));
    if (allowed.length === 0) throw noSuchPath();
    reply.header('allow', allowed.join(', '));
    throw new ChargebeeError(
      405,
      'invalid_request',
      'http_method_not_supported',
      `This path takes ${allowed.join(' and ')}.`,
    );
  });
}

const stripPrefix = (prefix: string, url: string): string =>
  url.slice(prefix.length).replace(/\?.*$/s, '');
