import cors from '@fastify/cors';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { addressOf } from '../network/address.js';
import type { SampledLog } from '../observability/sampled-log.js';
import { isMounted } from './mounted-requests.js';
import { ownOrigins } from './own-origins.js';

/** Response headers that pages may read, in addition to those that are always readable. */
const EXPOSED_HEADERS = ['x-request-id', 'retry-after'];
/** How long browsers cache a preflight, in seconds. */
const PREFLIGHT_MAX_AGE = 600;
const MAX_ORIGIN_LENGTH = 100;

const NOT_LISTED = 'pages of this origin may not call; if it is yours, add it to CORS_ORIGINS';
/** A host that gets a Fetch API response may add its own headers to it. */
const NOT_LISTED_WHEN_MOUNTED =
  'pages of this origin may not call, unless your app allows them itself; if it is yours, add it to CORS_ORIGINS';

/**
 * Enables CORS for the listed origins. Their pages may send any headers: monitoring tools and interceptors add various ones
 * (`sentry-trace`, `baggage`, `x-datadog-…`), which have no effect here.
 *
 * @param refused the log of requests from other origins
 */
export async function allowOrigins(
  app: FastifyInstance,
  origins: readonly string[],
  refused: SampledLog,
): Promise<void> {
  app.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    if (
      origin !== undefined &&
      !origins.includes(origin) &&
      !ownOrigins(request).includes(origin) &&
      !isAllowedByHost(origin, reply)
    ) {
      const shown = origin.slice(0, MAX_ORIGIN_LENGTH);
      refused.info(
        shown,
        () => ({ origin: shown, requestId: request.id, ip: addressOf(request.ip) }),
        isMounted(request.raw) ? NOT_LISTED_WHEN_MOUNTED : NOT_LISTED,
      );
    }
    done();
  });
  if (origins.length === 0) return;
  await app.register(cors, {
    origin: [...origins],
    methods: ['POST'],
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_MAX_AGE,
    // Answers OPTIONS requests that are not preflights like preflights.
    strictPreflight: false,
  });
}

/** Returns whether the host of a mounted server has allowed the origin before, with CORS headers of its own. */
function isAllowedByHost(origin: string, { raw }: FastifyReply): boolean {
  const allowed = raw.getHeader('access-control-allow-origin');
  return allowed === origin || allowed === '*';
}

/** Returns CORS headers for an answer to a request that could not be parsed, so that a page of a listed origin can read it. */
export function originHeadersOf(
  received: Buffer | undefined,
  origins: readonly string[],
): Record<string, string> {
  const origin = /^origin: *(\S+) *\r$/im.exec(received?.toString('latin1') ?? '')?.[1];
  if (origin === undefined || !origins.includes(origin)) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': EXPOSED_HEADERS.join(', '),
    vary: 'Origin',
  };
}
