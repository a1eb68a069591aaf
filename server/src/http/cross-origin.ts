import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import { addressOf } from '../network/address.js';
import type { SampledLog } from '../observability/sampled-log.js';
import { ownOrigins } from './own-origins.js';

/** Headers that pages may read, beside those that browsers always show. */
const EXPOSED_HEADERS = ['x-request-id', 'retry-after'];
/** For how many seconds browsers remember a preflight. */
const PREFLIGHT_MAX_AGE = 600;
const LONGEST_ORIGIN = 100;

/**
 * CORS for exactly the listed origins. Their pages may send whatever headers they ask for: monitoring and interceptors add
 * many of their own (`sentry-trace`, `baggage`, `x-datadog-…`), and none of them means anything here.
 *
 * @param refused where requests from other origins are written down
 */
export async function allowOrigins(
  app: FastifyInstance,
  origins: readonly string[],
  refused: SampledLog,
): Promise<void> {
  app.addHook('onRequest', (request, _reply, done) => {
    const { origin } = request.headers;
    if (
      origin !== undefined &&
      !origins.includes(origin) &&
      !ownOrigins(request).includes(origin)
    ) {
      const shown = origin.slice(0, LONGEST_ORIGIN);
      refused.info(
        shown,
        () => ({ origin: shown, requestId: request.id, ip: addressOf(request.ip) }),
        'pages of this origin may not call; if it is yours, add it to CORS_ORIGINS',
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
    // An OPTIONS request that is no preflight is answered like one.
    strictPreflight: false,
  });
}

/** The headers by which a page of a listed origin may read an answer that was given before its request was parsed. */
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
