import type { FastifyReply, FastifyRequest } from 'fastify';
import { QuotaExceeded } from './api/quotas.js';
import type { EmulatorContext } from './context.js';
import { ChargebeeError, invalidRequest } from './errors.js';
import { readLogin } from './portal/login-cookie.js';
import { sendMessage } from './portal/message.js';
import { presentationOf } from './portal/view.js';

/** What people look at, and not programs. */
const PAGES = /^\/(portal|pages)\//;

/** Answers an error: the API's callers in Chargebee's shape, people on a page of the portal's. */
export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  context: Pick<EmulatorContext, 'config' | 'store'>,
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
    const shown = presentationOf(request, context);
    const start = startOf(request, context);
    return sendMessage(
      reply,
      context.config,
      shown,
      { heading: 'This cannot be shown', status: answer.status, task: 'failed' },
      <>
        <p>{answer.message}</p>
        {start && (
          <a class="button" href={shown.href(start.path)}>
            {start.label}
          </a>
        )}
      </>,
    );
  }
  return reply
    .code(answer.status)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(answer.toBody()));
}

/** Where somebody can go on who is on pages that they may see: in the modal there is no way back. */
function startOf(
  request: FastifyRequest,
  { store }: Pick<EmulatorContext, 'store'>,
): { path: string; label: string } | undefined {
  if (request.url.startsWith('/portal/')) {
    const login = readLogin(request);
    const session = login && store.portalSessions.byLoginKey(login.key);
    return session && { path: '/portal/v2/home', label: 'Go to your billing overview' };
  }
  // There are none of a path that cannot be decoded.
  const params = request.params as { page?: string } | null;
  try {
    const { id } = store.hostedPages.open(params?.page ?? '');
    return { path: `/pages/v3/${encodeURIComponent(id)}/`, label: 'Go to your payment methods' };
  } catch {
    // It is over, or there has been none.
    return undefined;
  }
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
