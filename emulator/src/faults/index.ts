import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify';
import { ChargebeeError } from '../errors.js';
import type { ErrorType } from '../errors.js';
import type { FaultList } from './fault-list.js';
import type { Fault } from './fault.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The fault that has struck this request. */
    fault: Fault | null;
  }
}

/** Lets the faults strike. The emulator's own controls are never struck. */
export function injectFaults(app: FastifyInstance, faults: FaultList): void {
  app.decorateRequest('fault', null);

  app.addHook('onRequest', async (request, reply) => {
    const path = pathOf(request.url);
    if (path === '/' || path.startsWith('/_emulator')) return undefined;
    const fault = faults.strike(request.method, path);
    if (!fault) return undefined;
    request.fault = fault;
    if (fault.latency) await waitFor(fault.latency, request);
    return fault.processed ? undefined : failInstead(fault, request, reply);
  });

  // As hooks of the routes they come after all others: what is kept of an answer is kept before it is spoilt.
  app.addHook('onRoute', (route) => {
    route.onSend = [route.onSend ?? []].flat().concat(spoilProcessed);
  });
}

const spoilProcessed: onSendHookHandler = ({ fault, raw }, reply, payload, next) => {
  if (!fault?.processed) return next(null, payload);
  if (fault.reset) raw.socket.destroy();
  if (fault.status !== undefined) reply.code(fault.status);
  if (fault.body === undefined) return next(null, payload);
  reply.removeHeader('content-length');
  return next(null, spoil(fault.body, typeof payload === 'string' ? payload : '{}', reply));
};

/** Waits, but not for a caller that has gone. */
async function waitFor(ms: number, request: FastifyRequest): Promise<void> {
  const gone = new AbortController();
  const abort = () => gone.abort();
  request.raw.socket.once('close', abort);
  await sleep(ms, undefined, { signal: gone.signal, ref: false }).catch(() => undefined);
  request.raw.socket.off('close', abort);
}

function failInstead(fault: Fault, request: FastifyRequest, reply: FastifyReply) {
  if (fault.reset) {
    reply.hijack();
    request.raw.socket.destroy();
    return reply;
  }
  if (fault.status === undefined && fault.body === undefined) return undefined;
  const status = fault.status ?? 200;
  if (fault.retryAfter !== undefined) reply.header('retry-after', String(fault.retryAfter));
  reply.code(status);
  const error = errorOf(fault, status);
  if (fault.body) return reply.send(spoil(fault.body, JSON.stringify(error.toBody()), reply));
  if (request.url.startsWith('/api/')) return reply.send(error.toBody());
  return reply.type('text/plain; charset=utf-8').send(`${error.message}\n`);
}

const CODES: Record<number, [type: ErrorType, code: string]> = {
  401: ['untyped', 'api_authentication_failed'],
  403: ['untyped', 'api_authorization_failed'],
  404: ['invalid_request', 'resource_not_found'],
  409: ['invalid_request', 'invalid_state_for_request'],
  422: ['invalid_request', 'unable_to_process_request'],
  429: ['operation_failed', 'api_request_limit_exceeded'],
  500: ['operation_failed', 'internal_error'],
  503: ['operation_failed', 'internal_temporary_error'],
};

function errorOf(fault: Fault, status: number): ChargebeeError {
  const usual = status >= 500 ? CODES[500] : undefined;
  const [type, code] = CODES[status] ?? usual ?? ['invalid_request', 'invalid_request'];
  const message = fault.message ?? 'This failure was asked for by POST /_emulator/faults.';
  return new ChargebeeError(status, type, fault.code ?? code, message);
}

function spoil(how: NonNullable<Fault['body']>, body: string, reply: FastifyReply): string {
  switch (how) {
    case 'html':
      reply.type('text/html; charset=utf-8');
      return '<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1>';
    case 'cut':
      return body.slice(0, Math.ceil(body.length / 2));
    case 'nonsense':
      reply.type('application/json; charset=utf-8');
      return '{"what": "is this", "list": [1, 2, 3]}';
    case 'empty':
      return '';
  }
}

export const pathOf = (url: string): string => url.replace(/\?.*$/s, '');
