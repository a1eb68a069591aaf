import type { FastifyBaseLogger } from 'fastify';
import { createRemoteJWKSet, customFetch, errors, jwksCache, type JWTVerifyGetKey } from 'jose';
import { request, type Dispatcher } from 'undici';
import * as v from 'valibot';
import type { ProxyConfig } from '../config/config.js';
import { isObject } from '../is-object.js';
import { currentMoment, elapsedSince, NEVER, type Moment } from '../moment.js';
import { createDispatcher } from '../network/dispatcher.js';
import { SampledLog } from '../observability/sampled-log.js';
import { NO_USABLE_KEY, PublishedKeys } from './published-keys.js';

/** The age at which the keys are refreshed in the background. */
const REFRESH_AFTER_MS = 10 * 60_000;
/** How long the last keys stay in use while the identity provider cannot be reached. */
const EXPIRES_AFTER_MS = 24 * 60 * 60_000;
/** The minimum time between two fetches that tokens cause, so that forged tokens cannot cause a flood of fetches. */
const COOLDOWN_MS = 30_000;
const COOLDOWN_AFTER_FAILURE_MS = 5000;
/** How often to check whether a fetch is due, independent of requests. */
const CHECK_EVERY_MS = 5000;
/** The maximum timeout of a fetch, even if the deadline of requests is longer. */
const MAX_FETCH_MS = 5000;
const MAX_KEY_SET_BYTES = 512 * 1024;
/** Many times as many as providers publish. All may have to be tried for a token without a key id. */
const MAX_KEYS = 200;

/**
 * RFC 7517, section 5, as far as jose requires it. Entries that are not objects are ignored. Only members that are texts or lists
 * of them are kept, as no others are used and they may be nested too deeply to be copied. An empty text is left out, and so is
 * `key_ops` if it has "verify" among other operations: jose would refuse such a key.
 */
const keySet = v.object({
  keys: v.pipe(
    v.array(v.unknown()),
    v.check((entries) => entries.length === 0 || entries.some(isObject)),
    v.transform((entries) =>
      entries
        .filter(isObject)
        .map((key) => Object.fromEntries(Object.entries(key).filter(isUsedMember))),
    ),
  ),
});

function isUsedMember([name, value]: [string, unknown]): boolean {
  const items = [value].flat();
  if (name === 'key_ops' && items.includes('verify')) return false;
  return value !== '' && items.every((item) => typeof item === 'string');
}

/** The document at a provider's `/.well-known/openid-configuration`, recognized for a better error message. */
const discoveryDocument = v.object({ jwks_uri: v.string() });

/** Thrown when the required key is not available, so that a token can be neither accepted nor refused. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
}

/** The state of the keys, for metrics. */
export interface KeySetStatus {
  /** Whether there are keys that tokens can be verified with. */
  usable: boolean;
  /** Seconds since the last successful fetch; undefined before the first. */
  ageSeconds: number | undefined;
}

/** The keys that tokens are verified with. */
export interface KeySet {
  readonly keyOf: JWTVerifyGetKey;
  /** Starts a fetch in the background if one is due. Cheap enough to call for every request. */
  refreshWhenDue(): void;
  /**
   * Fetches the keys again, except during a cooldown, for a token whose signature does not match the key that it names: a
   * provider may have replaced the key and kept its id. Resolves to whether the keys have changed.
   */
  refetch(): Promise<boolean>;
  /** Fetches the keys now and whenever they are due, until `close`. Resolves when the first fetch has succeeded or failed. */
  start(): Promise<void>;
  status(): KeySetStatus;
  close(): Promise<void>;
}

export interface KeySetOptions {
  url: URL;
  proxy: ProxyConfig | undefined;
  /** The timeout of a fetch that a request waits for, in milliseconds. */
  timeoutMs: number;
  logger: Pick<FastifyBaseLogger, 'warn' | 'info'>;
  /** Called after the keys have changed, when only the new ones are in use. */
  onChange: () => void;
  /** Called for every fetch that fails. */
  onFailure: () => void;
}

