import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../context.js';
import { ChargebeeError } from '../errors.js';
import { sentence } from '../html/format.js';
import { openSession } from './browser-session.js';
import { sendMessage } from './message.js';
import { requireSameOrigin } from './same-origin.js';
import { presentationOf } from './view.js';

const credentials = z.object({
  token: z.string().max(200),
  login: z
    .string()
    .regex(/^[\w-]{0,64}$/)
    .default(''),
});

/** Registers the routes that open portal sessions: with chargebee.js, and by the access URL. */
export function registerAccess(app: FastifyInstance, context: EmulatorContext): void {
  registerAuthenticationPage(app, context);
  registerAuthentication(app, context);
  registerAccessUrl(app, context);
}

/** Registers the page that requests the token from chargebee.js, in an iframe or window, so that no URL contains it. */
function registerAuthenticationPage(app: FastifyInstance, context: EmulatorContext): void {
  app.get<{ Querystring: { next?: string } }>('/portal/v2/authenticate', async (request, reply) => {
    const presentation = presentationOf(request, context);
    return sendMessage(
      reply,
      context.config,
      presentation,
      {
        heading: 'Opening your billing portal',
        task: 'authenticate',
        // `next` from chargebee.js already contains the presentation parameters.
        next: portalPath(request.query.next ?? presentation.href(home)),
      },
      <>
        <div id="opening" class="spinner" />
        <div id="failure" class="failure" role="alert" hidden>
          <p id="reason" />
          <p class="muted">
            Nothing was changed. Close this page, and open your billing portal again.
          </p>
        </div>
      </>,
    );
  });
}

/** Registers the route to which that page posts the token. */
function registerAuthentication(app: FastifyInstance, { store }: EmulatorContext): void {
  app.post('/portal/v2/authenticate', async (request, reply) => {
    requireSameOrigin(request);
    reply.header('cache-control', 'no-store');
    const { success, data } = credentials.safeParse(request.body);
    if (!success) return reply.code(400).send({ message: 'A token is needed.' });
    try {
      openSession(request, reply, store, data);
      return await reply.code(204).send();
    } catch (error) {
      if (!(error instanceof ChargebeeError)) throw error;
      return reply.code(error.status).send(error.toBody());
    }
  });
}

/** Registers the access URL, which opens the portal without chargebee.js. */
function registerAccessUrl(app: FastifyInstance, context: EmulatorContext): void {
  const { store, config } = context;

  app.get<{ Params: { token: string } }>('/portal/access/:token', async (request, reply) => {
    try {
      const session = openSession(request, reply, store, {
        token: request.params.token,
        login: '',
      });
      return await reply.redirect(portalPath(session.forward_url), 303);
    } catch (error) {
      if (!(error instanceof ChargebeeError)) throw error;
      return sendMessage(
        reply,
        config,
        presentationOf(request, context),
        { heading: 'This link cannot be used', status: error.status, task: 'failed' },
        <p>{sentence(error.message)} A link to the portal opens it once, within an hour.</p>,
      );
    }
  });
}

const home = '/portal/v2/home';

/** Returns the path of a portal URL, or the home page's path for any other URL. */
function portalPath(url: string | undefined): string {
  if (!url || !URL.canParse(url, 'http://localhost')) return home;
  const { pathname, search } = new URL(url, 'http://localhost');
  return /^\/portal\/(v2|permalink)\//.test(pathname) ? pathname + search : home;
}
