import cors from '@fastify/cors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EmulatorConfig } from '../config.js';
import { ChargebeeError } from '../errors.js';
import { hostName, hostOfAddress, isAllowedHost, siteOfHost } from './hosts.js';
import { mayWrite } from './origins.js';

/** Refuses what does not come by the emulator's own name, or asks for another site. */
export function guardHost(app: FastifyInstance, config: EmulatorConfig): void {
  app.addHook('onRequest', (request, reply, next) => {
    if (!refuseHost(request, reply, config)) next();
  });
}

/** Answers such a request. Undefined for one that may be answered otherwise. */
export function refuseHost(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  config: EmulatorConfig,
): FastifyReply | undefined {
  if (!isAllowedHost(headers.host, [...config.allowedHosts, hostOfAddress(config.host)])) {
    return reply
      .code(403)
      .type('text/plain; charset=utf-8')
      .send(
        `chargebee-emulator does not answer to the name ${JSON.stringify(hostName(headers.host))}. Call it by localhost, or add the name to EMULATOR_ALLOWED_HOSTS.\n`,
      );
  }
  const site = siteOfHost(headers.host);
  if (site === undefined || site === config.site) return undefined;
  const error = new ChargebeeError(
    404,
    'invalid_request',
    'site_not_found',
    `There is no site ${site}. This emulator is ${config.site}.`,
  );
  return reply.code(404).send(error.toBody());
}

/** Lets the demo's pages use a part of the emulator, and no other page write to it. */
export async function guardOrigins(app: FastifyInstance, config: EmulatorConfig): Promise<void> {
  app.addHook('onRequest', ({ method, headers }, reply, next) => {
    if (mayWrite(method, headers, config.demoOrigins)) return next();
    return reply.code(403).send({
      error: 'cross_origin_write',
      message: `Pages of ${headers.origin ?? 'other origins'} may not write here. Allowed are those of EMULATOR_DEMO_ORIGINS.`,
    });
  });
  await app.register(cors, { origin: [...config.demoOrigins], methods: ['GET', 'POST', 'DELETE'] });
  // A fault answers before that has had its turn, and a page is to see its status.
  app.addHook('onSend', ({ fault, headers: { origin = '' } }, reply, payload, next) => {
    if (fault && config.demoOrigins.includes(origin)) {
      reply.headers({ 'access-control-allow-origin': origin, vary: 'Origin' });
    }
    next(null, payload);
  });
}
