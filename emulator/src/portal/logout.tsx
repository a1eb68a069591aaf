import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EmulatorContext } from '../context.js';
import { endSession } from './browser-session.js';
import { readLogin } from './login-cookie.js';
import { sendMessage } from './message.js';
import { requireSameOrigin } from './same-origin.js';
import { presentationOf } from './view.js';

/** Registers the routes that end portal sessions. */
export function registerLogout(app: FastifyInstance, context: EmulatorContext): void {
  const { store } = context;

  // chargebee.js's logout() does not wait for the response, so this request may arrive after the next login, which must not end.
  app.get<{ Querystring: { next_login?: string } }>('/portal/v2/logout', async (request, reply) => {
    const login = readLogin(request);
    if (login && !(login.name && login.name === request.query.next_login)) {
      endSession(store, login.key, request.ip);
    }
    return sendLoggedOut(request, reply, context, 'silent');
  });

  // The portal's own "Log out" button.
  app.post('/portal/v2/logout', async (request, reply) => {
    requireSameOrigin(request);
    const login = readLogin(request);
    const session = login && endSession(store, login.key, request.ip);
    const { merchantOrigin } = presentationOf(request, context);
    // With chargebee.js the merchant's page is still open. Without it, redirect back to the merchant.
    if (session?.redirect_url && !merchantOrigin) {
      return reply.redirect(new URL(session.redirect_url).href, 303);
    }
    return sendLoggedOut(request, reply, context, 'logged-out');
  });
}

function sendLoggedOut(
  request: FastifyRequest,
  reply: FastifyReply,
  context: EmulatorContext,
  task: 'logged-out' | 'silent',
) {
  return sendMessage(
    reply,
    context.config,
    presentationOf(request, context),
    { heading: 'You are logged out', task },
    <p>You can close this page.</p>,
  );
}
