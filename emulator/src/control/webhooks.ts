import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { WebhookInput, Webhooks } from '../webhooks/index.js';

const deliveryFilter = z.strictObject({
  event_type: z.string().optional(),
  customer_id: z.string().optional(),
  event_id: z.string().optional(),
  status: z.enum(['scheduled', 'succeeded', 're_scheduled', 'failed']).optional(),
});

interface IdRoute {
  Params: { id: string };
}

/** Registers `/_emulator/webhooks`: the webhook endpoints and the deliveries of events to them. */
export function registerWebhookControls(app: FastifyInstance, webhooks: Webhooks): void {
  app.get('/webhooks', () => webhooks.endpoints());
  app.post('/webhooks', ({ body }, reply) =>
    reply.code(201).send(webhooks.add(body as WebhookInput)),
  );
  app.delete<IdRoute>('/webhooks/:id', ({ params }, reply) =>
    reply.code(webhooks.remove(params.id) ? 204 : 404).send(),
  );

  app.get('/webhooks/deliveries', ({ query }) => webhooks.list(deliveryFilter.parse(query)));
  app.post<IdRoute>('/webhooks/deliveries/:id/resend', ({ params }, reply) =>
    reply.code(202).send(webhooks.resend(params.id)),
  );
}
