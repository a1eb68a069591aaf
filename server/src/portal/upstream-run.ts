import type { FastifyBaseLogger } from 'fastify';
import { PortalError } from '../errors.js';
import { mayBeMisconfigured, type UpstreamRequest } from '../gateway/index.js';
import type { PortalMetrics } from '../observability/metrics.js';
import { StopSignal } from '../stop-signal.js';
import type { Caller } from './request.js';

export interface UpstreamRunDependencies {
  logger: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
  metrics: PortalMetrics;
  /** A whole request with its retries and waiting, in milliseconds from when it came in. */
  requestDeadlineMs: number;
}

/** What an audit line tells beside who, what and how it ended. Never a token or a URL. */
interface Subject {
  customer?: string;
  session?: string;
  page?: string;
  replayed?: boolean;
}

/**
 * One operation on its way: it has a deadline, ends when the caller goes, and leaves one audit line and one
 * measurement, however it ends.
 */
export class UpstreamRun {
  readonly operation: string;
  readonly upstream: UpstreamRequest;
  readonly #caller: Caller;
  readonly #dependencies: UpstreamRunDependencies;
  readonly #subject: Subject = {};
  #attempts = 0;
  #lastCall: string | undefined;
  #upstreamMs = 0;
  #callerGone = false;

  constructor(operation: string, caller: Caller, dependencies: UpstreamRunDependencies) {
    this.operation = operation;
    this.#caller = caller;
    this.#dependencies = dependencies;
    const { request } = caller;
    this.upstream = {
      deadline: request.receivedAt + dependencies.requestDeadlineMs,
      signal: new StopSignal(),
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

  /** Adds to what the audit line tells. */
  about<Facts extends Subject>(facts: Facts): Facts {
    Object.assign(this.#subject, facts);
    return facts;
  }

  /** Does the work within the deadline, and writes down how it ended. */
  async settle<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      const result = await this.#inTime(work);
      this.#record('OK');
      return result;
    } catch (error) {
      if (this.#callerGone) this.#record('CALLER_GONE');
      else this.#record(error instanceof PortalError ? error.code : 'INTERNAL_SERVER_ERROR', error);
      throw error;
    }
  }

  /** Rejects when the deadline has come or the caller has gone, whatever the work is waiting for. */
  #inTime<Result>(work: () => Promise<Result>): Promise<Result> {
    const { deadline, signal } = this.upstream;
    return new Promise((resolve, reject) => {
      let stopListening = (): void => undefined;
      const end = () => {
        clearTimeout(timer);
        stopListening();
      };
      const giveUp = (message: string) => {
        end();
        signal.stop();
        // The gateway, where it is at work, knows better what was not done; it is heard first.
        setImmediate(() => reject(new PortalError('BILLING_UNAVAILABLE', message)));
      };
      const timer = setTimeout(
        () => giveUp('Billing takes too long to answer. Try again.'),
        Math.max(0, deadline - performance.now()),
      );
      stopListening = this.#caller.request.onGone(() => {
        this.#callerGone = true;
        giveUp('The caller has gone.');
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
    const { logger, metrics } = this.#dependencies;
    const { user, request } = this.#caller;
    const milliseconds = performance.now() - request.receivedAt;
    metrics.observeOperation(this.operation, outcome, milliseconds);
    const line = {
      audit: this.operation,
      requestId: request.id,
      user: user.id,
      ...this.#subject,
      outcome,
      upstreamMs: Math.round(this.#upstreamMs),
      attempts: this.#attempts,
      ...(error !== undefined && { err: error instanceof PortalError ? error.cause : error }),
    };
    const message = `${this.operation} ${outcome}`;
    if (outcome === 'BILLING_MISCONFIGURED' || outcome === 'INTERNAL_SERVER_ERROR') {
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
