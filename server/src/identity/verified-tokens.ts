import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { TokenUser } from './bearer.js';

/** More users than this at once are verified anew, and lose nothing else. */
const MOST_TOKENS = 10_000;
/** Of the tokens together: what their users' claims take grows with it. At the most tokens, that is 1,600 for each. */
const MOST_CHARACTERS = 16_000_000;
/** The longest that a token is believed without another look at the keys, in milliseconds. */
const LONGEST_MS = 10 * 60_000;

/**
 * Remembers whom a verified token is of, for ten minutes and never beyond the token's own end, so that a signature is
 * seldom checked twice. Tokens are kept as digests: the memory of the process holds no list of live tokens.
 */
export class VerifiedTokens {
  readonly #users = new LRUCache<string, { user: TokenUser; until: number }>({
    max: MOST_TOKENS,
    maxSize: MOST_CHARACTERS,
  });
  #generation = 0;

  /** Raised whenever everything is forgotten: what was verified under another one must not be remembered any more. */
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
   * @param generation the one there was before the token was verified
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
