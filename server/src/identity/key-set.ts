import type { FastifyBaseLogger } from 'fastify';
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  jwksCache,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { request, type Dispatcher } from 'undici';
import * as v from 'valibot';
import type { ProxyConfig } from '../config/config.js';
import { currentMoment, elapsedSince, NEVER, type Moment } from '../moment.js';
import { createDispatcher } from '../network/dispatcher.js';
import { SampledLog } from '../observability/sampled-log.js';
import { findUnusableKeys, hasUsableKey, type UnusableKey } from './unusable-keys.js';

/** How old the keys get before they are fetched again, beside the requests, which do not wait for it. */
const REFRESH_AFTER_MS = 10 * 60_000;
/** How long the last keys are used while the identity provider cannot be reached. */
const EXPIRES_AFTER_MS = 24 * 60 * 60_000;
/** The least time between two fetches for an unknown key, so that nobody makes us flood the identity provider. */
const COOLDOWN_MS = 30_000;
const COOLDOWN_AFTER_FAILURE_MS = 5000;
/** How often to check whether a fetch is due, where no request does. */
const CHECK_EVERY_MS = 5000;
/** The longest fetch, however long a request may take. */
const LONGEST_FETCH_MS = 5000;
const LARGEST_KEY_SET = 512 * 1024;

const NO_USABLE_KEY =
  'the identity provider publishes no key that tokens can be verified with; see AUTH_JWKS_URL';

/** RFC 7517, section 5, as far as jose relies on it. */
const keySet = v.object({ keys: v.array(v.record(v.string(), v.unknown())) });

/** What a provider publishes at `/.well-known/openid-configuration`. */
const discoveryDocument = v.object({ jwks_uri: v.string() });

/** Thrown when no key can be had: the caller can neither be verified nor refused. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
}

/** The state of the keys, for metrics. */
export interface KeySetStatus {
  /** Whether tokens can be verified with them. */
  usable: boolean;
  /** Since the last successful fetch; undefined before the first. */
  ageSeconds: number | undefined;
}

/** The keys that tokens are verified with. */
export interface KeySet {
  readonly keyOf: JWTVerifyGetKey;
  /** Starts a fetch, beside the requests, when one is due. Cheap enough for every request. */
  refreshWhenDue(): void;
  /** Fetches the keys now and whenever they are due, until `close`. Resolves when the first fetch ends, however it does. */
  start(): Promise<void>;
  status(): KeySetStatus;
  close(): Promise<void>;
}

export interface KeySetOptions {
  url: URL;
  proxy: ProxyConfig | undefined;
  /** How long a request may wait for the keys, in milliseconds. */
  withinMs: number;
  logger: Pick<FastifyBaseLogger, 'warn' | 'info'>;
  /** Called when the identity provider has published other keys than before, and only those are used. */
  onChange: () => void;
  /** Called for every fetch that fails. */
  onFailure: () => void;
}

/**
 * The identity provider's keys: fetched at start, refreshed in the background, and kept while the provider cannot be
 * reached. An unknown key id makes one more fetch, which is how a rotated key is picked up.
 */
export function createKeySet(options: KeySetOptions): KeySet {
  const { url, withinMs, logger, onChange } = options;
  const fetcher = new KeyFetcher(options);
  let timer: NodeJS.Timeout | undefined;
  let unusable: readonly UnusableKey[] = [];
  let isUsable = false;
  const published = new Published((keys, isFirst) => {
    unusable = findUnusableKeys(keys);
    isUsable = hasUsableKey(keys);
    if (!isUsable) logger.warn({ published: keys.keys.length }, NO_USABLE_KEY);
    for (const key of unusable) {
      logger.warn(key, 'a key of the identity provider cannot be used');
    }
    if (isFirst) return;
    logger.info('the identity provider publishes other keys');
    onChange();
  });
  const remote = createRemoteJWKSet(url, {
    cacheMaxAge: EXPIRES_AFTER_MS,
    // Unknown keys are looked for below: jose's cooldown goes by the system's clock, and lasts long once that is set back.
    cooldownDuration: Infinity,
    timeoutDuration: Math.min(LONGEST_FETCH_MS, withinMs),
    [customFetch]: fetcher.fetch,
    [jwksCache]: published,
  });
  // A failure is logged where it happens, and the keys fetched before stay in use.
  const reload = () => remote.reload().catch(() => undefined);
  const refreshWhenDue = (): void => {
    const isDue = published.uat === 0 || isUsable ? fetcher.isDue : fetcher.isDueWithoutKeys;
    if (isDue && !remote.reloading) void reload();
  };

  const find: JWTVerifyGetKey = async (header, token) => {
    try {
      return await remote(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || fetcher.isCoolingDown) throw error;
      await remote.reload();
      return remote(header, token);
    }
  };

  return {
    async keyOf(header, token) {
      const broken = unusable.find(({ kid }) => kid !== undefined && kid === header.kid);
      if (broken) throw unusableKey(broken.kid, broken.why);
      try {
        return await find(header, token);
      } catch (error) {
        if (published.uat > 0 && !isUsable) throw new KeysUnavailableError(NO_USABLE_KEY);
        throw isAboutToken(error) ? error : unusableKey(header.kid, error);
      }
    },
    refreshWhenDue,
    start() {
      timer ??= setInterval(refreshWhenDue, CHECK_EVERY_MS).unref();
      return reload();
    },
    status: () => ({
      usable: remote.fresh && isUsable,
      ageSeconds: published.uat === 0 ? undefined : (Date.now() - published.uat) / 1000,
    }),
    async close() {
      clearInterval(timer);
      await fetcher.close();
    },
  };
}

