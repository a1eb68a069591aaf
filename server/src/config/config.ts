import * as v from 'valibot';
import { EnvironmentReader, type Environment } from './environment.js';
import { isAddressEntry, noProxyEntries } from '../network/no-proxy.js';
import { readIdentity, type IdentityConfig } from './identity.js';
import { origins } from './origins.js';
import { readRedis, type RedisConfig } from './redis.js';
import { flag, hostNames, proxyUrl, secureUrls, trustedProxies, wholeNumber } from './values.js';
import { misspeltVariables } from './variables.js';

/** Which Chargebee site is asked, and how much of it. */
export interface ChargebeeConfig {
  site: string;
  /** The key that calls are made with, then the one to use when Chargebee refuses it: two while keys rotate. */
  apiKeys: readonly string[];
  /** The API's origin when it is not `https://{site}.chargebee.com`. */
  baseUrl: URL | undefined;
  /** Calls in any 60 seconds, all instances together. */
  requestsPerMinute: number;
  /** Calls at the same time, all instances together. */
  maxConcurrency: number;
  /** One call, in milliseconds. */
  timeoutMs: number;
}

/** By which proxy to reach Chargebee and the identity provider; undefined when none is set. */
export interface ProxyConfig {
  httpProxy: string | undefined;
  httpsProxy: string | undefined;
  noProxy: string | undefined;
}

/** Where the end user may be sent. */
export interface LinkConfig {
  redirectOrigins: readonly string[];
  portalOrigins: readonly string[];
}

/** What holds for the operations, however they are reached. */
export interface OperationsConfig {
  chargebee: ChargebeeConfig;
  links: LinkConfig;
  /** Requests of one user in any minute that would go upstream. */
  userRequestsPerMinute: number;
  /** A whole request with its retries and waiting, in milliseconds. */
  requestDeadlineMs: number;
  /** Where quota and limits are shared; in this process's memory when undefined. */
  redis: RedisConfig | undefined;
  /** The most instances that run at once, where that is declared. */
  instances: number | undefined;
  /** Signs idempotency keys; derived from the API key when undefined. */
  idempotencySecret: string | undefined;
  proxy: ProxyConfig | undefined;
  /** Of the log, where the host app has none of its own. */
  logLevel: string;
  /** The files that secrets and Redis's authorities were read from, to be watched. */
  secretFiles: readonly string[];
  /** What is allowed but worth telling the operator at start, one sentence each. */
  warnings: readonly string[];
}

/** The whole configuration of the program. */
export interface Config extends OperationsConfig {
  host: string;
  port: number;
  tls: { certFile: string; keyFile: string } | undefined;
  /** Absent when the host app authenticates by itself. */
  identity: IdentityConfig | undefined;
  corsOrigins: readonly string[];
  metricsHost: string;
  metricsPort: number | undefined;
  keepAliveTimeoutMs: number;
  trustProxy: false | number | string[];
  introspection: boolean;
}

const SITE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const logLevel = v.picklist(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`);

/** One key, or two while one replaces the other, each on a line of its own. */
const apiKeys = v.pipe(
  v.string(),
  v.transform((text) => text.split(/\s*\n\s*/)),
  v.check(
    (keys) => keys.length <= 2 && keys.every((key) => /^[\x21-\x7e]{1,200}$/.test(key)),
    'must be one word of plain characters, or two, each on a line of its own',
  ),
);
const idempotencySecret = v.pipe(
  v.string(),
  v.minLength(32, 'must be at least 32 characters long'),
);

/** What a host app does itself, so that the variables for it are not read: the host may use their names otherwise. */
export interface OwnParts {
  /** It authenticates, so that no `AUTH_*` variable is needed. */
  identity?: boolean;
  /** It has a logger. */
  logger?: boolean;
}

/** Reads what the operations need. Throws a `ConfigurationError` that lists every fault. */
export function loadOperationsConfig(
  environment: Environment,
  own: Pick<OwnParts, 'logger'> = {},
): OperationsConfig {
  const env = new EnvironmentReader(environment);
  const operations = readOperations(env, readSecureUrls(env), own);
  env.assertSound();
  return { ...operations, ...notes(env, environment) };
}

/** Reads the whole configuration. Throws a `ConfigurationError` that lists every fault. */
export function loadConfig(environment: Environment, own: OwnParts = {}): Config {
  const env = new EnvironmentReader(environment);
  const urls = readSecureUrls(env);
  const operations = readOperations(env, urls, own);
  const identity = own.identity ? undefined : readIdentity(env, urls);
  const host = env.text('HOST') ?? '0.0.0.0';
  const config: Omit<Config, 'warnings' | 'secretFiles'> = {
    ...operations,
    identity,
    host,
    port: env.value('PORT', wholeNumber(0, 65535)) ?? 4000,
    tls: readTls(env),
    corsOrigins: env.value('CORS_ORIGINS', origins) ?? [],
    metricsHost: env.text('METRICS_HOST') ?? host,
    metricsPort: env.value('METRICS_PORT', wholeNumber(0, 65535)),
    keepAliveTimeoutMs: env.value('KEEP_ALIVE_TIMEOUT_MS', wholeNumber(1000, 3_600_000)) ?? 75_000,
    trustProxy: env.value('TRUST_PROXY', trustedProxies) ?? false,
    introspection: env.value('GRAPHQL_INTROSPECTION', flag) ?? false,
  };
  if (
    config.metricsPort !== undefined &&
    config.metricsPort !== 0 &&
    config.metricsPort === config.port &&
    config.metricsHost === config.host
  ) {
    env.fault('METRICS_PORT', 'must be another port than PORT');
  }
  env.assertSound();
  return { ...config, ...notes(env, environment) };
}

/** What was noticed while reading, apart from faults. */
function notes(env: EnvironmentReader, environment: Environment) {
  return {
    secretFiles: [...new Set(env.secretFiles)],
    warnings: [...env.warnings, ...misspeltVariables(environment)],
  };
}

function readSecureUrls(env: EnvironmentReader) {
  const hosts = env.value('INSECURE_HTTP_HOSTS', hostNames) ?? [];
  if (hosts.length > 0) {
    env.warnings.add(
      `INSECURE_HTTP_HOSTS is set: keys and customers' data travel unencrypted to ${hosts.join(', ')} where its URL is http`,
    );
  }
  return secureUrls(hosts);
}

