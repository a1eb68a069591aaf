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

/** The answers to calls with an idempotency key. */
export class IdempotentAnswers {
  readonly #answers = new Map<string, KeptAnswer & { fingerprint: string; until: number }>();

  constructor(private readonly clock: Clock) {}

  /** The first call's answer. @throws ChargebeeError when the key was used for another call, or is too long */
  find(key: string, fingerprint: string): KeptAnswer | undefined {
    if (key.length > 100) throw wrongValue(IDEMPOTENCY_KEY, 'should not exceed 100 characters');
    const answer = this.#answers.get(key);
    if (!answer || answer.until <= this.clock.nowMs()) return undefined;
    if (answer.fingerprint !== fingerprint) {
      throw new ChargebeeError(
        400,
        'invalid_request',
        'invalid_request',
        'The idempotency key was used before, for another call or with other parameters.',
      );
    }
    return answer;
  }

  keep(key: string, fingerprint: string, answer: KeptAnswer): void {
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
  }
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
