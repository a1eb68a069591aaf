import { getDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import { Agent, EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import type { ProxyConfig } from '../config/config.js';
import { isExceptedAddress } from './no-proxy.js';
import { createSharedLookup } from './shared-lookup.js';

export interface DispatcherOptions {
  proxy: ProxyConfig | undefined;
  /** The only origin that is called, when there is but one. */
  origin?: URL;
  /** The most sockets to one origin. */
  connections: number;
  /** For connecting, for headers to come and between two parts of a body, in milliseconds. */
  timeoutMs: number;
  /** The longest answer, in bytes. */
  maxResponseSize: number;
}

/**
 * How long one address of a host is tried before the next one. Node gives up each but the last after 250 ms, which is less than
 * a packet takes to another continent and back over a slow link.
 */
const ATTEMPT_MS = Math.max(500, getDefaultAutoSelectFamilyAttemptTimeout());

/** This machine, which a proxy elsewhere would take for itself. */
const LOOPBACK = 'localhost,127.0.0.1,[::1]';

/** Makes HTTP calls, by a proxy where one is set up: bounded in time, size and number of connections. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { proxy, origin, timeoutMs, connections, maxResponseSize } = options;
  const client = {
    connections,
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize,
    keepAliveTimeout: 10_000,
    keepAliveMaxTimeout: 60_000,
  };
  const connect = {
    timeout: timeoutMs,
    lookup: createSharedLookup(),
    autoSelectFamilyAttemptTimeout: ATTEMPT_MS,
  };
  const isExcepted = origin && isExceptedAddress(origin.hostname, proxy?.noProxy ?? '');
  if (proxy && !isExcepted) {
    return new EnvHttpProxyAgent({
      ...client,
      connect,
      // Empty rather than undefined, for which undici would look into `process.env`.
      httpProxy: proxy.httpProxy ?? '',
      httpsProxy: proxy.httpsProxy ?? '',
      // undici knows the wildcard alone only.
      noProxy: proxy.noProxy === '*' ? '*' : `${proxy.noProxy ?? ''},${LOOPBACK}`,
      requestTls: connect,
      proxyTls: connect,
      clientFactory: (proxyOrigin, given) =>
        new ProxyPool(proxyOrigin, { ...given, headersTimeout: timeoutMs }),
    });
  }
  return origin
    ? new Pool(origin.origin, { ...client, connect })
    : new Agent({ ...client, connect });
}

/** undici's codes of errors after which it connects again at once, with the same request. */
const RECONNECTING_CODES: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'UND_ERR_INFO']);

/**
 * The connections to a proxy. When a proxy closes them without an answer, or sends something of its own through the tunnel,
 * undici would ask it again, thousands of times a second, and the request would never end, whatever its signal says. So
 * these errors get another code.
 */
class ProxyPool extends Pool {
  readonly #credentials: Record<string, string>;

  constructor(origin: URL, options: Pool.Options) {
    super(origin, options);
    this.#credentials = credentialsOf(origin);
  }

  // Only the form that undici's ProxyAgent uses.
  override connect = (async (options: Dispatcher.ConnectOptions) => {
    const headers = { ...(options.headers as Record<string, string>), ...this.#credentials };
    const answer = await super.connect({ ...options, headers }).catch((error: unknown) => {
      if (!RECONNECTING_CODES.has((error as NodeJS.ErrnoException).code)) throw error;
      throw proxyError('ECONNRESET', 'the proxy closed the connection without an answer');
    });
    // No server speaks before it is asked.
    if (answer.statusCode === 200 && answer.socket.readableLength > 0) {
      answer.socket.on('error', () => undefined).destroy();
      throw proxyError('EPROTO', 'the proxy answered by itself instead of connecting');
    }
    return answer;
  }) as Pool['connect'];
}

function proxyError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** undici sends none for a user without a password, whom some proxies know by a token alone. */
function credentialsOf({ username, password }: URL): Record<string, string> {
  if (!username && !password) return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}
