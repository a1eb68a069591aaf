import type { TelemetryAdapter } from 'chargebee';
import type { FastifyBaseLogger } from 'fastify';
import type { OperationsConfig } from './config/config.js';
import { createApiKeys } from './gateway/api-keys.js';
import { createChargebeeGateway } from './gateway/gateway.js';
import { createKeyScoper } from './idempotency/index.js';
import type { Identity } from './identity/identity.js';
import { countBackend } from './limits/count-backends.js';
import { createLimits, type Limits } from './limits/index.js';
import { UserRequests } from './limits/user-limit.js';
import type { PortalMetrics } from './observability/metrics.js';
import { PortalOperations } from './portal/operations.js';

export interface BackendOptions extends Pick<Identity<never>, 'resolveCustomerIds' | 'issuerOf'> {
  config: OperationsConfig;
  logger: FastifyBaseLogger;
  metrics: PortalMetrics;
  /** Creates spans for the calls to Chargebee. */
  telemetryAdapter?: TelemetryAdapter | undefined;
}

/** The operations and the services that they need: limits, quota and the Chargebee gateway. */
export interface Backend {
  operations: PortalOperations;
  /** Resolves after the first attempt to connect to Redis, even if it failed; never rejects. */
  ready(): Promise<void>;
  /** Whether calls can be made. If the quota depends on Redis, this is false until the first connection. */
  readonly usable: boolean;
  /** Uses the API keys, the idempotency secret and the Redis of another configuration from now on. */
  replaceSecrets(config: OperationsConfig): void;
  /** Finishes the operations in flight, then closes the connections to Chargebee and Redis. */
  close(): Promise<void>;
}

/** The limit of `viewer` queries, as a multiple of the limit of upstream requests: they are cheap. */
const VIEWERS_PER_UPSTREAM_REQUEST = 10;

/** Creates the operations and their services, for the program and for host apps. */
export function createBackend(options: BackendOptions): Backend {
  const { config, logger, metrics, resolveCustomerIds, issuerOf } = options;
  const { site, baseUrl, timeoutMs, maxConcurrency } = config.chargebee;
  const apiKeys = createApiKeys(config.chargebee.apiKeys);
  const uncountBackend = countBackend(config, logger);
  const limits = createConfiguredLimits(config, logger, () => metrics.countPause());
  const viewerLimit = createViewerLimit(config);
  const gateway = createChargebeeGateway({
    site,
    apiKeys,
    baseUrl: baseUrl?.origin,
    proxy: config.proxy,
    timeoutMs,
    maxSockets: maxConcurrency,
    quota: limits.upstream,
    onBreakerChange: (state) => logger.warn({ state }, 'the circuit breaker changed its state'),
    telemetryAdapter: options.telemetryAdapter,
  });
  metrics.watch({
    limits: () => limits.status(),
    breaker: () => gateway.breakerState,
    hasRedis: config.redis !== undefined,
  });
  let scopeKey = createKeyScoper(idempotencySecretOf(config));
  const operations = new PortalOperations({
    gateway,
    limitUser: (userKey) => limits.user.take(userKey),
    limitViewer: (userKey) => viewerLimit.take(userKey),
    resolveCustomerIds,
    issuerOf,
    scopeIdempotencyKey: (scope) => scopeKey(scope),
    links: config.links,
    logger,
    metrics,
    requestDeadlineMs: config.requestDeadlineMs,
  });
  return {
    operations,
    ready: () => limits.ready(),
    get usable() {
      return limits.usable;
    },
    replaceSecrets(replacement) {
      apiKeys.replace(replacement.chargebee.apiKeys);
      scopeKey = createKeyScoper(idempotencySecretOf(replacement));
      if (replacement.redis) limits.reconfigureRedis(replacement.redis);
    },
    async close() {
      await operations.close();
      uncountBackend();
      await gateway.close();
      await limits.close();
    },
  };
}

/** Creates the limit of each user and the quota of the site. */
function createConfiguredLimits(
  config: OperationsConfig,
  logger: FastifyBaseLogger,
  onPause: () => void,
): Limits {
  const { site, requestsPerMinute, maxConcurrency, timeoutMs } = config.chargebee;
  const { userRequestsPerMinute, instances, redis } = config;
  return createLimits({
    site,
    requestsPerMinute,
    maxConcurrency,
    timeoutMs,
    userRequestsPerMinute,
    instances,
    redis,
    logger,
    onPause,
  });
}

/** Creates the limit of `viewer` queries. It is per process: they make no calls to Chargebee, whose quota is shared. */
function createViewerLimit({ userRequestsPerMinute }: OperationsConfig): UserRequests {
  return new UserRequests({
    requestsPerMinute: userRequestsPerMinute * VIEWERS_PER_UPSTREAM_REQUEST,
    instances: 1,
    windowMs: 60_000,
    prefix: '',
  });
}

function idempotencySecretOf({ idempotencySecret, chargebee }: OperationsConfig): string {
  return idempotencySecret ?? chargebee.apiKeys[0] ?? '';
}
