import { isServiceLink, type Environment } from './environment.js';

/** Secrets. Each can also be read from the file that the variable with the suffix `_FILE` names. */
const SECRETS = [
  'CHARGEBEE_API_KEY',
  'AUTH_PUBLIC_KEY',
  'AUTH_JWT_SECRET',
  'REDIS_URL',
  'IDEMPOTENCY_SECRET',
] as const;

/** Every variable that the server reads, except OpenTelemetry's. */
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
/** Shorter names, such as `POST` or `HOSTS`, are not checked: they are probably not misspelt. */
const MIN_NAME_LENGTH = 7;

/** Returns a warning for each unknown variable whose name resembles one of ours. */
export function misspeltVariables(env: Environment): string[] {
  const known = new Set(VARIABLES);
  return Object.keys(env)
    .filter((name) => env[name] && !known.has(name) && !FOREIGN.test(name))
    .filter((name) => name.length >= MIN_NAME_LENGTH && !isServiceLink(name, env[name] ?? ''))
    .flatMap((name) => {
      const meant = closest(name.toUpperCase());
      return meant === undefined || meant === name.toUpperCase()
        ? []
        : [`${name} is not a variable of this server; did you mean ${meant}?`];
    });
}

/** Returns the variable with the most similar name; `undefined` when none is similar. */
function closest(name: string): string | undefined {
  const [prefix = ''] = name.split('_', 1);
  const [best] = VARIABLES.map((candidate) => ({
    candidate,
    distance: editDistance(name, candidate),
  }))
    .filter(({ candidate, distance }) => {
      const longer = Math.max(name.length, candidate.length);
      // With a common prefix, such as CHARGEBEE_, a larger difference is still a likely typo.
      return distance <= 2 || (candidate.startsWith(`${prefix}_`) && distance <= longer * 0.4);
    })
    .sort((one, other) => one.distance - other.distance);
  return best?.candidate;
}

/** Returns the Levenshtein distance: the number of characters to replace, add or remove. */
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