/**
 * Creates the key set of the identity provider. It is fetched at start, refreshed in the background, and kept while the provider
 * cannot be reached. A token with an unknown key id, or with a signature that does not match, causes a fetch, since keys may have
 * been rotated.
 */
export function createKeySet(options: KeySetOptions): KeySet {
  const { url, timeoutMs, logger, onChange } = options;
  const fetcher = new KeyFetcher(options);
  let timer: NodeJS.Timeout | undefined;
  const published = new PublishedKeys(logger, onChange);
  const remote = createRemoteJWKSet(url, {
    // Disables jose's expiry, which uses the wall clock: keys would last longer after that is set back.
    cacheMaxAge: Infinity,
    // Disables jose's fetch for unknown keys, whose cooldown uses the wall clock, too.
    cooldownDuration: Infinity,
    timeoutDuration: Math.min(MAX_FETCH_MS, timeoutMs),
    [customFetch]: fetcher.fetch,
    [jwksCache]: published,
  });
  // Failures are logged by `KeyFetcher`, and the earlier keys stay in use.
  const reload = () => remote.reload().catch(() => undefined);
  const refreshWhenDue = (): void => {
    const isDue =
      published.uat === 0 || published.isUsable ? fetcher.isDue : fetcher.isDueWithoutKeys;
    if (isDue && !remote.reloading) void reload();
  };
  const findKey = withFetchForUnknownKey(remote, fetcher);

  return {
    async keyOf(header, token) {
      const fault = published.faultOf(header.kid);
      if (fault !== undefined) throw unusableKey(header.kid, fault);
      try {
        return await findKey(header, token);
      } catch (error) {
        if (published.uat > 0 && !published.isUsable) throw new KeysUnavailableError(NO_USABLE_KEY);
        throw isAboutToken(error) ? error : unusableKey(header.kid, error);
      }
    },
    refreshWhenDue,
    async refetch() {
      if (fetcher.isCoolingDown) return false;
      const { version } = published;
      await reload();
      return published.version !== version;
    },
    start() {
      timer ??= setInterval(refreshWhenDue, CHECK_EVERY_MS).unref();
      return reload();
    },
    status: () => ({
      usable: !fetcher.isExpired && published.isUsable,
      ageSeconds: published.uat === 0 ? undefined : fetcher.ageMs / 1000,
    }),
    async close() {
      clearInterval(timer);
      await fetcher.close();
    },
  };
}

/**
 * Returns a function that finds the key of a token. It fetches the keys again when they have expired, and for an unknown one, except
 * during a cooldown.
 */
function withFetchForUnknownKey(
  remote: ReturnType<typeof createRemoteJWKSet>,
  fetcher: KeyFetcher,
): JWTVerifyGetKey {
  return async (header, token) => {
    if (fetcher.isExpired) await remote.reload();
    try {
      return await remote(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || fetcher.isCoolingDown) throw error;
      await remote.reload();
      return remote(header, token);
    }
  };
}

/** Fetches the key set over HTTP. After a failure, further fetches fail at once for a few seconds. */
class KeyFetcher {
  readonly #failures: SampledLog;
  readonly #onFailure: () => void;
  readonly #dispatcher: Dispatcher;
  #fetched: Moment | undefined;
  #succeeded = NEVER;
  /** When the last fetch failed; undefined once another has begun. */
  #failed: Moment | undefined;
  #closed = false;

