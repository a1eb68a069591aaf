import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
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

/** Lets the faults strike. The emulator's own controls are never struck, nor what a browser asks before a request (OPTIONS). */
export function injectFaults(app: FastifyInstance, faults: FaultList): void {
  app.decorateRequest('fault', null);

  app.addHook('onRequest', async (request, reply) => {
    const path = pathOf(request.url);
    if (path === '/' || path.startsWith('/_emulator')) return undefined;
    if (request.method === 'OPTIONS') return undefined;
    const fault = faults.strike(request.method, path);
    if (!fault) return undefined;
    request.fault = fault;
    if (fault.latency) await waitFor(fault.latency, request);
    return fault.processed ? undefined : failInstead(fault, request, reply);
  });

  // As hooks of the routes they come after all others: what is kept of an answer is kept before it is spoilt.
  app.addHook('onRoute', (route) => {
    route.onSend = [route.onSend ?? []]
      .flat()
      .concat((request, reply, payload, next) => next(null, afterwards(request, reply, payload)));
  });
  // A path that there is not has no route.
  app.addHook('onSend', (request, reply, payload, next) =>
    next(null, request.is404 ? afterwards(request, reply, payload) : payload),
  );
}

/** What becomes of an answer to a request that was carried out before the fault. */
function afterwards(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  const { fault, raw } = request;
  if (!fault?.processed) return payload;
  if (fault.reset) raw.socket.destroy();
  if (!isAnswer(fault)) return payload;
  reply.removeHeader('content-length');
  return spoiltBody(fault, request, reply, payload);
}

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
  return isAnswer(fault) ? reply.send(spoiltBody(fault, request, reply)) : undefined;
}

/** Whether a fault changes what is answered, and not only when. */
const isAnswer = ({ status, body }: Fault): boolean => status !== undefined || body !== undefined;

/**
 * Gives an answer the fault's status and headers.
 * @param answered What would have been answered without the fault; not there when nothing has been done.
 * @returns its body
 */
function spoiltBody(
  fault: Fault,
  { url }: FastifyRequest,
  reply: FastifyReply,
  answered?: unknown,
): string {
  const { status, retryAfter, body } = fault;
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
  if (status !== undefined) reply.code(status);
  const error = errorOf(fault, status ?? 200);
  const json = JSON.stringify(error.toBody());
  if (body) {
    // Without a status it is the answer itself that is spoilt.
    const whole = status === undefined && typeof answered === 'string' ? answered : json;
    return spoil(body, whole, reply);
  }
  const onApi = url.startsWith('/api/');
  reply.type(onApi ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8');
  return onApi ? json : `${error.message}\n`;
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
