import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../context.js';
import { ChargebeeError } from '../errors.js';
import { sentence } from '../html/format.js';
import { readLogin, setLogin } from './login-cookie.js';
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

/** Registers the routes that open and end portal sessions. */
export function registerAccess(app: FastifyInstance, context: EmulatorContext): void {
  const { store, config } = context;

  /** Opens a session and ends the browser's previous one. */
  function open(request: FastifyRequest, reply: FastifyReply, token: string, name: string) {
    const { session, loginKey } = store.portalSessions.authenticate(token, request.ip);
    const before = readLogin(request);
    if (before) endSession(before.key, request.ip);
    setLogin(reply, { key: loginKey, name });
    return session;
  }

  function endSession(loginKey: string, ip: string) {
    const session = store.portalSessions.byLoginKey(loginKey);
    return session && store.portalSessions.logout(session.id, ip);
  }

  // This page in the iframe or window requests the token from chargebee.js, so that no URL contains it.
  app.get<{ Querystring: { next?: string } }>('/portal/v2/authenticate', async (request, reply) => {
    const presentation = presentationOf(request, context);
    return sendMessage(
      reply,
      config,
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

  app.post('/portal/v2/authenticate', async (request, reply) => {
    requireSameOrigin(request);
    reply.header('cache-control', 'no-store');
    const { success, data } = credentials.safeParse(request.body);
    if (!success) return reply.code(400).send({ message: 'A token is needed.' });
    try {
      open(request, reply, data.token, data.login);
      return await reply.code(204).send();
    } catch (error) {
      if (!(error instanceof ChargebeeError)) throw error;
      return reply.code(error.status).send(error.toBody());
    }
  });

  // The access URL, for opening the portal without chargebee.js.
  app.get<{ Params: { token: string } }>('/portal/access/:token', async (request, reply) => {
    try {
      const session = open(request, reply, request.params.token, '');
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

  // chargebee.js's logout() does not wait for the response, so this request may arrive after the next login, which must not end.
  app.get<{ Querystring: { next_login?: string } }>('/portal/v2/logout', async (request, reply) => {
    const login = readLogin(request);
    if (login && !(login.name && login.name === request.query.next_login)) {
      endSession(login.key, request.ip);
    }
    return sendLoggedOut(request, reply);
  });

  // The portal's own "Log out" button.
  app.post('/portal/v2/logout', async (request, reply) => {
    requireSameOrigin(request);
    const login = readLogin(request);
    const session = login && endSession(login.key, request.ip);
    const { host } = presentationOf(request, context);
    // With chargebee.js the merchant's page is still open. Without it, redirect back to the merchant.
    if (session?.redirect_url && !host) {
      return reply.redirect(new URL(session.redirect_url).href, 303);
    }
    return sendLoggedOut(request, reply, 'logged-out');
  });

  function sendLoggedOut(request: FastifyRequest, reply: FastifyReply, task?: 'logged-out') {
    return sendMessage(
      reply,
      config,
      presentationOf(request, context),
      { heading: 'You are logged out', task: task ?? 'silent' },
      <p>You can close this page.</p>,
    );
  }
}

const home = '/portal/v2/home';

/** Returns the path of a portal URL, or the home page's path for any other URL. */
function portalPath(url: string | undefined): string {
  if (!url || !URL.canParse(url, 'http://localhost')) return home;
  const { pathname, search } = new URL(url, 'http://localhost');
  return /^\/portal\/(v2|permalink)\//.test(pathname) ? pathname + search : home;
}
