import type { FastifyBaseLogger } from 'fastify';
import { PortalError } from '../errors.js';
import { mayBeMisconfigured } from '../gateway/portal-errors.js';
import type { RequestEnd, UpstreamRequest } from '../gateway/types.js';
import { Refusal } from '../identity/refusal.js';
import type { PortalMetrics } from '../observability/metrics.js';
import type { SampledLog } from '../observability/sampled-log.js';
import { LightAbortSignal } from '../light-abort-signal.js';
import { startTimer } from '../timer.js';
import { shortenUserAgent, type Caller } from './request.js';

export interface OperationRunDependencies {
  logger: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
  /** The log of rate-limited operations, which is sampled because a user can make any number of them. */
  rateLimitLog: SampledLog;
  metrics: PortalMetrics;
  /** The deadline of a request, including retries and waiting, in milliseconds after its arrival. */
  requestDeadlineMs: number;
}

/** The additional properties of an audit line. They must not contain a token or a URL. */
interface AuditFacts {
  /** The issuer of the user, if there may be several. */
  issuer?: string;
  customer?: string;
  /** Only the beginning of an id that does not look like one of a session: the caller may have given its token. */
  session?: string;
  /** Only the beginning of the id: the whole id is the secret part of the page's URL. */
  page?: string;
  replayed?: boolean;
  /** The customer that the caller named but may not act for. */
  asked?: string;
}

/**
 * One run of an operation. It is aborted at the request's deadline or when the caller disconnects, and always ends with one audit
 * line and one measurement.
 */
export class OperationRun {
  readonly operation: string;
  readonly upstream: UpstreamRequest;
  readonly #caller: Caller;
  readonly #dependencies: OperationRunDependencies;
  readonly #facts: AuditFacts = {};
  #attempts = 0;
  #lastCall: string | undefined;
  #upstreamMs = 0;
  #callerDisconnected = false;

  constructor(operation: string, caller: Caller, dependencies: OperationRunDependencies) {
    this.operation = operation;
    this.#caller = caller;
    this.#dependencies = dependencies;
    const { request } = caller;
    this.upstream = {
      deadline: request.receivedAt + dependencies.requestDeadlineMs,
      signal: new LightAbortSignal(),
      origin: { ip: request.ip, device: request.device },
      onAttempt: ({ operation: call, outcome, milliseconds }) => {
        this.#attempts += 1;
        this.#upstreamMs += milliseconds;
        dependencies.metrics.observeAttempt(call, outcome, milliseconds);
        if (call === this.#lastCall) dependencies.metrics.countRetry(call);
        this.#lastCall = call;
      },
    };
  }

  /** Adds to the audit line. */
  addToAudit(facts: AuditFacts): void {
    Object.assign(this.#facts, facts);
  }

  /** Runs the work until the deadline, and records the outcome. */
  async execute<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      const result = await this.#withinDeadline(work);
      this.#record('OK');
      return result;
    } catch (error) {
      if (this.#callerDisconnected) this.#record('CALLER_GONE');
      else this.#record(error instanceof PortalError ? error.code : 'INTERNAL_SERVER_ERROR', error);
      throw error;
    }
  }

  /** Rejects at the deadline or when the caller disconnects, even if the work does not end then. */
  #withinDeadline<Result>(work: () => Promise<Result>): Promise<Result> {
    const { deadline, signal } = this.upstream;
    return new Promise((resolve, reject) => {
      let stopListening = (): void => undefined;
      const end = () => {
        stopTimer();
        stopListening();
      };
      const giveUp = (reason: RequestEnd, message: string) => {
        end();
        signal.abort(reason);
        // The gateway rejects first with a more precise error.
        setImmediate(() => reject(new PortalError('BILLING_UNAVAILABLE', message)));
      };
      const stopTimer = startTimer(Math.max(0, deadline - performance.now()), () =>
        giveUp('deadline', 'Billing takes too long to answer. Try again.'),
      );
      stopListening = this.#caller.request.onDisconnect(() => {
        this.#callerDisconnected = true;
        giveUp('caller_gone', 'The caller has gone.');
      });
      work().then(
        (result) => {
          end();
          resolve(result);
        },
        (error: Error) => {
          end();
          reject(error);
        },
      );
    });
  }

  #record(outcome: string, error?: unknown): void {
    const { logger, rateLimitLog, metrics } = this.#dependencies;
    const { user, request } = this.#caller;
    const milliseconds = performance.now() - request.receivedAt;
    metrics.observeOperation(this.operation, outcome, milliseconds);
    const line = {
      audit: this.operation,
      requestId: request.id,
      user: user.id,
      ip: request.ip,
      userAgent: shortenUserAgent(request.device),
      ...this.#facts,
      outcome,
      upstreamMs: Math.round(this.#upstreamMs),
      attempts: this.#attempts,
      ...(error !== undefined && describeFailure(error)),
    };
    const message = `${this.operation} ${outcome}`;
    if (outcome === 'RATE_LIMITED') {
      rateLimitLog.info(`${outcome} ${user.id}`, () => line, message);
    } else if (outcome === 'BILLING_MISCONFIGURED' || outcome === 'INTERNAL_SERVER_ERROR') {
      logger.error(line, message);
    } else if (
      outcome === 'BILLING_UNAVAILABLE' ||
      (error instanceof PortalError && mayBeMisconfigured(error))
    ) {
      logger.warn(line, message);
    } else {
      logger.info(line, message);
    }
  }
}

/** Returns the details of a failure for the log. The caller gets only its code and message. */
export function describeFailure(error: unknown): object {
  if (!(error instanceof PortalError)) return { err: error };
  const { cause } = error;
  return cause instanceof Refusal ? { reason: cause.reason, ...cause.facts } : { err: cause };
}
