import * as v from 'valibot';
import { ConfigurationError, EnvironmentReader, type Environment } from './environment.js';
import { isAddressEntry, noProxyEntries, redactNoProxy } from '../network/no-proxy.js';
import { readIdentity, type IdentityConfig } from './identity.js';
import { readListen, type ListenConfig } from './listen.js';
import { origins } from './origins.js';
import { readRedis, type RedisConfig } from './redis.js';
import { flag, hostNames, proxyUrl, secureUrls, trustedProxies, wholeNumber } from './values.js';
import { misspeltVariables } from './variables.js';

/** The Chargebee site to call, and the limits of the calls. */
export interface ChargebeeConfig {
  site: string;
  /** The API key, and during a rotation a second one to use when Chargebee refuses the first. */
  apiKeys: readonly string[];
  /** The API's origin when it is not `https://{site}.chargebee.com`. */
  baseUrl: URL | undefined;
  /** Maximum number of calls in any 60 seconds, of all instances together. */
  requestsPerMinute: number;
  /** Maximum number of concurrent calls, of all instances together. */
  maxConcurrency: number;
  /** Timeout of one call, in milliseconds. */
  timeoutMs: number;
}

/** The proxy for calls to Chargebee and the identity provider. */
export interface ProxyConfig {
  httpProxy: string | undefined;
  httpsProxy: string | undefined;
  noProxy: string | undefined;
}

/** The origins that the end user may be redirected to. */
export interface LinkConfig {
  redirectOrigins: readonly string[];
  portalOrigins: readonly string[];
}

/** The configuration of the operations, which the program and embedding host apps have in common. */
export interface OperationsConfig {
  chargebee: ChargebeeConfig;
  links: LinkConfig;
  /** Maximum number of upstream requests of one user in any minute. */
  userRequestsPerMinute: number;
  /** Deadline of a request, including retries and waiting, in milliseconds. */
  requestDeadlineMs: number;
  /** The Redis that shares quota and limits; when undefined, they are kept in this process's memory. */
  redis: RedisConfig | undefined;
  /** The maximum number of instances that run at once, if declared. */
  instances: number | undefined;
  /** Signs idempotency keys; derived from the API key when undefined. */
  idempotencySecret: string | undefined;
  proxy: ProxyConfig | undefined;
  /** The log level, unless the host app provides a logger. */
  logLevel: string;
  /** The files to watch: those of secrets and of Redis's certificate authorities. */
  secretFiles: readonly string[];
  /** Warnings about valid but questionable settings, logged at start, one sentence each. */
  warnings: readonly string[];
}

/** The configuration of the program. */
export interface Config extends OperationsConfig {
  listen: ListenConfig;
  /**
   * The faults of the variables of `listen`. A mounted server ignores them, since these may be variables of the host: `PORT` is a
   * named pipe on Azure's App Service for Windows.
   */
  listenFaults: readonly string[];
  tls: { certFile: string; keyFile: string } | undefined;
  /** Undefined when the host app authenticates callers. */
  identity: IdentityConfig | undefined;
  corsOrigins: readonly string[];
  keepAliveTimeoutMs: number;
  trustProxy: false | number | string[];
  introspection: boolean;
}

