import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { BreakerState } from '../gateway/breaker.js';
import type { Operation } from '../gateway/portal-errors.js';
import type { KeySetStatus } from '../identity/key-set.js';
import type { LimitsStatus } from '../limits/index.js';

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** The operations, and their outcomes whose increase the alert rules read. */
const OPERATIONS = [
  'createPortalSession',
  'logoutPortalSession',
  'createManagePaymentSourcesPage',
] as const;
const ALERTED_OUTCOMES = [
  'OK',
  'BILLING_UNAVAILABLE',
  'BILLING_MISCONFIGURED',
  'INTERNAL_SERVER_ERROR',
  'CALLER_GONE',
] as const;
/** The calls to Chargebee, and their outcome whose increase the alert rules read. */
const CALLS: readonly Operation[] = [
  'create_portal_session',
  'retrieve_portal_session',
  'logout_portal_session',
  'create_manage_payment_sources_page',
  'retrieve_hosted_page',
];
const ALERTED_CALL_OUTCOME = 'request_limited';
const BREAKER_STATES: readonly BreakerState[] = ['closed', 'half_open', 'open'];

/**
 * The metrics of the process, shared by all servers in it: prom-client cannot stop measuring the event loop and the garbage
 * collection, so each server of a host that closes and creates them, as on hot reload, would leave timers and memory behind.
 */
const processMetrics = new Registry();

/** The sources of the gauges, read at each scrape. */
export interface GaugeSources {
  limits: () => Promise<LimitsStatus>;
  breaker: () => BreakerState;
  /** Whether the limits are shared through Redis. */
  hasRedis: boolean;
}

