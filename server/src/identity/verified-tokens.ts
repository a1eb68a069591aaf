import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { TokenUser } from './bearer.js';

/** At a few hundred bytes each; more users than this at once are verified anew, and lose nothing else. */
const MOST_TOKENS = 10_000;

/**
 * Remembers whom a verified token is of until the token expires, so that a signature is checked once. Tokens are kept
 * as digests: the memory of the process holds no list of live tokens.
 */
export class VerifiedTokens {
  readonly #users = new LRUCache<string, { user: TokenUser; expiresAt: number }>({
    max: MOST_TOKENS,
  });

  get(token: string): TokenUser | undefined {
    const key = digest(token);
    const known = this.#users.get(key);
    if (!known) return undefined;
    if (known.expiresAt > Date.now()) return known.user;
    this.#users.delete(key);
    return undefined;
  }

  /** @param expiresAt milliseconds since 1970 */
  remember(token: string, user: TokenUser, expiresAt: number): void {
    this.#users.set(digest(token), { user, expiresAt });
  }

  /** Forgets everything: the keys that the tokens were verified with have changed. */
  clear(): void {
    this.#users.clear();
  }
}

function digest(token: string): string {
  return hash('sha256', token, 'base64');
}
