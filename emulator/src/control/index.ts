import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { portalSessionAnswer } from '../api/present.js';
import type { EmulatorContext } from '../context.js';
import type { FaultList } from '../faults/fault-list.js';
import { faultSchema } from '../faults/fault.js';
import { guardOrigins } from '../guard/index.js';
import type { RequestRecorder } from '../recorder/index.js';
import { maskEvent } from '../recorder/mask.js';
import { applySeed } from '../seed/apply.js';
import { seedSchema } from '../seed/schema.js';

export interface ControlContext extends EmulatorContext {
  faults: FaultList;
  recorder: RequestRecorder;
}

const clockSchema = z.union(
  [
    z.strictObject({ advance: z.number() }),
    z.strictObject({ set: z.union([z.number(), z.iso.datetime()]) }),
    z.strictObject({ reset: z.literal(true) }),
  ],
  'give { "advance": seconds }, { "set": UTC seconds or an ISO 8601 time }, or { "reset": true }',
);

/** A session that waits for `activate`, as one of a site that logs in through Chargebee does. */
const waitingSession = z.strictObject({ customer_id: z.string() });

const requestFilter = z.object({
  method: z.string().optional(),
  path: z.string().optional(),
});

/** `/_emulator`: what tests steer the emulator by. */
export const control: FastifyPluginAsync<ControlContext> = async (app, context) => {
  const { clock, store, faults, recorder, resets, config, publicUrl } = context;
  await guardOrigins(app, config);

  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error instanceof z.ZodError ? 400 : (error.statusCode ?? 400);
    const message = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
    return reply.code(status).send({ error: 'bad_request', message });
  });

  const readJson = app.getDefaultJsonParser('error', 'error');
  // Many clients name the type also where they send nothing.
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    (request, body, done) => (body === '' ? done(null, undefined) : readJson(request, body, done)),
  );

  const now = () => ({
    now: clock.now(),
    iso: new Date(clock.nowMs()).toISOString(),
    offset: Math.round(clock.offset),
  });

  app.get('/', () => ({
    emulator: 'chargebee-emulator',
    site: config.site,
    url: publicUrl(),
    clock: now(),
    counts: Object.fromEntries(
      Object.entries(store.tables).map(([name, { size }]) => [name, size]),
    ),
    faults: faults.list().length,
  }));

  app.get('/requests', ({ query }) => {
    const { method, path } = requestFilter.parse(query);
    return recorder
      .list()
      .filter((seen) => method === undefined || seen.method === method.toUpperCase())
      .filter((seen) => path === undefined || seen.url.startsWith(path));
  });
  app.delete('/requests', (_request, reply) => {
    recorder.clear();
    return reply.code(204).send();
  });

  app.get('/events', () => store.events.list().map(maskEvent));

  app.post('/reset', (_request, reply) => {
    resets.run();
    return reply.code(204).send();
  });

  app.post('/seed', ({ body }, reply) => {
    applySeed(store, clock, seedSchema.parse(body));
    return reply.code(204).send();
  });

  app.post('/portal_sessions', ({ body }, reply) => {
    const { customer_id } = waitingSession.parse(body);
    const session = store.portalSessions.create({ customer_id, status: 'not_yet_activated' });
    return reply.code(201).send(portalSessionAnswer(session));
  });

  app.get('/clock', () => now());
  app.post('/clock', ({ body }) => {
    const move = clockSchema.parse(body);
    if ('advance' in move) clock.advance(move.advance);
    else if ('reset' in move) clock.reset();
    else clock.set(typeof move.set === 'number' ? move.set : Date.parse(move.set) / 1000);
    return now();
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
