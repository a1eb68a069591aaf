import type { FastifyReply, FastifyRequest } from 'fastify';
import { QuotaExceeded } from './api/quotas.js';
import type { EmulatorContext } from './context.js';
import { ChargebeeError, invalidRequest } from './errors.js';
import { sendMessage } from './portal/message.js';
import { presentationOf } from './portal/view.js';

/** What people look at, and not programs. */
const PAGES = /^\/(portal|pages)\//;

/** Answers an error: the API's callers in Chargebee's shape, people on a page of the portal's. */
export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  context: Pick<EmulatorContext, 'config'>,
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
  const answer = known ?? INTERNAL;
  if (PAGES.test(request.url)) {
    return sendMessage(
      reply,
      context.config,
      presentationOf(request, context),
      { heading: 'This cannot be shown', status: answer.status, task: 'failed' },
      <p>{answer.message}</p>,
    );
  }
  return reply
    .code(answer.status)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(answer.toBody()));
}

const INTERNAL = new ChargebeeError(
  500,
  'operation_failed',
  'internal_error',
  'The emulator failed. Its own output says why.',
);

/** Errors of the framework by their codes, and what they mean to a caller. */
const READABLE: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Send parameters as application/x-www-form-urlencoded.',
  FST_ERR_BAD_URL: 'The path cannot be decoded.',
};

function toChargebeeError(error: unknown): ChargebeeError | undefined {
  if (error instanceof ChargebeeError) return error;
  const { statusCode, code } = error as { statusCode?: number; code?: string };
  return statusCode !== undefined && statusCode < 500
    ? invalidRequest(READABLE[code ?? ''] ?? 'The request could not be read.')
    : undefined;
}
