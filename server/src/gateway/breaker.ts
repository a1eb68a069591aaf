import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { UpstreamError } from './upstream-error.js';

/** A breaker's state, as metrics name it. */
export type BreakerState = 'closed' | 'half_open' | 'open';

export interface BreakerOptions {
  /** The number of consecutive failures that open the breaker. */
  failures: number;
  /** The time after which an open breaker lets one trial call through, in milliseconds. */
  halfOpenAfterMs: number;
}

/** For cockatiel, whose own timing uses the wall clock: it always lets the trial call through. `Breaker` does the timing. */
const ALWAYS_OVER = -Infinity;

type Outcome<T> = { value: T } | { error: UpstreamError };

/**
 * A circuit breaker for calls to Chargebee. The time it stays open is measured here by the monotonic clock instead of by
 * cockatiel: if the wall clock were set back, the breaker would stay open longer.
 */
export class Breaker {
  readonly #policy: CircuitBreakerPolicy;
  /** The subjects with a counted fault of scope `request` since the last success. */
  readonly #failedSubjects = new Set<string>();
  /** Errors that are not counted, since their subject already is in `#failedSubjects`. */
  readonly #repeated = new WeakSet<UpstreamError>();
  #openUntil = 0;

  constructor(
    { failures, halfOpenAfterMs }: BreakerOptions,
    onChange: (state: BreakerState) => void,
  ) {
    const policy = circuitBreaker(
      handleWhen((error) => this.#isFailure(error)),
      { halfOpenAfter: ALWAYS_OVER, breaker: new ConsecutiveBreaker(failures) },
    );
    policy.onStateChange((state) => {
      if (state === CircuitState.Open) {
        this.#openUntil = performance.now() + halfOpenAfterMs;
      }
      onChange(this.state);
    });
    this.#policy = policy;
  }

  get state(): BreakerState {
    switch (this.#policy.state) {
      case CircuitState.Closed:
        return 'closed';
      case CircuitState.HalfOpen:
        return 'half_open';
      default:
        return 'open';
    }
  }

  /** Whether a call would be refused now. Checked before a permit of the quota is acquired. */
  get refuses(): boolean {
    const { state } = this;
    return state === 'half_open' || (state === 'open' && performance.now() < this.#openUntil);
  }

  /**
   * Makes a call, or rejects with `BrokenCircuitError`. Faults that may concern a single customer are counted once per
   * `subject`, the customer or session of the call, so that one customer's repeated failures do not open the breaker.
   */
  async run<T>(subject: string, call: () => Promise<T>): Promise<T> {
    if (this.refuses) {
      throw new BrokenCircuitError();
    }
    const result = await this.#policy.execute(async (): Promise<Outcome<T>> => {
      const outcome = await this.#outcomeOf(call);
      if ('error' in outcome && !this.#isAnswer(outcome.error)) {
        this.#markRepeated(outcome.error, subject);
        throw outcome.error;
      }
      this.#failedSubjects.clear();
      return outcome;
    });
    if ('error' in result) {
      throw result.error;
    }
    return result.value;
  }

  async #outcomeOf<T>(call: () => Promise<T>): Promise<Outcome<T>> {
    try {
      return { value: await call() };
    } catch (error) {
      if (error instanceof UpstreamError) {
        return { error };
      }
      throw error;
    }
  }

  /** Whether an error shows that Chargebee works: any rejection of a call, and in the trial call also a fault of one customer. */
  #isAnswer({ fault, scope }: UpstreamError): boolean {
    return (
      fault === 'rejected' ||
      fault === 'rate_limited' ||
      (scope === 'request' && this.state === 'half_open')
    );
  }

  #markRepeated(error: UpstreamError, subject: string): void {
    if (error.scope === 'request') {
      if (this.#failedSubjects.has(subject)) this.#repeated.add(error);
      this.#failedSubjects.add(subject);
    }
  }

  /**
   * Whether an error counts as a failure. A call that was aborted early does not, as it says nothing about Chargebee; but
   * every failed trial call does, since the breaker must not close without an answer.
   */
  #isFailure(error: Error): boolean {
    return (
      this.state === 'half_open' ||
      (error instanceof UpstreamError &&
        error.fault !== 'aborted' &&
        error.reason !== 'deadline' &&
        !this.#repeated.has(error))
    );
  }
}
