import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { serializePortalSession } from '../api/serialize.js';
import type { EmulatorContext } from '../context.js';
import type { FaultList } from '../faults/fault-list.js';
import { guardOrigins } from '../guard/index.js';
import type { RequestRecorder } from '../recorder/index.js';
import { toLogEntry } from '../recorder/mask.js';
import { applySeed } from '../seed/apply.js';
import { seedSchema } from '../seed/schema.js';
import type { Webhooks } from '../webhooks/index.js';
import { clockState, registerClockControls } from './clock.js';
import { registerFaultControls } from './faults.js';
import { registerRequestControls } from './requests.js';
import { registerWebhookControls } from './webhooks.js';

export interface ControlContext extends EmulatorContext {
  faults: FaultList;
  recorder: RequestRecorder;
  webhooks: Webhooks;
}

/** Rejects filters, because ignoring them would return what the caller did not ask for. */
const noFilter = z.strictObject({});
const sessionSchema = z.strictObject({ customer_id: z.string() });

/** The control API at `/_emulator`, with which tests inspect and change the emulator. */
export const control: FastifyPluginAsync<ControlContext> = async (app, context) => {
  await guardOrigins(app, context.config);
  respondWithJsonErrors(app);
  acceptEmptyJson(app);

  registerOverview(app, context);
  registerStateControls(app, context);
  registerSessionControls(app, context);
  registerClockControls(app, context.clock);
  registerFaultControls(app, context.faults);
  registerRequestControls(app, context.recorder);
  registerWebhookControls(app, context.webhooks);
};

function respondWithJsonErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error instanceof z.ZodError ? 400 : (error.statusCode ?? 400);
    const message = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
    return reply.code(status).send({ error: 'bad_request', message });
  });
}

/** Accepts `application/json` with an empty body, which many clients send and Fastify's parser rejects. */
function acceptEmptyJson(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    (request, body, done) => (body === '' ? done(null, undefined) : parseJson(request, body, done)),
  );
}

function registerOverview(app: FastifyInstance, context: ControlContext): void {
  const { clock, store, faults, config, publicUrl } = context;

  app.get('/', () => ({
    emulator: 'chargebee-emulator',
    site: config.site,
    url: publicUrl(),
    clock: clockState(clock),
    counts: Object.fromEntries(
      Object.entries(store.tables).map(([name, { size }]) => [name, size]),
    ),
    faults: faults.list().length,
  }));

  app.get('/events', ({ query }) => {
    noFilter.parse(query);
    return store.events.list().map(toLogEntry);
  });
}

function registerStateControls(app: FastifyInstance, context: ControlContext): void {
  const { clock, store, resets } = context;

  app.post('/reset', (_request, reply) => {
    resets.run();
    return reply.code(204).send();
  });

  app.post('/seed', ({ body }, reply) => {
    applySeed(store, clock, seedSchema.parse(body));
    return reply.code(204).send();
  });
}

function registerSessionControls(app: FastifyInstance, { store }: ControlContext): void {
  // The session must be activated first, as on sites that use Chargebee's own login.
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
}
