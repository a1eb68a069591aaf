import { createHash } from 'node:crypto';
import type { Clock } from '../clock.js';
import { ChargebeeError, wrongValue } from '../errors.js';

/** How long a response is stored for replay. */
const TTL_MS = 30 * 60_000;
const MAX_RESPONSES = 10_000;

export const IDEMPOTENCY_KEY = 'chargebee-idempotency-key';
export const IDEMPOTENCY_REPLAYED = 'chargebee-idempotency-replayed';

export interface StoredResponse {
  status: number;
  body: string;
}

/** A call that is being processed. Other calls with the same key wait for `settled`. */
export interface InFlightCall {
  key: string;
  fingerprint: string;
  settled: Promise<void>;
  /** Ends the call, and stores its response for replay if there is one. */
  settle: (response?: StoredResponse) => void;
}

/** Stores the responses to calls with an idempotency key, and makes concurrent calls with the same key wait for the first. */
export class IdempotencyStore {
  readonly #responses = new Map<
    string,
    StoredResponse & { fingerprint: string; expiresAt: number }
  >();
  readonly #inFlight = new Map<string, InFlightCall>();

  constructor(private readonly clock: Clock) {}

  /**
   * Returns the stored response if there is one, and otherwise a new in-flight call, which the caller must settle.
   * @throws ChargebeeError when the key is too long or was used for a different call
   */
  async begin(key: string, fingerprint: string): Promise<StoredResponse | InFlightCall> {
    if (key.length > 100) throw wrongValue(IDEMPOTENCY_KEY, 'should not exceed 100 characters');
    let inFlight: InFlightCall | undefined;
    while ((inFlight = this.#inFlight.get(key))) {
      assertSameCall(inFlight, fingerprint);
      await inFlight.settled;
    }
    const response = this.#responses.get(key);
    if (!response || response.expiresAt <= this.clock.nowMs()) return this.#start(key, fingerprint);
    assertSameCall(response, fingerprint);
    return response;
  }

  #start(key: string, fingerprint: string): InFlightCall {
    let resolveSettled: () => void = () => undefined;
    const settled = new Promise<void>((resolve) => (resolveSettled = resolve));
    const call: InFlightCall = {
      key,
      fingerprint,
      settled,
      settle: (response) => {
        // After a reset, another call may be in flight for this key.
        if (this.#inFlight.get(key) === call) {
          this.#inFlight.delete(key);
          if (response) this.#store(call, response);
        }
        resolveSettled();
      },
    };
    this.#inFlight.set(key, call);
    return call;
  }

  #store({ key, fingerprint }: InFlightCall, response: StoredResponse): void {
    // Deleted first so that the key moves to the end, which keeps the oldest entry first.
    this.#responses.delete(key);
    this.#responses.set(key, {
      ...response,
      fingerprint,
      expiresAt: this.clock.nowMs() + TTL_MS,
    });
    const [oldest] = this.#responses.keys();
    if (this.#responses.size > MAX_RESPONSES && oldest !== undefined) {
      this.#responses.delete(oldest);
    }
  }

  reset(): void {
    this.#responses.clear();
    this.#inFlight.clear();
  }
}

function assertSameCall(previous: { fingerprint: string }, fingerprint: string): void {
  if (previous.fingerprint === fingerprint) return;
  throw new ChargebeeError(
    400,
    'invalid_request',
    'invalid_request',
    'The idempotency key was used before, for another call or with other parameters.',
  );
}

/** Returns a hash of a call's URL and parameters; two calls with the same fingerprint are retries of each other. */
export function fingerprintOf(url: string, body: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([url, sortKeys(body)]))
    .digest('hex');
}

function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sortKeys(inner)]);
}
