import type { FastifyBaseLogger } from 'fastify';
import type { JSONWebKeySet } from 'jose';
import { findUnusableKeys, usableKeyIds, type UnusableKey } from './unusable-keys.js';

export const NO_USABLE_KEY =
  'the identity provider publishes no key that tokens can be verified with; see AUTH_JWKS_URL';

/**
 * The keys that the identity provider publishes, as jose's cache of a key set. jose reads `jwks` once, when it is empty, and sets
 * it when it begins to use fetched keys.
 */
export class PublishedKeys {
  /** jose's name for the time of the last fetch, in milliseconds since 1970; 0 before the first. */
  uat = 0;
  /** Incremented whenever other keys are published. */
  version = 0;
  readonly #logger: Pick<FastifyBaseLogger, 'warn' | 'info'>;
  readonly #onChange: () => void;
  #text: string | undefined;
  #unusable: readonly UnusableKey[] = [];
  #usableIds: ReadonlySet<unknown> = new Set();

  /** @param onChange called after other keys have replaced the first ones */
  constructor(logger: Pick<FastifyBaseLogger, 'warn' | 'info'>, onChange: () => void) {
    this.#logger = logger;
    this.#onChange = onChange;
  }

  /** Whether tokens can be verified with one of the keys. */
  get isUsable(): boolean {
    return this.#usableIds.size > 0;
  }

  /** Returns why the key with this id cannot be used; undefined if it can, or is not published. */
  faultOf(kid: string | undefined): string | undefined {
    if (kid === undefined || this.#usableIds.has(kid)) return undefined;
    return this.#unusable.find((key) => key.kid === kid)?.why;
  }

  get jwks(): JSONWebKeySet {
    return { keys: [] };
  }

  set jwks(set: JSONWebKeySet) {
    const text = JSON.stringify(set);
    const isFirst = this.#text === undefined;
    if (this.#text === text) return;
    this.#text = text;
    this.version += 1;
    this.#unusable = findUnusableKeys(set);
    this.#usableIds = usableKeyIds(set);
    if (!this.isUsable) this.#logger.warn({ published: set.keys.length }, NO_USABLE_KEY);
    for (const key of this.#unusable) {
      this.#logger.warn(key, 'a key of the identity provider cannot be used');
    }
    if (isFirst) return;
    this.#logger.info('the identity provider publishes other keys');
    this.#onChange();
  }
}