  constructor({ url, proxy, logger, onFailure }: KeySetOptions) {
    this.#failures = new SampledLog(logger, { linesPerKind: 1 });
    this.#onFailure = onFailure;
    this.#dispatcher = createDispatcher({
      proxy,
      origin: url,
      connections: 2,
      timeoutMs: MAX_FETCH_MS,
      maxResponseSize: MAX_KEY_SET_BYTES,
    });
  }

  /** The milliseconds since the last successful fetch. */
  get ageMs(): number {
    return elapsedSince(this.#succeeded);
  }

  /** Whether the last successful fetch, if any, is too long ago for its keys to be used. */
  get isExpired(): boolean {
    return this.ageMs >= EXPIRES_AFTER_MS;
  }

  /** Whether the keys are old enough to be fetched again, or the last fetch failed long enough ago. */
  get isDue(): boolean {
    if (this.#failed) return elapsedSince(this.#failed) >= COOLDOWN_AFTER_FAILURE_MS;
    return this.#isOlderThan(REFRESH_AFTER_MS);
  }

  /** Whether a fetch is due while there is no usable key. */
  get isDueWithoutKeys(): boolean {
    return this.isDue || this.#isOlderThan(COOLDOWN_MS);
  }

  /** Whether the last successful fetch is too recent for another one because of a token. */
  get isCoolingDown(): boolean {
    return this.ageMs < COOLDOWN_MS;
  }

  /** Whether the last fetch, if any, began at least this many milliseconds ago. */
  #isOlderThan(milliseconds: number): boolean {
    return this.#fetched !== undefined && elapsedSince(this.#fetched) >= milliseconds;
  }

  /** jose's option `customFetch`. */
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
      // `close()` has aborted the fetch.
      if (!this.#closed) this.#reportFailure(error);
      throw new KeysUnavailableError('the identity provider cannot be reached', { cause: error });
    }
  };

  #reportFailure(error: unknown): void {
    this.#onFailure();
    this.#failures.warn(
      'key_set',
      () => ({ err: error }),
      'the keys of the identity provider cannot be fetched; see AUTH_JWKS_URL',
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#failures.flush();
    await this.#dispatcher.destroy();
  }
}

/** Returns whether an error concerns the token or was converted already. Any other one means that a key cannot be used. */
function isAboutToken(error: unknown): boolean {
  return (
    error instanceof KeysUnavailableError ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    // An "alg" that no key set supports.
    (error instanceof errors.JOSENotSupported && error.message.includes('"alg"'))
  );
}

/** Creates the error for a token whose key is published, but cannot be used. */
export function unusableKey(kid: string | undefined, cause: unknown): KeysUnavailableError {
  const name = kid === undefined ? 'without an id' : `"${kid.slice(0, 100)}"`;
  return new KeysUnavailableError(`the key ${name} of the key set cannot be used`, { cause });
}

/** The values of content-encoding for a compressed response. Some servers send the charset, or an empty value. */
const COMPRESSION = /gzip|deflate|compress|br|zstd/i;

/** Fetches the text of a key set. Rejects with a message for the operator. */
async function readKeySet(
  href: string,
  dispatcher: Dispatcher,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { statusCode, headers, body } = await request(href, {
    dispatcher,
    signal: signal ?? null,
    // Never paused: undici 7 throws an error that cannot be caught when a connection ends while its body is paused.
    highWaterMark: MAX_KEY_SET_BYTES + 1,
    headers: {
      accept: 'application/json, application/jwk-set+json',
      // Some firewalls refuse requests without one.
      'user-agent': 'chargebee-portal-server',
      // Responses must not be compressed, since undici does not decompress them.
      'accept-encoding': 'identity',
    },
  });
  const { 'content-encoding': encoding = '', location } = headers;
  if (statusCode !== 200 || COMPRESSION.test(String(encoding))) {
    // The body is consumed, so that the connection can be reused.
    void body.dump({ limit: MAX_KEY_SET_BYTES }).catch(() => undefined);
    if (statusCode === 200) throw new Error('its answer is compressed, which was not asked for');
    const hint = location === undefined ? '' : ', a redirect, which is not followed';
    throw new Error(`it answered with status ${statusCode}${hint}`);
  }
  const text = await body.text().catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' ? new Error('its answer is too large') : error;
  });
  const document = parse(text);
  const { success, output } = v.safeParse(keySet, document);
  if (success && output.keys.length > MAX_KEYS) throw new Error('its answer has too many keys');
  if (success) return JSON.stringify(output);
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
