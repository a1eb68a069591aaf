import type { FastifyPluginAsync } from 'fastify';
import { readBrowserScript } from '../chargebee-js/bundle.js';
import type { EmulatorContext } from '../context.js';
import { stylesheet } from '../html/stylesheet.js';
import { registerAccess } from './access.js';
import { registerHome } from './home.js';
import { Pages } from './pages.js';

/** The customer's portal: `/portal/v2/…`, `/portal/access/…` and `/portal/permalink/…`. */
export const portal: FastifyPluginAsync<EmulatorContext> = async (app, context) => {
  const script = await readBrowserScript('portal');

  app.get('/portal/v2/portal.css', async (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'no-cache').send(stylesheet),
  );
  app.get('/portal/v2/portal.js', async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', 'no-cache').send(script),
  );

  registerAccess(app, context);
  const pages = new Pages(app, context);
  registerHome(pages);
};