/** A shorter time-out was probably meant in seconds. */
const SHORT_TIMEOUT_MS = 100;
const SITE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const logLevel = v.picklist(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`);

/**
 * One key, or two during a rotation, one per line. Other characters than those of Chargebee's keys come from a wrong file, such
 * as JSON or a line `CHARGEBEE_API_KEY=…`. With it every call would fail, and a key that works would be replaced by it.
 */
const apiKeys = v.pipe(
  v.string(),
  v.transform((text) => text.split(/\s*\n\s*/)),
  v.check(
    (keys) => keys.length <= 2 && keys.every((key) => /^[\w.-]{1,200}$/.test(key)),
    'must be a key alone, of letters, digits and underscores, or two, each on a line of its own',
  ),
);
const idempotencySecret = v.pipe(
  v.string(),
  v.minLength(32, 'must be at least 32 characters long'),
);

/** The parts that a host app provides. Their variables are not read, since the host may use these names for itself. */
export interface HostProvided {
  /** The host authenticates callers, so no `AUTH_*` variable is read. */
  identity?: boolean;
  /** The host has a logger, so `LOG_LEVEL` is not read. */
  logger?: boolean;
}

/**
 * Reads the configuration of the operations.
 * @throws ConfigurationError listing every fault
 */
export function loadOperationsConfig(
  environment: Environment,
  provided: Pick<HostProvided, 'logger'> = {},
): OperationsConfig {
  const env = new EnvironmentReader(environment);
  const operations = readOperations(env, readSecureUrls(env), provided);
  warnOfUnusedRequiredClaim(env);
  if (env.faults.length > 0) throw withLikelyTypos(env.faults, environment);
  return { ...operations, ...filesAndWarnings(env, environment) };
}

/**
 * Reads the configuration of the program.
 * @throws ConfigurationError listing every fault, unless there are only `listenFaults`
 */
export function loadConfig(environment: Environment, provided: HostProvided = {}): Config {
  const env = new EnvironmentReader(environment);
  const urls = readSecureUrls(env);
  const operations = readOperations(env, urls, provided);
  const identity = provided.identity ? undefined : readIdentity(env, urls);
  if (provided.identity) warnOfUnusedRequiredClaim(env);
  const listenEnv = new EnvironmentReader(environment);
  const config: Omit<Config, 'warnings' | 'secretFiles'> = {
    ...operations,
    identity,
    listen: readListen(listenEnv),
    listenFaults: listenEnv.faults,
    tls: readTls(env),
    corsOrigins: env.value('CORS_ORIGINS', origins) ?? [],
    keepAliveTimeoutMs: env.value('KEEP_ALIVE_TIMEOUT_MS', wholeNumber(1000, 3_600_000)) ?? 75_000,
    trustProxy: env.value('TRUST_PROXY', trustedProxies) ?? false,
    introspection: env.value('GRAPHQL_INTROSPECTION', flag) ?? false,
  };
  for (const warning of listenEnv.warnings) env.warnings.add(warning);
  if (env.faults.length > 0) {
    throw withLikelyTypos([...listenEnv.faults, ...env.faults], environment);
  }
  return { ...config, ...filesAndWarnings(env, environment) };
}

/** Warns of `AUTH_REQUIRED_CLAIM` when the host authenticates callers: a host that relies on it would admit everybody. */
function warnOfUnusedRequiredClaim(env: EnvironmentReader): void {
  if (env.text('AUTH_REQUIRED_CLAIM') === undefined) return;
  env.warnings.add(
    'AUTH_REQUIRED_CLAIM has no effect, since the app authenticates its callers: check there who may manage billing',
  );
}

/** A required variable is often missing because its name is misspelt, so the misspelt names are listed with the faults. */
function withLikelyTypos(faults: readonly string[], environment: Environment): ConfigurationError {
  return new ConfigurationError([...faults, ...misspeltVariables(environment)]);
}

/** Returns the secret files and warnings that were collected while reading. */
function filesAndWarnings(env: EnvironmentReader, environment: Environment) {
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
  provided: Pick<HostProvided, 'logger'>,
): Omit<OperationsConfig, 'warnings' | 'secretFiles'> {
  const site = env.required(
    'CHARGEBEE_SITE',
    // Host names are case-insensitive, but origins and Redis keys are compared exactly.
    v.pipe(
      v.string(),
      v.regex(SITE, 'must be the site name alone, such as acme-test'),
      v.toLowerCase(),
    ),
  );
  if (!env.has('CHARGEBEE_API_KEY')) env.fault('CHARGEBEE_API_KEY', 'is not set');
  const keys = env.secret('CHARGEBEE_API_KEY', apiKeys);
  const baseUrl = env.value('CHARGEBEE_BASE_URL', urls.origin);
  const perMinute = env.value('CHARGEBEE_REQUESTS_PER_MINUTE', wholeNumber(1, 100_000_000)) ?? 100;
  const concurrency = env.value('CHARGEBEE_MAX_CONCURRENCY', wholeNumber(1, 10_000)) ?? 40;
  const { timeoutMs, requestDeadlineMs } = readTimeouts(env);
  const instances = env.value('INSTANCES', wholeNumber(1, 1000));
  const redis = readRedis(env);
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
      // If a required variable is missing, loading throws before these defaults are used.
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
    logLevel: (provided.logger ? undefined : env.value('LOG_LEVEL', logLevel)) ?? 'info',
  };
}

function readTimeouts(env: EnvironmentReader): { timeoutMs: number; requestDeadlineMs: number } {
  const timeoutMs = env.value('CHARGEBEE_TIMEOUT_MS', wholeNumber(1, 60_000)) ?? 5000;
  const requestDeadlineMs = env.value('REQUEST_DEADLINE_MS', wholeNumber(1, 120_000)) ?? 9000;
  if (timeoutMs < SHORT_TIMEOUT_MS) {
    env.warnings.add(
      `CHARGEBEE_TIMEOUT_MS is in milliseconds: hardly any call is answered within ${timeoutMs} of them`,
    );
  }
  if (timeoutMs > requestDeadlineMs) {
    env.fault('CHARGEBEE_TIMEOUT_MS', 'must not be longer than REQUEST_DEADLINE_MS');
  }
  return { timeoutMs, requestDeadlineMs };
}

/** Reads the usual proxy variables. As in many programs, lower-case names take precedence. */
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
      `NO_PROXY has an entry without effect, ${redactNoProxy(noProxy ?? '', `"${entry}"`)}: name a host, an address, or a range such as 10.0.0.0/8`,
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
