import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ChargebeeError } from '../errors.js';
import type { ErrorType } from '../errors.js';
import type { FaultList } from './fault-list.js';
import type { Fault } from './fault.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The fault that affects this request. */
    fault: Fault | null;
  }
}

/** Applies the active faults to requests, except to the emulator's own page, its control API and CORS preflight requests. */
export function injectFaults(app: FastifyInstance, faults: FaultList): void {
  app.decorateRequest('fault', null);

  app.addHook('onRequest', async (request, reply) => {
    const path = pathOf(request.url);
    if (path === '/' || path.startsWith('/_emulator')) return undefined;
    if (request.method === 'OPTIONS') return undefined;
    const fault = faults.strike(request.method, path);
    if (!fault) return undefined;
    request.fault = fault;
    if (fault.latency) await delay(fault.latency, request);
    return fault.processed ? undefined : sendFailure(fault, request, reply);
  });

  // Route-level hooks run after all others, so that the idempotency store gets the original response.
  app.addHook('onRoute', (route) => {
    route.onSend = [route.onSend ?? []]
      .flat()
      .concat((request, reply, payload, next) =>
        next(null, applyAfterProcessing(request, reply, payload)),
      );
  });
  // Unknown paths have no route.
  app.addHook('onSend', (request, reply, payload, next) =>
    next(null, request.is404 ? applyAfterProcessing(request, reply, payload) : payload),
  );
}

/** Applies a fault to the response of a request that was processed first. */
function applyAfterProcessing(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): unknown {
  const { fault, raw } = request;
  if (!fault?.processed) return payload;
  if (fault.reset) raw.socket.destroy();
  if (!changesResponse(fault)) return payload;
  reply.removeHeader('content-length');
  return applyToResponse(fault, request, reply, payload);
}

/** Waits until the time has passed or the client disconnects. */
async function delay(ms: number, request: FastifyRequest): Promise<void> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  request.raw.socket.once('close', abort);
  await sleep(ms, undefined, { signal: controller.signal, ref: false }).catch(() => undefined);
  request.raw.socket.off('close', abort);
}

function sendFailure(fault: Fault, request: FastifyRequest, reply: FastifyReply) {
  if (fault.reset) {
    reply.hijack();
    request.raw.socket.destroy();
    return reply;
  }
  return changesResponse(fault) ? reply.send(applyToResponse(fault, request, reply)) : undefined;
}

/** Returns whether a fault changes the response and not only delays it. */
const changesResponse = ({ status, body }: Fault): boolean =>
  status !== undefined || body !== undefined;

/**
 * Sets the fault's status and headers on a response.
 * @param payload The original body; absent when the request was not processed.
 * @returns the body to send
 */
function applyToResponse(
  fault: Fault,
  { url }: FastifyRequest,
  reply: FastifyReply,
  payload?: unknown,
): string {
  const { status, retryAfter, body } = fault;
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
  if (status !== undefined) reply.code(status);
  const error = toChargebeeError(fault, status ?? 200);
  const json = JSON.stringify(error.toBody());
  if (body) {
    // A fault without a status corrupts the original body.
    const original = status === undefined && typeof payload === 'string' ? payload : json;
    return corruptBody(body, original, reply);
  }
  const isApi = url.startsWith('/api/');
  reply.type(isApi ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8');
  return isApi ? json : `${error.message}\n`;
}

const DEFAULT_CODES: Record<number, [type: ErrorType, code: string]> = {
  401: ['untyped', 'api_authentication_failed'],
  403: ['untyped', 'api_authorization_failed'],
  404: ['invalid_request', 'resource_not_found'],
  409: ['invalid_request', 'invalid_state_for_request'],
  422: ['invalid_request', 'unable_to_process_request'],
  429: ['operation_failed', 'api_request_limit_exceeded'],
  500: ['operation_failed', 'internal_error'],
  503: ['operation_failed', 'internal_temporary_error'],
};

function toChargebeeError(fault: Fault, status: number): ChargebeeError {
  const serverError = status >= 500 ? DEFAULT_CODES[500] : undefined;
  const [type, code] = DEFAULT_CODES[status] ??
    serverError ?? ['invalid_request', 'invalid_request'];
  const message = fault.message ?? 'This failure was asked for by POST /_emulator/faults.';
  return new ChargebeeError(status, type, fault.code ?? code, message);
}

function corruptBody(how: NonNullable<Fault['body']>, body: string, reply: FastifyReply): string {
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
