import type { TelemetryAdapter } from 'chargebee';
import type { FastifyBaseLogger } from 'fastify';
import type { OperationsConfig } from './config/config.js';
import { createChargebeeGateway } from './gateway/index.js';
import { createKeyScope } from './idempotency/index.js';
import type { ResolveCustomerIds } from './identity/user.js';
import { createLimits } from './limits/index.js';
import type { PortalMetrics } from './observability/metrics.js';
import { PortalOperations } from './portal/operations.js';

export interface BackendOptions {
  config: OperationsConfig;
  logger: FastifyBaseLogger;
  metrics: PortalMetrics;
  resolveCustomerIds: ResolveCustomerIds;
  /** Makes spans of the calls to Chargebee. */
  telemetryAdapter?: TelemetryAdapter | undefined;
}

/** The operations with all that stands behind them: limits, quota, and the way to Chargebee. */
export interface Backend {
  operations: PortalOperations;
  /** Resolves when it is known whether Redis is there; never rejects. */
  ready(): Promise<void>;
  /** Finishes the operations under way and lets go of Chargebee and Redis. */
  close(): Promise<void>;
}

/** Puts the operations together, for the program and for a host app alike. */
export function createBackend(options: BackendOptions): Backend {
  const { config, logger, metrics, resolveCustomerIds } = options;
  const { site, apiKey, baseUrl, timeoutMs, ...quota } = config.chargebee;
  const limits = createLimits({
    site,
    ...quota,
    userRequestsPerMinute: config.userRequestsPerMinute,
    timeoutMs,
    instances: config.instances,
    redisUrl: config.redisUrl,
    logger,
  });
  const gateway = createChargebeeGateway({
    site,
    apiKey,
    baseUrl: baseUrl?.origin,
    timeoutMs,
    maxSockets: quota.maxConcurrency,
    quota: limits.upstream,
    onBreakerChange: (state) => logger.warn({ state }, 'the circuit breaker changed its state'),
    telemetryAdapter: options.telemetryAdapter,
  });
  metrics.watch({
    limits: () => limits.status(),
    breaker: () => gateway.breakerState,
    hasRedis: config.redisUrl !== undefined,
  });
  const operations = new PortalOperations({
    gateway,
    limitUser: (userId) => limits.user.take(userId),
    resolveCustomerIds,
    scopeIdempotencyKey: createKeyScope(apiKey),
    links: config.links,
    logger,
    metrics,
    requestDeadlineMs: config.requestDeadlineMs,
  });
  return {
    operations,
    ready: () => limits.ready(),
    async close() {
      await operations.idle();
      await gateway.close();
      await limits.close();
    },
  };
}
