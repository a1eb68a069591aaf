import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../../context.js';
import { nested, parseParameters, requiredText, url } from '../parameters.js';
import { serializePortalSession } from '../serialize.js';

const createSchema = z.strictObject({
  customer: nested({ id: requiredText(50) }),
  redirect_url: url,
  forward_url: url,
});
const activateSchema = z.strictObject({ token: requiredText(70) });
const noParameters = z.strictObject({});

interface IdRoute {
  Params: { id: string };
}

export function registerPortalSessionRoutes(
  app: FastifyInstance,
  { store }: EmulatorContext,
): void {
  app.post('/portal_sessions', ({ body }) => {
    const { customer, ...urls } = parseParameters(createSchema, body);
    return serializePortalSession(
      store.portalSessions.create({ customer_id: customer.id, ...urls }),
    );
  });

  app.get<IdRoute>('/portal_sessions/:id', ({ params }) =>
    serializePortalSession(store.portalSessions.retrieve(params.id)),
  );

  app.post<IdRoute>('/portal_sessions/:id/logout', ({ params, body }) => {
    parseParameters(noParameters, body);
    return serializePortalSession(store.portalSessions.logout(params.id));
  });

  app.post<IdRoute>('/portal_sessions/:id/activate', ({ params, body }) => {
    const { token } = parseParameters(activateSchema, body);
    return serializePortalSession(store.portalSessions.activate(params.id, token));
  });
}
