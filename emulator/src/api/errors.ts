import type { FastifyReply, FastifyRequest } from 'fastify';
import { ChargebeeError, invalidRequest } from '../errors.js';
import { QuotaExceeded } from './quotas.js';

/** Answers an error in Chargebee's shape. */
export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const known = toChargebeeError(error);
  if (!known) {
    // A fault of the emulator itself: its developers need the stack, its caller only what Chargebee would say.
    console.error(
      `chargebee-emulator: ${request.method} ${request.routeOptions.url} failed`,
      error,
    );
  }
  if (known instanceof QuotaExceeded) reply.header('retry-after', String(known.retryAfter));
  const { status, body } = known
    ? { status: known.status, body: known.toBody() }
    : { status: 500, body: INTERNAL.toBody() };
  return reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(body));
}

const INTERNAL = new ChargebeeError(
  500,
  'operation_failed',
  'internal_error',
  'The emulator failed. Its own output says why.',
);

function toChargebeeError(error: unknown): ChargebeeError | undefined {
  if (error instanceof ChargebeeError) return error;
  const { statusCode, code } = error as { statusCode?: number; code?: string };
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return invalidRequest('Send parameters as application/x-www-form-urlencoded.');
  }
  return statusCode !== undefined && statusCode < 500
    ? invalidRequest('The request could not be read.')
    : undefined;
}
