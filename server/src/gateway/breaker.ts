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

/** When the breaker opens and closes. */
export interface BreakerOptions {
  /** So many failed calls in a row open it. */
  failures: number;
  /** After so many milliseconds one call is let through, and decides. */
  halfOpenAfterMs: number;
}

/** For cockatiel, which reads the wall clock: whatever that says, an open breaker has waited long enough. */
const ALWAYS_OVER = -Infinity;

type Outcome<T> = { value: T } | { error: UpstreamError };

/**
 * Stops calling a Chargebee that only fails: rejects at once while open, and closes by itself. How long it stays open is
 * measured here, on a clock that never goes back: if the wall clock were set back, it would stay open for that much longer.
 */
export class Breaker {
  readonly #policy: CircuitBreakerPolicy;
  /** The subjects whose own faults have counted in the current run of failures. */
  readonly #failedSubjects = new Set<string>();
  readonly #repeated = new WeakSet<UpstreamError>();
  #openUntil = 0;

  constructor(
    { failures, halfOpenAfterMs }: BreakerOptions,
    onChange: (state: BreakerState) => void,
  ) {
    const policy = circuitBreaker(
      handleWhen((error) => this.#counts(error)),
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

  /** Whether a call would be refused now; checked before a place in the quota is taken for it. */
  get refuses(): boolean {
    const { state } = this;
    return state === 'half_open' || (state === 'open' && performance.now() < this.#openUntil);
  }

  /**
   * Makes a call, or rejects with `BrokenCircuitError`. Faults that may concern one customer alone count once for each
   * `subject`, the customer or session of the call, however often it fails.
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

  /** Whether an error shows that Chargebee is well: a proper refusal always, and any answer to the call that decides. */
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
   * A call that was given up early says nothing about Chargebee, except while it is the one that decides: no answer is no
   * reason to close.
   */
  #counts(error: Error): boolean {
    return (
      this.state === 'half_open' ||
      (error instanceof UpstreamError &&
        error.fault !== 'aborted' &&
        error.reason !== 'deadline' &&
        !this.#repeated.has(error))
    );
  }
}
