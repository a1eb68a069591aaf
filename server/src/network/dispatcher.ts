import { getDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import { Agent, EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import type { ProxyConfig } from '../config/config.js';
import { withLastAddresses } from './last-addresses.js';
import { matchesAddressEntry } from './no-proxy.js';
import { createSharedLookup } from './shared-lookup.js';

export interface DispatcherOptions {
  proxy: ProxyConfig | undefined;
  /** The only origin to call; undefined for any origin. */
  origin?: URL;
  /** The maximum number of connections per origin. */
  connections: number;
  /** The timeout of connecting, in milliseconds. Callers use the same for a whole call. */
  timeoutMs: number;
  /** The maximum size of a response, in bytes. */
  maxResponseSize: number;
}

/**
 * How long one address of a host is tried before the next one. Node's default of 250 ms is shorter than a round trip to another
 * continent over a slow link.
 */
const ATTEMPT_MS = Math.max(500, getDefaultAutoSelectFamilyAttemptTimeout());

/**
 * How much longer undici waits for a response than callers. Its timers may end up to half a second too early, and after this process
 * was blocked they give up before a response that has arrived is read.
 */
const MARGIN_MS = 1000;

/** Names and addresses of this machine, which a proxy elsewhere cannot reach. */
const LOOPBACK = 'localhost,127.0.0.1,[::1]';

/** Creates a dispatcher for HTTP calls, through a proxy if configured, with limits for time, size and connections. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { proxy, origin, timeoutMs, connections, maxResponseSize } = options;
  const responseTimeoutMs = timeoutMs + MARGIN_MS;
  const client = {
    connections,
    pipelining: 1,
    headersTimeout: responseTimeoutMs,
    bodyTimeout: responseTimeoutMs,
    maxResponseSize,
    keepAliveTimeout: 10_000,
    keepAliveMaxTimeout: 60_000,
  };
  const connect = {
    timeout: timeoutMs,
    lookup: withLastAddresses(createSharedLookup()),
    autoSelectFamilyAttemptTimeout: ATTEMPT_MS,
  };
  const bypassesProxy = origin && matchesAddressEntry(origin.hostname, proxy?.noProxy ?? '');
  if (proxy && !bypassesProxy) {
    return new EnvHttpProxyAgent({
      ...client,
      connect,
      // Empty rather than undefined, for which undici would read `process.env`.
      httpProxy: proxy.httpProxy ?? '',
      httpsProxy: proxy.httpsProxy ?? '',
      // undici recognizes a wildcard only without other entries.
      noProxy: proxy.noProxy === '*' ? '*' : `${proxy.noProxy ?? ''},${LOOPBACK}`,
      requestTls: connect,
      proxyTls: connect,
      clientFactory: (proxyOrigin, given) =>
        new ProxyPool(proxyOrigin, { ...given, headersTimeout: responseTimeoutMs }),
    });
  }
  return origin
    ? new Pool(origin.origin, { ...client, connect })
    : new Agent({ ...client, connect });
}

/** undici's error codes after which it immediately reconnects and repeats the request. */
const RECONNECTING_CODES: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'UND_ERR_INFO']);

/**
 * The connections to a proxy. When a proxy closes them without a response, or sends data of its own through the tunnel, undici
 * would reconnect thousands of times a second, and the request could not even be aborted. To prevent this, these errors get
 * another code.
 */
class ProxyPool extends Pool {
  readonly #credentials: Record<string, string>;

  constructor(origin: URL, options: Pool.Options) {
    super(origin, options);
    this.#credentials = credentialsOf(origin);
  }

  // Only the overload that undici's ProxyAgent uses.
  override connect = (async (options: Dispatcher.ConnectOptions) => {
    const headers = { ...(options.headers as Record<string, string>), ...this.#credentials };
    const answer = await super.connect({ ...options, headers }).catch((error: unknown) => {
      if (!RECONNECTING_CODES.has((error as NodeJS.ErrnoException).code)) throw error;
      throw proxyError('ECONNRESET', 'the proxy closed the connection without an answer');
    });
    // HTTP and TLS servers send nothing before the client does, so the data comes from the proxy.
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

/** Returns the credentials of a proxy. undici sends none without a password, but some proxies use a token as the user name. */
function credentialsOf({ username, password }: URL): Record<string, string> {
  if (!username && !password) return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}
