import * as v from 'valibot';
import type { EnvironmentReader } from './environment.js';

/** The address of a Redis server or Sentinel. */
export interface RedisHost {
  host: string;
  port: number;
}

/** How to connect to Redis. */
export interface RedisConfig {
  /** A single server, the master that Sentinels report, or a Redis Cluster. */
  kind: 'single' | 'sentinel' | 'cluster';
  /** The server, the Sentinels, or some nodes of the cluster. */
  hosts: readonly RedisHost[];
  /** The Sentinels' name for the master. */
  master?: string | undefined;
  database: number;
  username?: string | undefined;
  password?: string | undefined;
  sentinelUsername?: string | undefined;
  sentinelPassword?: string | undefined;
  /** TLS options; without `ca`, Node's default certificate authorities are used. Undefined for unencrypted connections. */
  tls?: { ca?: string; servername?: string } | undefined;
}

const SHAPE =
  /^(redis|rediss)(?:\+(sentinel|cluster))?:\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/;
const DEFAULT_PORTS = { single: 6379, cluster: 6379, sentinel: 26379 };
const FORMS =
  'must be redis://host:6379, redis+sentinel://host:26379,host:26379/name-of-the-master or redis+cluster://host:6379,host:6379 (rediss for TLS)';

const NOT_ENCODED = 'has a user name or password whose special characters are not percent-encoded';
/** A character before the last `@` that ends a user name or password, so that the rest is misread. */
const MISREAD_PASSWORD = /:\/\/[^@/?#]*[@/?#].*@/;

/** Parses the URL of a Redis. */
export const redisUrl = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }): RedisConfig => {
    const parsed = parseRedisUrl(dataset.value);
    if (typeof parsed !== 'string') return parsed;
    addIssue({ message: parsed });
    return NEVER;
  }),
);

/** Reads `REDIS_URL` and the TLS variables that belong to it. */
export function readRedis(env: EnvironmentReader): RedisConfig | undefined {
  const redis = env.secret('REDIS_URL', redisUrl);
  const ca = readAuthorities(env);
  const servername = env.value(
    'REDIS_TLS_SERVERNAME',
    v.pipe(v.string(), v.regex(/^[a-z0-9.-]{1,253}$/i, 'must be a host name')),
  );
  const given = { ...(ca !== undefined && { ca }), ...(servername && { servername }) };
  if (redis && !redis.tls && Object.keys(given).length > 0) {
    env.fault(
      ca === undefined ? 'REDIS_TLS_SERVERNAME' : 'REDIS_CA_FILE',
      'needs a REDIS_URL with TLS, which begins with rediss',
    );
  }
  return redis?.tls ? { ...redis, tls: given } : redis;
}

function readAuthorities(env: EnvironmentReader): string | undefined {
  const pem = env.fileContent('REDIS_CA_FILE');
  if (pem === undefined || pem.includes('-----BEGIN CERTIFICATE-----')) return pem;
  env.fault('REDIS_CA_FILE', 'names a file that holds no PEM certificate');
  return undefined;
}

/** Returns the configuration in a URL, or an error message. The message quotes nothing of the URL, which holds secrets. */
export function parseRedisUrl(text: string): RedisConfig | string {
  const [, scheme, mode = 'single', user, hostList = '', path = '', query = ''] =
    SHAPE.exec(text) ?? [];
  const misshapen = MISREAD_PASSWORD.test(text) ? NOT_ENCODED : FORMS;
  if (scheme === undefined) return misshapen;
  const kind = mode as RedisConfig['kind'];
  const hosts = hostList.split(',').map((host) => parseHost(host, DEFAULT_PORTS[kind]));
  const [name, ...rest] = kind === 'sentinel' ? path.split('/') : [undefined, path];
  const database = rest.join('/');
  const isPathValid =
    kind === 'cluster' ? path === '' : kind === 'single' || Boolean(name && /^[\w.-]+$/.test(name));
  if (!hosts.every((host) => host !== undefined)) return misshapen;
  if (kind === 'single' && hosts.length > 1) return FORMS;
  if (!isPathValid) return FORMS;
  if (!/^\d{0,4}$/.test(database)) {
    if (path.includes('@')) return NOT_ENCODED;
    return 'must have nothing but the number of a database at its end';
  }
  // Not parsed by URLSearchParams, which decodes "+" as a space: base64 passwords may contain it.
  const parameters = new Map(query.split('&').map((item) => pair(item, '=')));
  const known = kind === 'sentinel' ? ['', 'sentinel_username', 'sentinel_password'] : [''];
  if ([...parameters.keys()].some((parameter) => !known.includes(parameter))) {
    return 'has parameters that are not known; only sentinel_username and sentinel_password are, with redis+sentinel';
  }
  try {
    const [username, password] = pair(user ?? '', ':').map((part) => decodeURIComponent(part));
    return {
      kind,
      hosts,
      master: name,
      database: Number(database),
      username: username === '' ? undefined : username,
      password: password === '' ? undefined : password,
      sentinelUsername: decoded(parameters.get('sentinel_username')),
      sentinelPassword: decoded(parameters.get('sentinel_password')),
      tls: scheme === 'rediss' ? {} : undefined,
    };
  } catch {
    return NOT_ENCODED;
  }
}

/** Splits a text at the first separator. */
function pair(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : decodeURIComponent(text);
}

function parseHost(text: string, defaultPort: number): RedisHost | undefined {
  // Parsed as an http URL, which validates the host.
  const url = URL.canParse(`http://${text}`) ? new URL(`http://${text}`) : undefined;
  if (!url || url.hostname === '' || url.pathname !== '/') return undefined;
  const port = /:(\d+)$/.exec(text)?.[1];
  if (Number(port) === 0) return undefined;
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === undefined ? defaultPort : Number(port),
  };
}