/** Fetches the key set over HTTP, and not again right after a failure. */
class KeyFetcher {
  readonly #failures: SampledLog;
  readonly #onFailure: () => void;
  readonly #dispatcher: Dispatcher;
  #fetched: Moment | undefined;
  #succeeded = NEVER;
  /** When the last fetch failed, unless another has begun since. */
  #failed: Moment | undefined;

  constructor({ url, proxy, logger, onFailure }: KeySetOptions) {
    this.#failures = new SampledLog(logger, { linesPerKind: 1 });
    this.#onFailure = onFailure;
    this.#dispatcher = createDispatcher({
      proxy,
      origin: url,
      connections: 2,
      timeoutMs: LONGEST_FETCH_MS,
      maxResponseSize: LARGEST_KEY_SET,
    });
  }

  /** Whether the keys are old enough to be fetched again, or the last fetch failed long enough ago. */
  get isDue(): boolean {
    if (this.#failed) return elapsedSince(this.#failed) >= COOLDOWN_AFTER_FAILURE_MS;
    return this.#isOlderThan(REFRESH_AFTER_MS);
  }

  /** The same while there is no key to use. */
  get isDueWithoutKeys(): boolean {
    return this.isDue || this.#isOlderThan(COOLDOWN_MS);
  }

  /** Whether the keys are too young to be fetched again for an unknown one. */
  get isCoolingDown(): boolean {
    return elapsedSince(this.#succeeded) < COOLDOWN_MS;
  }

  /** Whether the last fetch, if there was one, began so many milliseconds ago. */
  #isOlderThan(milliseconds: number): boolean {
    return this.#fetched !== undefined && elapsedSince(this.#fetched) >= milliseconds;
  }

  /** In the shape of Fetch's own, for jose. */
  readonly fetch = async (href: string, { signal }: RequestInit): Promise<Response> => {
    if (this.#failed && elapsedSince(this.#failed) < COOLDOWN_AFTER_FAILURE_MS) {
      throw new KeysUnavailableError('the identity provider could not be reached a moment ago');
    }
    this.#fetched = currentMoment();
    this.#failed = undefined;
    try {
      const text = await readKeySet(href, this.#dispatcher, signal ?? undefined);
      this.#succeeded = currentMoment();
      return new Response(text);
    } catch (error) {
      this.#failed = currentMoment();
      this.#onFailure();
      this.#failures.warn(
        'key_set',
        () => ({ err: error }),
        'the keys of the identity provider cannot be fetched; see AUTH_JWKS_URL',
      );
      throw new KeysUnavailableError('the identity provider cannot be reached', { cause: error });
    }
  };

  async close(): Promise<void> {
    this.#failures.flush();
    await this.#dispatcher.destroy();
  }
}

/** Whether the token names a key that does not exist; every other error is about the keys. */
function isAboutToken(error: unknown): boolean {
  return (
    error instanceof KeysUnavailableError ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    // "alg" of a kind that no key set is for.
    (error instanceof errors.JOSENotSupported && error.message.includes('"alg"'))
  );
}

function unusableKey(kid: string | undefined, cause: unknown): KeysUnavailableError {
  const name = kid === undefined ? 'without an id' : `"${kid.slice(0, 100)}"`;
  return new KeysUnavailableError(`the key ${name} of the key set cannot be used`, { cause });
}

/**
 * What jose takes for a cache. It reads it once, when it is empty, and writes it right after it has begun to use the keys
 * that it has fetched.
 */
class Published {
  /** When the keys were fetched last, in milliseconds since 1970; 0 before. jose's name for it. */
  uat = 0;
  readonly #onChange: (keys: JSONWebKeySet, isFirst: boolean) => void;
  #text: string | undefined;

  constructor(onChange: (keys: JSONWebKeySet, isFirst: boolean) => void) {
    this.#onChange = onChange;
  }

  get jwks(): JSONWebKeySet {
    return { keys: [] };
  }

  set jwks(keys: JSONWebKeySet) {
    const text = JSON.stringify(keys);
    const isFirst = this.#text === undefined;
    if (this.#text === text) return;
    this.#text = text;
    this.#onChange(keys, isFirst);
  }
}

/** Fetches the text of a key set. Rejects with what is wrong, in words for the operator. */
async function readKeySet(
  href: string,
  dispatcher: Dispatcher,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { statusCode, headers, body } = await request(href, {
    dispatcher,
    signal: signal ?? null,
    headers: {
      accept: 'application/json, application/jwk-set+json',
      // Without it, an answer may be compressed.
      'accept-encoding': 'identity',
    },
  });
  const { 'content-encoding': encoding = 'identity', location } = headers;
  if (statusCode !== 200 || encoding !== 'identity') {
    // Read, so that the connection is not left with an answer on it.
    void body.dump({ limit: LARGEST_KEY_SET }).catch(() => undefined);
    if (statusCode === 200) throw new Error('its answer is compressed, which was not asked for');
    const hint = location === undefined ? '' : ', a redirect, which is not followed';
    throw new Error(`it answered with status ${statusCode}${hint}`);
  }
  const text = await body.text().catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' ? new Error('its answer is too large') : error;
  });
  const document = parse(text);
  if (v.is(keySet, document)) return text;
  throw new Error(
    v.is(discoveryDocument, document)
      ? 'its answer is a discovery document; the key set is at the URL that "jwks_uri" in it names'
      : 'its answer is not a key set (JSON with "keys")',
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
