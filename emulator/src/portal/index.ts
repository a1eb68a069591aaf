import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { readBrowserScript } from '../browser-scripts.js';
import type { EmulatorContext } from '../context.js';
import { stylesheet } from '../html/stylesheet.js';
import { withOrigin } from '../store/event-origin.js';
import { registerAccess } from './access.js';
import { registerAccount } from './account/account.js';
import { registerAddresses } from './account/addresses.js';
import { registerBillingHistory } from './billing/billing-history.js';
import { registerHome } from './home.js';
import { readLogin } from './login-cookie.js';
import { registerLogout } from './logout.js';
import { Pages, type Identity } from './pages.js';
import { registerPaymentMethods } from './payment-methods/index.js';
import { registerPermalinks } from './permalinks.js';
import { registerSubscriptions } from './subscriptions/index.js';

/** Registers the customer portal: `/portal/v2/…`, `/portal/access/…` and `/portal/permalink/…`. */
export const portal: FastifyPluginAsync<EmulatorContext> = async (app, context) => {
  const script = await readBrowserScript('portal');

  app.get('/portal/v2/portal.css', async (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'no-cache').send(stylesheet),
  );
  app.get('/portal/v2/portal.js', async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', 'no-cache').send(script),
  );

  app.addHook('preHandler', (_request, _reply, next) => withOrigin({ source: 'portal' }, next));
  registerAccess(app, context);
  registerLogout(app, context);
  const pages = new Pages(app, context, (request) => portalIdentity(request, context));
  registerHome(pages);
  registerSubscriptions(pages);
  registerPaymentMethods(pages, '/portal/v2');
  registerAccount(pages);
  registerAddresses(pages);
  registerBillingHistory(pages);
  registerPermalinks(pages);
};

/** Returns the identity of the session in the request's cookie, if that session is open. */
function portalIdentity(request: FastifyRequest, { store }: EmulatorContext): Identity | undefined {
  const login = readLogin(request);
  const session = login && store.portalSessions.byLoginKey(login.key);
  return (
    session && {
      key: login.key,
      customer: store.customers.retrieve(session.customer_id),
      base: '/portal/v2',
      mayRedirectOffSite: Boolean(session.redirect_url),
    }
  );
}
