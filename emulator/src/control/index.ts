import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { serializePortalSession } from '../api/serialize.js';
import type { EmulatorContext } from '../context.js';
import type { FaultList } from '../faults/fault-list.js';
import { faultSchema } from '../faults/fault.js';
import { guardOrigins } from '../guard/index.js';
import type { RequestRecorder } from '../recorder/index.js';
import { toLogEntry } from '../recorder/mask.js';
import { applySeed } from '../seed/apply.js';
import { seedSchema } from '../seed/schema.js';
import type { Webhooks } from '../webhooks/index.js';
import { registerWebhookControls } from './webhooks.js';

export interface ControlContext extends EmulatorContext {
  faults: FaultList;
  recorder: RequestRecorder;
  webhooks: Webhooks;
}

const clockSchema = z.union(
  [
    z.strictObject({ advance: z.number() }),
    z.strictObject({ set: z.union([z.number(), z.iso.datetime()]) }),
    z.strictObject({ reset: z.literal(true) }),
  ],
  'give { "advance": seconds }, { "set": UTC seconds or an ISO 8601 time }, or { "reset": true }',
);

/** A session that must be activated first, as on sites that use Chargebee's own login. */
const sessionSchema = z.strictObject({ customer_id: z.string() });

const requestFilter = z.object({
  method: z.string().optional(),
  path: z.string().optional(),
});

/** The control API at `/_emulator`, with which tests inspect and change the emulator. */
export const control: FastifyPluginAsync<ControlContext> = async (app, context) => {
  const { clock, store, faults, recorder, resets, config, publicUrl } = context;
  await guardOrigins(app, config);

  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error instanceof z.ZodError ? 400 : (error.statusCode ?? 400);
    const message = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
    return reply.code(status).send({ error: 'bad_request', message });
  });

  const parseJson = app.getDefaultJsonParser('error', 'error');
  // Many clients send this content type with an empty body, which Fastify's parser rejects.
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    (request, body, done) => (body === '' ? done(null, undefined) : parseJson(request, body, done)),
  );

  const readClock = () => ({
    now: clock.now(),
    iso: new Date(clock.nowMs()).toISOString(),
    offset: Math.round(clock.offset),
  });

  app.get('/', () => ({
    emulator: 'chargebee-emulator',
    site: config.site,
    url: publicUrl(),
    clock: readClock(),
    counts: Object.fromEntries(
      Object.entries(store.tables).map(([name, { size }]) => [name, size]),
    ),
    faults: faults.list().length,
  }));

  app.get('/requests', ({ query }) => {
    const { method, path } = requestFilter.parse(query);
    return recorder
      .list()
      .filter((request) => method === undefined || request.method === method.toUpperCase())
      .filter((request) => path === undefined || request.url.startsWith(path));
  });
  app.delete('/requests', (_request, reply) => {
    recorder.clear();
    return reply.code(204).send();
  });

  app.get('/events', () => store.events.list().map(toLogEntry));

  registerWebhookControls(app, context.webhooks);

  app.post('/reset', (_request, reply) => {
    resets.run();
    return reply.code(204).send();
  });

  app.post('/seed', ({ body }, reply) => {
    applySeed(store, clock, seedSchema.parse(body));
    return reply.code(204).send();
  });

  app.post('/portal_sessions', ({ body }, reply) => {
    const { customer_id } = sessionSchema.parse(body);
    const session = store.portalSessions.create({ customer_id, status: 'not_yet_activated' });
    return reply.code(201).send(serializePortalSession(session));
  });

  // A redirect for the form on the page at `/`, so that no script sees the access URL.
  app.post<{ Params: { id: string } }>('/customers/:id/portal', ({ params }, reply) => {
    const session = store.portalSessions.create({ customer_id: params.id });
    return reply.header('cache-control', 'no-store').redirect(session.access_url, 303);
  });

  app.get('/clock', () => readClock());
  app.post('/clock', ({ body }) => {
    const change = clockSchema.parse(body);
    if ('advance' in change) clock.advance(change.advance);
    else if ('reset' in change) clock.reset();
    else clock.set(typeof change.set === 'number' ? change.set : Date.parse(change.set) / 1000);
    return readClock();
  });

  app.get('/faults', () => faults.list());
  app.post('/faults', ({ body }, reply) =>
    reply.code(201).send(faults.add(faultSchema.parse(body))),
  );
  app.delete('/faults', (_request, reply) => {
    faults.clear();
    return reply.code(204).send();
  });
  app.delete<{ Params: { id: string } }>('/faults/:id', ({ params }, reply) =>
    reply.code(faults.remove(params.id) ? 204 : 404).send(),
  );
};
