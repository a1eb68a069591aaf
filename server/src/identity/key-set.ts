import type { FastifyBaseLogger } from 'fastify';
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';

/** How long a key set is taken for current; then it is fetched anew beside the requests, which do not wait for it. */
const REFRESH_AFTER_MS = 10 * 60_000;
/** How long the last key set is believed while the identity provider cannot be reached. */
const BELIEVED_FOR_MS = 24 * 60 * 60_000;
/** The least time between two fetches for an unknown key, so that nobody makes us flood the identity provider. */
const COOLDOWN_MS = 30_000;
const COOLDOWN_AFTER_FAILURE_MS = 5000;
const FETCH_TIMEOUT_MS = 5000;
const MOST_CHARACTERS = 512 * 1024;

/** Thrown when no key can be had: the caller can neither be believed nor turned away. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
}

export interface KeySetOptions {
  url: URL;
  logger: Pick<FastifyBaseLogger, 'warn' | 'info'>;
  /** Called when the identity provider publishes other keys than before. */
  onChange: () => void;
}

/**
 * The identity provider's keys: fetched when first needed, refreshed in the background, and kept while the provider
 * is away. An unknown key id makes one more fetch, which is how a rotated key is picked up.
 */
export function createKeySet({ url, logger, onChange }: KeySetOptions): JWTVerifyGetKey {
  let published: string | undefined;
  let refreshAt = Infinity;
  let silentUntil = -Infinity;

  const fetchKeys = async (href: string, options: RequestInit): Promise<Response> => {
    if (performance.now() < silentUntil) {
      throw new KeysUnavailableError('the identity provider could not be reached a moment ago');
    }
    refreshAt = performance.now() + REFRESH_AFTER_MS;
    try {
      const text = await readKeys(await fetch(href, options));
      if (published !== undefined && text !== published) {
        logger.info('the identity provider publishes other keys');
        onChange();
      }
      published = text;
      return new Response(text);
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
    timeoutDuration: FETCH_TIMEOUT_MS,
    [customFetch]: fetchKeys,
  });
  return (header, token) => {
    if (performance.now() >= refreshAt && !remote.reloading) {
      // A failure is logged where it happens, and the keys there are stay good.
      remote.reload().catch(() => undefined);
    }
    return remote(header, token);
  };
}

async function readKeys(response: Response): Promise<string> {
  if (response.status !== 200) throw new Error(`it answered with status ${response.status}`);
  const text = await response.text();
  if (text.length > MOST_CHARACTERS) throw new Error('its answer is too large');
  const body: unknown = JSON.parse(text);
  const isKeySet =
    typeof body === 'object' && body !== null && 'keys' in body && Array.isArray(body.keys);
  if (!isKeySet) throw new Error('its answer is no key set');
  return text;
}
