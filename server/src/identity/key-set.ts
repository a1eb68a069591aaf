import type { FastifyBaseLogger } from 'fastify';
import {
  createRemoteJWKSet,
  customFetch,
  jwksCache,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { z } from 'zod';

/** How long a key set is taken for current; then it is fetched anew beside the requests, which do not wait for it. */
const REFRESH_AFTER_MS = 10 * 60_000;
/** How long the last key set is believed while the identity provider cannot be reached. */
const BELIEVED_FOR_MS = 24 * 60 * 60_000;
/** The least time between two fetches for an unknown key, so that nobody makes us flood the identity provider. */
const COOLDOWN_MS = 30_000;
const COOLDOWN_AFTER_FAILURE_MS = 5000;
/** However long a request may take. */
const LONGEST_FETCH_MS = 5000;
const MOST_CHARACTERS = 512 * 1024;

/** RFC 7517, section 5, as far as it makes the keys ones that jose can look through. */
const keySet = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });

/** Thrown when no key can be had: the caller can neither be believed nor turned away. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
}

/** The keys that tokens are verified with. */
export interface KeySet {
  readonly keyOf: JWTVerifyGetKey;
  /** Fetches the keys anew, beside the requests, when it is time. Made to be called by every request. */
  refreshWhenDue(): void;
}

export interface KeySetOptions {
  url: URL;
  /** How long a request may wait for the keys, in milliseconds. */
  withinMs: number;
  logger: Pick<FastifyBaseLogger, 'warn' | 'info'>;
  /** Called when the identity provider has published other keys than before, and only those are believed. */
  onChange: () => void;
}

/**
 * The identity provider's keys: fetched when first needed, refreshed in the background, and kept while the provider
 * is away. An unknown key id makes one more fetch, which is how a rotated key is picked up.
 */
export function createKeySet({ url, withinMs, logger, onChange }: KeySetOptions): KeySet {
  let refreshAt = Infinity;
  let silentUntil = -Infinity;

  const fetchKeys = async (href: string, options: RequestInit): Promise<Response> => {
    if (performance.now() < silentUntil) {
      throw new KeysUnavailableError('the identity provider could not be reached a moment ago');
    }
    refreshAt = performance.now() + REFRESH_AFTER_MS;
    try {
      return new Response(await readKeys(await fetch(href, options)));
    } catch (error) {
      silentUntil = performance.now() + COOLDOWN_AFTER_FAILURE_MS;
      refreshAt = silentUntil;
      logger.warn({ err: error }, 'the keys of the identity provider cannot be fetched');
      throw new KeysUnavailableError('the identity provider cannot be reached', { cause: error });
    }
  };

  const remote = createRemoteJWKSet(url, {
    cacheMaxAge: BELIEVED_FOR_MS,
    cooldownDuration: COOLDOWN_MS,
    timeoutDuration: Math.min(LONGEST_FETCH_MS, withinMs),
    [customFetch]: fetchKeys,
    [jwksCache]: new Published(() => {
      logger.info('the identity provider publishes other keys');
      onChange();
    }),
  });
  return {
    keyOf: remote,
    refreshWhenDue() {
      if (performance.now() < refreshAt || remote.reloading) return;
      // A failure is logged where it happens, and the keys there are stay good.
      remote.reload().catch(() => undefined);
    },
  };
}

/**
 * What jose takes for a cache, which it reads once, when there is nothing in it, and writes right after it has taken up
 * the keys that it has fetched: the moment from which no other keys are believed.
 */
class Published {
  uat = 0;
  readonly #onChange: () => void;
  #text: string | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get jwks(): JSONWebKeySet {
    return { keys: [] };
  }

  set jwks(keys: JSONWebKeySet) {
    const text = JSON.stringify(keys);
    const changed = this.#text !== undefined && this.#text !== text;
    this.#text = text;
    if (changed) this.#onChange();
  }
}

/** The text of a key set. Rejects when it is none, or larger than any is. */
async function readKeys(response: Response): Promise<string> {
  if (response.status !== 200) throw new Error(`it answered with status ${response.status}`);
  let text = '';
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    if (text.length > MOST_CHARACTERS) throw new Error('its answer is too large');
  }
  if (!keySet.safeParse(JSON.parse(text)).success) throw new Error('its answer is no key set');
  return text;
}
