import { isServiceLink, type Environment } from './environment.js';

/** Secrets: each can also come from the file that the variable with `_FILE` at its end names. */
const SECRETS = [
  'CHARGEBEE_API_KEY',
  'AUTH_PUBLIC_KEY',
  'AUTH_JWT_SECRET',
  'REDIS_URL',
  'IDEMPOTENCY_SECRET',
] as const;

/** Every variable that the server reads, besides OpenTelemetry's own. */
export const VARIABLES: readonly string[] = [
  ...SECRETS,
  ...SECRETS.map((name) => `${name}_FILE`),
  'AUTH_ALGORITHMS',
  'AUTH_AUDIENCE',
  'AUTH_AUDIENCE_CLAIM',
  'AUTH_ISSUER',
  'AUTH_JWKS_URL',
  'AUTH_JWT_SECRET_ENCODING',
  'AUTH_REQUIRED_CLAIM',
  'CHARGEBEE_BASE_URL',
  'CHARGEBEE_MAX_CONCURRENCY',
  'CHARGEBEE_REQUESTS_PER_MINUTE',
  'CHARGEBEE_SITE',
  'CHARGEBEE_TIMEOUT_MS',
  'CORS_ORIGINS',
  'CUSTOMER_ID_CLAIM',
  'CUSTOMER_LOOKUP',
  'GRAPHQL_INTROSPECTION',
  'HOST',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'INSECURE_HTTP_HOSTS',
  'INSTANCES',
  'KEEP_ALIVE_TIMEOUT_MS',
  'LOG_LEVEL',
  'METRICS_HOST',
  'METRICS_PORT',
  'NO_PROXY',
  'PORT',
  'PORTAL_ORIGINS',
  'REDIRECT_ORIGINS',
  'REDIS_CA_FILE',
  'REDIS_TLS_SERVERNAME',
  'REQUEST_DEADLINE_MS',
  'TLS_CERT_FILE',
  'TLS_KEY_FILE',
  'TRUST_PROXY',
  'USER_REQUESTS_PER_MINUTE',
];

/** Variables of other programs that resemble ours. */
const FOREIGN = /^(npm_|PORTS?$|HOSTNAME$|.*_SERVICE_(HOST|PORT)(_|$)|.*_PORT_\d+_(TCP|UDP|SCTP))/;
/** Names that are too short to tell a slip from another word, such as `POST` or `HOSTS`. */
const SHORTEST_NAME = 7;

/** A warning for each variable that is not ours but probably meant to be, with the name that is. */
export function misspeltVariables(env: Environment): string[] {
  const known = new Set(VARIABLES);
  return Object.keys(env)
    .filter((name) => env[name] && !known.has(name) && !FOREIGN.test(name))
    .filter((name) => name.length >= SHORTEST_NAME && !isServiceLink(name, env[name] ?? ''))
    .flatMap((name) => {
      const meant = closest(name.toUpperCase());
      return meant === undefined || meant === name.toUpperCase()
        ? []
        : [`${name} is not a variable of this server; did you mean ${meant}?`];
    });
}

/** The variable that a name most resembles; `undefined` when it resembles none. */
function closest(name: string): string | undefined {
  const [prefix = ''] = name.split('_', 1);
  const [best] = VARIABLES.map((candidate) => ({
    candidate,
    distance: editDistance(name, candidate),
  }))
    .filter(({ candidate, distance }) => {
      const longer = Math.max(name.length, candidate.length);
      // A shared first word, such as CHARGEBEE_, makes a larger difference a likely slip.
      return distance <= 2 || (candidate.startsWith(`${prefix}_`) && distance <= longer * 0.4);
    })
    .sort((one, other) => one.distance - other.distance);
  return best?.candidate;
}

/** Levenshtein's distance: how many characters have to be changed, added or left out. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [column, otherLetter] of [...other].entries()) {
      const replaced = (row[column] ?? 0) + (letter === otherLetter ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