/** The metrics for Prometheus. */
export class PortalMetrics {
  readonly registry = new Registry();
  readonly #operations = new Histogram({
    name: 'portal_operation_duration_seconds',
    help: 'How long operations took, by outcome: OK, an error code of the contract, or CALLER_GONE.',
    labelNames: ['operation', 'outcome'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly #attempts = new Histogram({
    name: 'chargebee_request_duration_seconds',
    help: 'How long single calls to Chargebee took, each retry by itself, by outcome.',
    labelNames: ['operation', 'outcome'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly #retries = new Counter({
    name: 'chargebee_retries_total',
    help: 'Calls to Chargebee that were made again after a failure.',
    labelNames: ['operation'],
    registers: [this.registry],
  });
  readonly #pauses = new Counter({
    name: 'chargebee_pauses_total',
    help: 'Pauses that Chargebee asked for. They may be too short for a scrape to see them in chargebee_pause_seconds.',
    registers: [this.registry],
  });
  readonly #requests = new Counter({
    name: 'http_requests_total',
    help: 'HTTP requests answered, by route and status.',
    labelNames: ['route', 'status'],
    registers: [this.registry],
  });
  readonly #refusals = new Counter({
    name: 'portal_callers_refused_total',
    help: 'Callers who were answered 401, by reason.',
    labelNames: ['reason'],
    registers: [this.registry],
  });

  readonly #authenticationErrors = new Counter({
    name: 'portal_authentication_errors_total',
    help: 'Callers who could not be authenticated because the host app’s function failed or took too long, or the key of the token cannot be used or fetched although others can.',
    registers: [this.registry],
  });

  readonly #keySetFailures = new Counter({
    name: 'portal_key_set_fetch_failures_total',
    help: 'Fetches of the identity provider’s keys that failed.',
    registers: [this.registry],
  });
  #keySet: (() => KeySetStatus) | undefined;

  constructor() {
    // Prometheus sees no increase in the value with which a series begins, and alerts would miss the first failures.
    for (const operation of OPERATIONS) {
      for (const outcome of ALERTED_OUTCOMES) this.#operations.zero({ operation, outcome });
    }
    for (const operation of CALLS) {
      this.#attempts.zero({ operation, outcome: ALERTED_CALL_OUTCOME });
    }
  }

  /** Adds metrics of the process, such as memory, CPU and event loop lag. */
  collectProcessMetrics(): void {
    if (processMetrics.getMetricsAsArray().length === 0) {
      collectDefaultMetrics({ register: processMetrics });
    }
    for (const { name } of processMetrics.getMetricsAsArray()) {
      const metric = processMetrics.getSingleMetric(name);
      if (metric) this.registry.registerMetric(metric);
    }
  }

  /** Adds gauges of the quota, the circuit breaker and, if configured, Redis. They are read at each scrape. */
  watch({ limits, breaker, hasRedis }: GaugeSources): void {
    let inFlight: Promise<LimitsStatus> | undefined;
    // All gauges are collected at the same time, and share one call.
    const status = () => (inFlight ??= limits().finally(() => (inFlight = undefined)));
    const gauge = (name: string, help: string, read: (status: LimitsStatus) => number) =>
      this.#addGauge(name, help, async () => read(await status()));
    gauge(
      'chargebee_quota_requests_per_minute',
      'Calls to Chargebee a minute that this instance can draw on: less than the share while Redis is unavailable.',
      ({ requestsPerMinute }) => requestsPerMinute,
    );
    gauge(
      'chargebee_quota_remaining',
      'Calls to Chargebee that this instance could still make in this minute.',
      ({ remaining }) => remaining,
    );
    gauge(
      'chargebee_requests_in_flight',
      'Calls to Chargebee that are in flight.',
      ({ inFlight }) => inFlight,
    );
    gauge(
      'chargebee_requests_waiting',
      'Requests of this instance that wait for a concurrency slot.',
      ({ waiting }) => waiting,
    );
    gauge(
      'chargebee_pause_seconds',
      'What is left of a pause that Chargebee asked for.',
      ({ pausedSeconds }) => pausedSeconds,
    );
    if (hasRedis) {
      gauge('portal_redis_up', '1 while Redis answers, 0 while it is unavailable.', ({ redis }) =>
        redis === 'up' ? 1 : 0,
      );
    }
    new Gauge({
      name: 'chargebee_breaker_state',
      help: '1 for the state that the circuit breaker is in.',
      labelNames: ['state'],
      registers: [this.registry],
      collect() {
        const current = breaker();
        for (const state of BREAKER_STATES) this.set({ state }, state === current ? 1 : 0);
      },
    });
  }

  observeOperation(operation: string, outcome: string, milliseconds: number): void {
    this.#operations.observe({ operation, outcome }, milliseconds / 1000);
  }

  observeAttempt(operation: string, outcome: string, milliseconds: number): void {
    this.#attempts.observe({ operation, outcome }, milliseconds / 1000);
  }

  countRetry(operation: string): void {
    this.#retries.inc({ operation });
  }

  countPause(): void {
    this.#pauses.inc();
  }

  countRequest(route: string, status: number): void {
    this.#requests.inc({ route, status });
  }

  /** Adds the number of log lines that were lost. */
  watchLog(lost: () => Readonly<Record<'audit' | 'other', number>>): void {
    new Counter({
      name: 'portal_log_lines_lost_total',
      help: 'Lines of the log that were lost because nobody read standard output, or the host app’s logger threw.',
      labelNames: ['kind'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [kind, count] of Object.entries(lost())) this.inc({ kind }, count);
      },
    });
  }

  /** Whether there are keys to verify tokens with, as far as the metrics of a key set tell. */
  get hasUsableKeys(): boolean {
    return this.#keySet?.().usable ?? true;
  }

  /** Adds gauges of the identity provider's keys. They are read at each scrape. */
  watchKeySet(status: () => KeySetStatus): void {
    this.#keySet = status;
    this.#addGauge(
      'portal_key_set_usable',
      '1 while there are keys to verify tokens with, 0 before the first fetch and once they have expired.',
      () => (status().usable ? 1 : 0),
    );
    this.#addGauge(
      'portal_key_set_age_seconds',
      'Time since the identity provider’s keys were fetched; they expire after a day.',
      () => status().ageSeconds ?? Number.NaN,
    );
  }

  /** Adds a gauge of the time left of the certificate. `expiresAt` returns milliseconds since 1970, at each scrape. */
  watchCertificate(expiresAt: () => number): void {
    this.#addGauge(
      'portal_certificate_remaining_seconds',
      'Time until the certificate of TLS_CERT_FILE expires; negative when it has.',
      () => (expiresAt() - Date.now()) / 1000,
    );
  }

  countKeySetFailure(): void {
    this.#keySetFailures.inc();
  }

  countAuthenticationError(): void {
    this.#authenticationErrors.inc();
  }

  countRefusal(reason: string): void {
    this.#refusals.inc({ reason });
  }

  /** Adds a gauge that is read at each scrape. */
  #addGauge(name: string, help: string, read: () => number | Promise<number>): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      async collect() {
        this.set(await read());
      },
    });
  }
}
