import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { TokenUser } from './bearer.js';

/** Beyond this many, the token used longest ago is dropped, and verified again when it comes again. */
const MOST_TOKENS = 10_000;
/** Of all tokens together, since the memory that claims take grows with them. With the most tokens, 1,600 for each. */
const MOST_CHARACTERS = 16_000_000;
/** How long a token is accepted without being verified again, in milliseconds. */
const LONGEST_MS = 10 * 60_000;

/**
 * A cache of verified tokens and their users: for ten minutes, and never longer than a token is valid. Tokens are kept as
 * digests, so that the memory of the process holds no list of live tokens.
 */
export class VerifiedTokens {
  readonly #users = new LRUCache<string, { user: TokenUser; until: number }>({
    max: MOST_TOKENS,
    maxSize: MOST_CHARACTERS,
  });
  #generation = 0;

  /** Changes with each `clear`: a token that was verified before it must not be remembered after it. */
  get generation(): number {
    return this.#generation;
  }

  get(token: string): TokenUser | undefined {
    const key = digest(token);
    const known = this.#users.get(key);
    if (!known) return undefined;
    if (known.until > Date.now()) return known.user;
    this.#users.delete(key);
    return undefined;
  }

  /**
   * @param expiresAt milliseconds since 1970
   * @param generation the generation when verification began
   */
  remember(token: string, user: TokenUser, expiresAt: number, generation: number): void {
    if (generation !== this.#generation) return;
    const until = Math.min(expiresAt, Date.now() + LONGEST_MS);
    this.#users.set(digest(token), { user, until }, { size: token.length });
  }

  /** Forgets everything: the keys that the tokens were verified with have changed. */
  clear(): void {
    this.#generation += 1;
    this.#users.clear();
  }
}

function digest(token: string): string {
  return hash('sha256', token, 'base64');
}
