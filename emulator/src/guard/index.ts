import cors from '@fastify/cors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EmulatorConfig } from '../config.js';
import { ChargebeeError } from '../errors.js';
import { isAllowedHost, parseHostName, parseSite, toUrlHost } from './hosts.js';
import { isWriteAllowed } from './origins.js';

/** Rejects requests whose `Host` header names neither the emulator nor its site. */
export function guardHost(app: FastifyInstance, config: EmulatorConfig): void {
  app.addHook('onRequest', (request, reply, next) => {
    if (!rejectHost(request, reply, config)) next();
  });
}

/** Sends the error of a request that `guardHost` rejects. Returns undefined for an accepted one. */
export function rejectHost(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  config: EmulatorConfig,
): FastifyReply | undefined {
  if (!isAllowedHost(headers.host, [...config.allowedHosts, toUrlHost(config.host)])) {
    return reply
      .code(403)
      .type('text/plain; charset=utf-8')
      .send(
        `chargebee-emulator does not answer to the name ${JSON.stringify(parseHostName(headers.host))}. Call it by localhost, or add the name to EMULATOR_ALLOWED_HOSTS.\n`,
      );
  }
  const site = parseSite(headers.host);
  if (site === undefined || site === config.site) return undefined;
  const error = new ChargebeeError(
    404,
    'invalid_request',
    'site_not_found',
    `There is no site ${site}. This emulator is ${config.site}.`,
  );
  return reply.code(404).send(error.toBody());
}

/** Enables CORS for the demo's origins, and rejects writes from pages of other origins. */
export async function guardOrigins(app: FastifyInstance, config: EmulatorConfig): Promise<void> {
  app.addHook('onRequest', ({ method, headers }, reply, next) => {
    if (isWriteAllowed(method, headers, config.demoOrigins)) return next();
    return reply.code(403).send({
      error: 'cross_origin_write',
      message: `Pages of ${headers.origin ?? 'other origins'} may not write here. Allowed are those of EMULATOR_DEMO_ORIGINS.`,
    });
  });
  await app.register(cors, { origin: [...config.demoOrigins], methods: ['GET', 'POST', 'DELETE'] });
  // A fault responds before the CORS plugin runs. The headers let the page read the status.
  app.addHook('onSend', ({ fault, headers: { origin = '' } }, reply, payload, next) => {
    if (fault && config.demoOrigins.includes(origin)) {
      reply.headers({ 'access-control-allow-origin': origin, vary: 'Origin' });
    }
    next(null, payload);
  });
}
