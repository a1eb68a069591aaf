import { z } from 'zod';
import { EnvironmentReader, type Environment } from './environment.js';
import { readIdentity, type IdentityConfig } from './identity.js';
import { flag, origins, redisUrl, secureOrigin, trustedProxies, wholeNumber } from './values.js';

/** Which Chargebee site is asked, and how much of it. */
export interface ChargebeeConfig {
  site: string;
  apiKey: string;
  /** The API's origin when it is not `https://{site}.chargebee.com`. */
  baseUrl: URL | undefined;
  /** Calls in any 60 seconds, all instances together. */
  requestsPerMinute: number;
  /** Calls at the same time, all instances together. */
  maxConcurrency: number;
  /** One call, in milliseconds. */
  timeoutMs: number;
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
  redisUrl: string | undefined;
  instances: number;
}

/** Everything the program is told by its environment. */
export interface Config extends OperationsConfig {
  host: string;
  port: number;
  tls: { certFile: string; keyFile: string } | undefined;
  /** Absent when the host app authenticates by itself. */
  identity: IdentityConfig | undefined;
  corsOrigins: readonly string[];
  metricsPort: number | undefined;
  trustProxy: false | number | string[];
  logLevel: string;
  introspection: boolean;
}

const SITE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Reads what the operations need. Throws a `ConfigurationError` that lists every fault. */
export function loadOperationsConfig(environment: Environment): OperationsConfig {
  const env = new EnvironmentReader(environment);
  const operations = readOperations(env);
  env.assertSound();
  return operations;
}

/**
 * Reads the whole configuration. Throws a `ConfigurationError` that lists every fault.
 *
 * @param ownIdentity whether the host app authenticates by itself, so that no `AUTH_*` variable is needed.
 */
export function loadConfig(environment: Environment, ownIdentity = false): Config {
  const env = new EnvironmentReader(environment);
  const operations = readOperations(env);
  const identity = ownIdentity ? undefined : readIdentity(env);
  const config: Config = {
    ...operations,
    identity,
    host: env.text('HOST') ?? '0.0.0.0',
    port: env.value('PORT', wholeNumber(0, 65535)) ?? 4000,
    tls: readTls(env),
    corsOrigins: env.value('CORS_ORIGINS', origins) ?? [],
    metricsPort: env.value('METRICS_PORT', wholeNumber(0, 65535)),
    trustProxy: env.value('TRUST_PROXY', trustedProxies) ?? false,
    logLevel:
      env.value(
        'LOG_LEVEL',
        z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }),
      ) ?? 'info',
    introspection: env.value('GRAPHQL_INTROSPECTION', flag) ?? false,
  };
  if (
    config.metricsPort !== undefined &&
    config.metricsPort !== 0 &&
    config.metricsPort === config.port
  ) {
    env.fault('METRICS_PORT', 'must be another port than PORT');
  }
  env.assertSound();
  return config;
}

function readOperations(env: EnvironmentReader): OperationsConfig {
  const site = env.required(
    'CHARGEBEE_SITE',
    // A host name in whatever case, but origins and Redis's keys are compared as they stand.
    z.string().regex(SITE, 'must be the site name alone').toLowerCase(),
  );
  if (!env.has('CHARGEBEE_API_KEY')) env.fault('CHARGEBEE_API_KEY', 'is not set');
  const apiKey = env.secret(
    'CHARGEBEE_API_KEY',
    z.string().regex(/^[\x21-\x7e]{1,200}$/, 'must be one word of plain characters'),
  );
  const baseUrl = env.value('CHARGEBEE_BASE_URL', secureOrigin);
  const perMinute = env.value('CHARGEBEE_REQUESTS_PER_MINUTE', wholeNumber(1, 100_000_000)) ?? 100;
  const concurrency = env.value('CHARGEBEE_MAX_CONCURRENCY', wholeNumber(1, 10_000)) ?? 40;
  const timeoutMs = env.value('CHARGEBEE_TIMEOUT_MS', wholeNumber(1, 60_000)) ?? 5000;
  const requestDeadlineMs = env.value('REQUEST_DEADLINE_MS', wholeNumber(1, 120_000)) ?? 9000;
  const instances = env.value('INSTANCES', wholeNumber(1, 1000)) ?? 1;
  if (timeoutMs > requestDeadlineMs) {
    env.fault('CHARGEBEE_TIMEOUT_MS', 'must not be longer than REQUEST_DEADLINE_MS');
  }
  if (instances > Math.min(perMinute, concurrency)) {
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
      // Where a required one is missing the reader holds a fault, and nobody gets to see this.
      site: site ?? '',
      apiKey: apiKey ?? '',
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
    redisUrl: env.secret('REDIS_URL', redisUrl),
    instances,
  };
}

function readTls(env: EnvironmentReader): Config['tls'] {
  const certFile = env.file('TLS_CERT_FILE');
  const keyFile = env.file('TLS_KEY_FILE');
  if (certFile && keyFile) return { certFile, keyFile };
  if (certFile) env.fault('TLS_KEY_FILE', 'is not set, though TLS_CERT_FILE is');
  if (keyFile) env.fault('TLS_CERT_FILE', 'is not set, though TLS_KEY_FILE is');
  return undefined;
}
