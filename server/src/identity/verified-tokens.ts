import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { TokenUser } from './bearer.js';

/** The maximum number of tokens. The least recently used one is dropped, and verified again when it is next sent. */
const MAX_TOKENS = 10_000;
/** The maximum length of all tokens together, which limits the memory for their claims: 1,600 for each of `MAX_TOKENS`. */
const MAX_CHARACTERS = 16_000_000;
/** How long a token is cached before it is verified again. */
const MAX_AGE_MS = 10 * 60_000;

/**
 * A cache of verified tokens and their users, for ten minutes, but never longer than a token is valid. Tokens are stored as
 * digests, so that the memory of the process contains no list of valid tokens.
 */
export class VerifiedTokens {
  readonly #users = new LRUCache<string, { user: TokenUser; until: number }>({
    max: MAX_TOKENS,
    maxSize: MAX_CHARACTERS,
  });
  #generation = 0;

  /** Changes with each `clear()`, after which tokens whose verification began before are not added. */
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
   * Adds a token, unless the cache was cleared since its verification began.
   *
   * @param expiresAt milliseconds since 1970
   * @param generation the generation when verification began
   */
  add(token: string, user: TokenUser, expiresAt: number, generation: number): void {
    if (generation !== this.#generation) return;
    const until = Math.min(expiresAt, Date.now() + MAX_AGE_MS);
    this.#users.set(digest(token), { user, until }, { size: token.length });
  }

  /** Removes all tokens, since the keys that verified them have changed. */
  clear(): void {
    this.#generation += 1;
    this.#users.clear();
  }
}

function digest(token: string): string {
  return hash('sha256', token, 'base64');
}
