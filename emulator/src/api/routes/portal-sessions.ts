import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../../context.js';
import { nested, readParameters, requiredText, url } from '../parameters.js';
import { portalSessionAnswer } from '../present.js';

const create = z.strictObject({
  customer: nested({ id: requiredText(50) }),
  redirect_url: url,
  forward_url: url,
});
const activate = z.strictObject({ token: requiredText(70) });
const none = z.strictObject({});

interface ById {
  Params: { id: string };
}

export function registerPortalSessionRoutes(
  app: FastifyInstance,
  { store }: EmulatorContext,
): void {
  app.post('/portal_sessions', ({ body }) => {
    const { customer, ...urls } = readParameters(create, body);
    return portalSessionAnswer(store.portalSessions.create({ customer_id: customer.id, ...urls }));
  });

  app.get<ById>('/portal_sessions/:id', ({ params }) =>
    portalSessionAnswer(store.portalSessions.retrieve(params.id)),
  );

  app.post<ById>('/portal_sessions/:id/logout', ({ params, body }) => {
    readParameters(none, body);
    return portalSessionAnswer(store.portalSessions.logout(params.id));
  });

  app.post<ById>('/portal_sessions/:id/activate', ({ params, body }) => {
    const { token } = readParameters(activate, body);
    return portalSessionAnswer(store.portalSessions.activate(params.id, token));
  });
}
