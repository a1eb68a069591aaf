import type { FastifyBaseLogger } from 'fastify';
import { pino, type DestinationStream } from 'pino';
import { escapeControlsInJson } from './escape-controls.js';
import { toStandardOutput } from './log-destination.js';

/** Fields that may contain a credential. They are redacted at the top level and one level below. */
const SECRET_FIELDS = [
  'token',
  'access_url',
  'accessUrl',
  'url',
  'authorization',
  'apiKey',
  'password',
  'headers',
  'body',
];

/** Creates a structured logger, which writes one JSON object per line and redacts secrets, as a second safeguard. */
export function createLogger(level: string, destination?: DestinationStream): FastifyBaseLogger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      hooks: { streamWrite: escapeControlsInJson },
      redact: {
        paths: SECRET_FIELDS.filter((field) => field !== 'url').concat(
          SECRET_FIELDS.map((field) => `*.${field}`),
        ),
        censor: '[redacted]',
      },
    },
    destination ?? toStandardOutput(),
  );
}

/** Converts an error for the log: keeps name, message, codes and stack, without secrets and without other properties. */
export function describeError(error: unknown, depth = 0): unknown {
  if (typeof error === 'string') return withoutSecrets(error);
  if (typeof error !== 'object' || error === null) return typeof error;
  const { name, message, code, stack, cause } = error as Record<string, unknown>;
  return {
    ...(typeof name === 'string' && { name }),
    ...(typeof message === 'string' && { message: withoutSecrets(message) }),
    ...(typeof code === 'string' && { code }),
    ...pickPlain(error, ['http_status_code', 'api_error_code', 'error_cause_id', 'param', 'type']),
    ...(depth === 0 && typeof stack === 'string' && { stack: withoutSecrets(stack) }),
    ...(cause !== undefined && depth < 3 && { cause: describeError(cause, depth + 1) }),
  };
}

function pickPlain(error: object, names: readonly string[]): Record<string, string | number> {
  const found: Record<string, string | number> = {};
  for (const name of names) {
    const value: unknown = Reflect.get(error, name);
    if (typeof value === 'string' || typeof value === 'number') found[name] = value;
  }
  return found;
}

// The texts may quote what a caller sent. So each pattern takes linear time: names and tokens are only tried at the start of a
// word, which a lookahead searches before anything else.
/**
 * The paths of URLs that open the portal or a page, and of the API's URLs of pages, whose ids are secrets. The one that creates a
 * page has a name instead of an id. Also of the API's URLs of sessions whose id does not look like one: a caller may have given
 * the token instead.
 */
const SECRET_PATHS =
  /(\/portal\/access\/|\/pages\/v\d\/|\/hosted_pages\/(?!manage_payment_sources\b)|\/portal_sessions\/(?!portal_))[^\s"']+/g;
/** `name=value` pairs with a credential, which errors of a host's functions may quote. */
const ASSIGNED =
  /(?<![\w-])(?=[\w-]*(?:token|secret|password|api[-_]?key|session|cookie|signature))([\w-]+=)[^\s&"',;)]+/gi;
/** Headers with a credential. */
const HEADERS = /\b((?:set-)?cookie|x-api-key|x-auth-token)(["']?: *["']?)[^"'\r\n]+/gi;
const JWTS = /(?<![\w-])(?=[\w-]*\beyJ)[\w-]+\.[\w-]*\.[\w-]*/g;

/**
 * Redacts credentials in a text: bearer and basic credentials, JWTs, the paths of access URLs, passwords in URLs, and values with
 * a name such as `token`.
 */
export function withoutSecrets(text: string): string {
  return text
    .replace(/\b(bearer|basic)\s+\S+/gi, '$1 [redacted]')
    .replace(JWTS, '[redacted]')
    .replace(SECRET_PATHS, '$1[redacted]')
    .replace(/(:\/\/)[^/\s@]+@/g, '$1[redacted]@')
    .replace(HEADERS, '$1$2[redacted]')
    .replace(ASSIGNED, '$1[redacted]');
}
