import { createHash } from 'node:crypto';
import type { Clock } from '../clock.js';
import { ChargebeeError, wrongValue } from '../errors.js';

/** For how long an answer is kept for its key. */
const LIFETIME_MS = 30 * 60_000;
const KEPT = 10_000;

export const IDEMPOTENCY_KEY = 'chargebee-idempotency-key';
export const IDEMPOTENCY_REPLAYED = 'chargebee-idempotency-replayed';

export interface KeptAnswer {
  status: number;
  body: string;
}

/** A call that is being carried out. Others with its key wait until it is settled. */
export interface RunningCall {
  key: string;
  fingerprint: string;
  settled: Promise<void>;
  /** To be called with the answer, or without one that is worth keeping. */
  settle: (answer?: KeptAnswer) => void;
}

/** The answers to calls with an idempotency key. */
export class IdempotentAnswers {
  readonly #answers = new Map<string, KeptAnswer & { fingerprint: string; until: number }>();
  /** As many as there are requests being answered. */
  readonly #running = new Map<string, RunningCall>();

  constructor(private readonly clock: Clock) {}

  /**
   * The first call's answer, once it has been given; or else the call itself, which is now the first and has to be settled.
   * @throws ChargebeeError when the key was used for another call, or is too long
   */
  async enter(key: string, fingerprint: string): Promise<KeptAnswer | RunningCall> {
    if (key.length > 100) throw wrongValue(IDEMPOTENCY_KEY, 'should not exceed 100 characters');
    let running: RunningCall | undefined;
    while ((running = this.#running.get(key))) {
      checkSame(running, fingerprint);
      await running.settled;
    }
    const answer = this.#answers.get(key);
    if (!answer || answer.until <= this.clock.nowMs()) return this.#run(key, fingerprint);
    checkSame(answer, fingerprint);
    return answer;
  }

  #run(key: string, fingerprint: string): RunningCall {
    let wake: () => void = () => undefined;
    const settled = new Promise<void>((resolve) => (wake = resolve));
    const call: RunningCall = {
      ...{ key, fingerprint, settled },
      settle: (answer) => {
        // After a reset it is another call's turn.
        if (this.#running.get(key) === call) {
          this.#running.delete(key);
          if (answer) this.#keep(call, answer);
        }
        wake();
      },
    };
    this.#running.set(key, call);
    return call;
  }

  #keep({ key, fingerprint }: RunningCall, answer: KeptAnswer): void {
    // Set again at the end, so that the first one is always the oldest.
    this.#answers.delete(key);
    this.#answers.set(key, {
      ...answer,
      fingerprint,
      until: this.clock.nowMs() + LIFETIME_MS,
    });
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > KEPT && oldest !== undefined) this.#answers.delete(oldest);
  }

  reset(): void {
    this.#answers.clear();
    this.#running.clear();
  }
}

function checkSame(known: { fingerprint: string }, fingerprint: string): void {
  if (known.fingerprint === fingerprint) return;
  throw new ChargebeeError(
    400,
    'invalid_request',
    'invalid_request',
    'The idempotency key was used before, for another call or with other parameters.',
  );
}

/** What makes two calls the same. */
export function fingerprintOf(url: string, body: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([url, sorted(body)]))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}
