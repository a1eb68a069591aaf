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
 * Stops asking a Chargebee that only fails: answers at once while open, and closes by itself. How long it stays open is
 * measured here, on a clock that never goes back: were the wall clock set back, it would stay open for as much longer.
 */
export class Breaker {
  readonly #policy: CircuitBreakerPolicy;
  #openUntil = 0;

  constructor(
    { failures, halfOpenAfterMs }: BreakerOptions,
    onChange: (state: BreakerState) => void,
  ) {
    const policy = circuitBreaker(
      handleWhen((error) => this.#failed(error)),
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

  /** Whether a call would be refused now: asked before a place in the quota is taken for it. */
  get refuses(): boolean {
    const { state } = this;
    return state === 'half_open' || (state === 'open' && performance.now() < this.#openUntil);
  }

  /**
   * Makes a call, or rejects with `BrokenCircuitError`. An error of Chargebee's that is a proper answer (a 4xx) is a
   * success to the breaker: it ends the run of failures.
   */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.refuses) {
      throw new BrokenCircuitError();
    }
    const result = await this.#policy.execute(async (): Promise<Outcome<T>> => {
      try {
        return { value: await call() };
      } catch (error) {
        if (
          error instanceof UpstreamError &&
          (error.fault === 'rejected' || error.fault === 'rate_limited')
        ) {
          return { error };
        }
        throw error;
      }
    });
    if ('error' in result) {
      throw result.error;
    }
    return result.value;
  }

  /**
   * A call that was given up early says nothing about Chargebee, except while it is the one that decides: then no answer
   * is no reason to close.
   */
  #failed(error: Error): boolean {
    return (
      this.state === 'half_open' ||
      (error instanceof UpstreamError && error.fault !== 'aborted' && error.reason !== 'deadline')
    );
  }
}
