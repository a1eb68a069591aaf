import type { FastifyReply, FastifyRequest } from 'fastify';
import { QuotaExceeded } from './api/quotas.js';
import type { EmulatorContext } from './context.js';
import { ChargebeeError, invalidRequest } from './errors.js';
import { readLogin } from './portal/login-cookie.js';
import { sendMessage } from './portal/message.js';
import { presentationOf } from './portal/view.js';

/** Paths that return HTML pages. */
const PAGE_PATHS = /^\/(portal|pages|hosted_pages)\//;

/** Sends an error: as an HTML page on the portal and hosted pages, and otherwise as JSON in Chargebee's format. */
export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  context: Pick<EmulatorContext, 'config' | 'store'>,
): FastifyReply {
  const expected = toChargebeeError(error);
  if (!expected) {
    // A bug in the emulator: log the stack, and return only a generic error.
    console.error(
      `chargebee-emulator: ${request.method} ${request.routeOptions.url} failed`,
      error,
    );
  }
  if (expected instanceof QuotaExceeded) {
    reply.header('retry-after', String(expected.retryAfter));
  }
  const response = expected ?? INTERNAL_ERROR;
  if (PAGE_PATHS.test(request.url)) {
    const shown = presentationOf(request, context);
    const start = findStartPage(request, context);
    return sendMessage(
      reply,
      context.config,
      shown,
      { heading: 'This cannot be shown', status: response.status, task: 'failed' },
      <>
        <p>{response.message}</p>
        {start && (
          <a class="button" href={shown.href(start.path)}>
            {start.label}
          </a>
        )}
      </>,
    );
  }
  return reply
    .code(response.status)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(response.toBody()));
}

/** Returns a page to continue on, if the user has access to one. The modal has no back button. */
function findStartPage(
  request: FastifyRequest,
  { store }: Pick<EmulatorContext, 'store'>,
): { path: string; label: string } | undefined {
  if (request.url.startsWith('/portal/')) {
    const login = readLogin(request);
    const session = login && store.portalSessions.byLoginKey(login.key);
    return session && { path: '/portal/v2/home', label: 'Go to your billing overview' };
  }
  // `params` is null when the path cannot be decoded.
  const params = request.params as { page?: string } | null;
  try {
    const { id, checkout } = store.hostedPages.open(params?.page ?? '');
    return {
      path: `/pages/v3/${encodeURIComponent(id)}/`,
      label: checkout ? 'Go to your order' : 'Go to your payment methods',
    };
  } catch {
    // The hosted page is closed, expired or does not exist.
    return undefined;
  }
}

const INTERNAL_ERROR = new ChargebeeError(
  500,
  'operation_failed',
  'internal_error',
  'The emulator failed. Its own output says why.',
);

/** Messages for errors of Fastify, by their codes. */
const FASTIFY_MESSAGES: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Send parameters as application/x-www-form-urlencoded.',
  FST_ERR_BAD_URL: 'The path cannot be decoded.',
};

function toChargebeeError(error: unknown): ChargebeeError | undefined {
  if (error instanceof ChargebeeError) return error;
  const { statusCode, code } = error as { statusCode?: number; code?: string };
  return statusCode !== undefined && statusCode < 500
    ? invalidRequest(FASTIFY_MESSAGES[code ?? ''] ?? 'The request could not be read.')
    : undefined;
}