function readOperations(
  env: EnvironmentReader,
  urls: ReturnType<typeof secureUrls>,
  own: Pick<OwnParts, 'logger'>,
): Omit<OperationsConfig, 'warnings' | 'secretFiles'> {
  const site = env.required(
    'CHARGEBEE_SITE',
    // Host names ignore case, but origins and Redis's keys are compared exactly.
    v.pipe(v.string(), v.regex(SITE, 'must be the site name alone'), v.toLowerCase()),
  );
  if (!env.has('CHARGEBEE_API_KEY')) env.fault('CHARGEBEE_API_KEY', 'is not set');
  const keys = env.secret('CHARGEBEE_API_KEY', apiKeys);
  const baseUrl = env.value('CHARGEBEE_BASE_URL', urls.origin);
  const perMinute = env.value('CHARGEBEE_REQUESTS_PER_MINUTE', wholeNumber(1, 100_000_000)) ?? 100;
  const concurrency = env.value('CHARGEBEE_MAX_CONCURRENCY', wholeNumber(1, 10_000)) ?? 40;
  const timeoutMs = env.value('CHARGEBEE_TIMEOUT_MS', wholeNumber(1, 60_000)) ?? 5000;
  const requestDeadlineMs = env.value('REQUEST_DEADLINE_MS', wholeNumber(1, 120_000)) ?? 9000;
  const instances = env.value('INSTANCES', wholeNumber(1, 1000));
  const redis = readRedis(env);
  if (timeoutMs > requestDeadlineMs) {
    env.fault('CHARGEBEE_TIMEOUT_MS', 'must not be longer than REQUEST_DEADLINE_MS');
  }
  // With Redis, half of the share is divided among the instances; without, all of it is.
  if ((instances ?? 0) > Math.min(perMinute, concurrency) / (env.has('REDIS_URL') ? 2 : 1)) {
    env.fault(
      'INSTANCES',
      'leave none of CHARGEBEE_REQUESTS_PER_MINUTE or CHARGEBEE_MAX_CONCURRENCY to each',
    );
  }
  const corsOrigins = new EnvironmentReader({ list: env.text('CORS_ORIGINS') }).value(
    'list',
    origins,
  );
  return {
    chargebee: {
      // Where a required one is missing, `assertSound` throws before anybody sees these.
      site: site ?? '',
      apiKeys: keys ?? [],
      baseUrl,
      requestsPerMinute: perMinute,
      maxConcurrency: concurrency,
      timeoutMs,
    },
    links: {
      redirectOrigins: env.value('REDIRECT_ORIGINS', origins) ?? corsOrigins ?? [],
      portalOrigins: env.value('PORTAL_ORIGINS', origins) ?? [
        `https://${site}.chargebeeportal.com`,
        ...(baseUrl ? [baseUrl.origin] : []),
      ],
    },
    userRequestsPerMinute: env.value('USER_REQUESTS_PER_MINUTE', wholeNumber(1, 100_000_000)) ?? 20,
    requestDeadlineMs,
    redis,
    instances,
    idempotencySecret: env.secret('IDEMPOTENCY_SECRET', idempotencySecret),
    proxy: readProxy(env),
    logLevel: (own.logger ? undefined : env.value('LOG_LEVEL', logLevel)) ?? 'info',
  };
}

/** The usual variables of proxies, which many programs read in lower case first. */
function readProxy(env: EnvironmentReader): ProxyConfig | undefined {
  const read = (name: string) => {
    const lowerCase = name.toLowerCase();
    return env.value(env.text(lowerCase) === undefined ? name : lowerCase, proxyUrl);
  };
  const httpProxy = read('HTTP_PROXY');
  const httpsProxy = read('HTTPS_PROXY');
  const noProxy = env.text('no_proxy') ?? env.text('NO_PROXY');
  if (httpProxy === undefined && httpsProxy === undefined) return undefined;
  for (const entry of noProxyEntries(noProxy ?? '')) {
    if (!entry.includes('/') || isAddressEntry(entry)) continue;
    env.warnings.add(
      `NO_PROXY has an entry without effect, "${entry}": name a host, an address, or a range such as 10.0.0.0/8`,
    );
  }
  return { httpProxy, httpsProxy, noProxy };
}

function readTls(env: EnvironmentReader): Config['tls'] {
  const certFile = env.file('TLS_CERT_FILE');
  const keyFile = env.file('TLS_KEY_FILE');
  if (certFile && keyFile) return { certFile, keyFile };
  if (certFile) env.fault('TLS_KEY_FILE', 'is not set, though TLS_CERT_FILE is');
  if (keyFile) env.fault('TLS_CERT_FILE', 'is not set, though TLS_KEY_FILE is');
  return undefined;
}
