import formbody from '@fastify/formbody';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import qs from 'qs';
import { chargebeeJs } from './chargebee-js/index.js';
import type { EmulatorContext } from './context.js';
import { portal } from './portal/index.js';

/** Puts the parts together. It does not listen yet. */
export async function buildServer(context: EmulatorContext): Promise<FastifyInstance> {
  const app = Fastify({ bodyLimit: 256 * 1024, forceCloseConnections: true });
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-chargebee-emulator', 'true');
    context.store.runDueChanges();
  });
  await app.register(formbody, { parser: (text) => qs.parse(text, { depth: 3, arrayLimit: 100 }) });
  await app.register(chargebeeJs, context);
  await app.register(portal, context);
  return app;
}
