import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { ProxyConfig } from '../config/config.js';
import { createDispatcher } from '../network/dispatcher.js';
import { isObject } from '../is-object.js';
import { LightAbortSignal } from '../light-abort-signal.js';
import { LightRequest, withLightRequests, withRealRequests } from './light-request.js';
import { UpstreamError } from './upstream-error.js';

/** The maximum size of a response. Chargebee's sessions and pages have a few thousand bytes. */
const MAX_ANSWER_BYTES = 512 * 1024;

/** The part of `Response` that the SDK reads. Creating a real `Response` takes longer than the rest of the call. */
interface SdkResponse {
  status: number;
  headers: { entries(): Iterable<[string, unknown]> };
  json(): Promise<object>;
}

/** Aborts one call, which then rejects with the reason. */
export class CallSignal extends LightAbortSignal<UpstreamError> {
  /** The call is not sent after this moment, on `performance.now()`'s clock. */
  readonly sendBy: number;

  constructor(sendBy: number) {
    super();
    this.sendBy = sendBy;
  }
}

/** The HTTP transport of the SDK. */
export interface Transport {
  /**
   * The SDK's option `httpClient`. The SDK makes a deep copy of this object for every call, so the connection pool must not
   * be a property of it.
   */
  httpClient: { makeApiRequest(request: Request): Promise<Response> };
  /**
   * Makes one SDK call. It rejects as soon as the signal is aborted, in any state of the connection.
   *
   * @param send calls the SDK, which must call the transport synchronously
   */
  run<T>(signal: CallSignal, send: () => Promise<T>): Promise<T>;
  /** Closes the connections once the calls in flight have finished. */
  close(): Promise<void>;
}

export interface TransportOptions {
  /** The origin of Chargebee's API. */
  origin: URL;
  proxy?: ProxyConfig | undefined;
  /** The maximum number of connections. */
  connections: number;
  /** The timeout of connecting, in milliseconds. Callers use the same for a whole call. */
  timeoutMs: number;
}

/**
 * Creates a transport with an undici pool, since the SDK's own `fetch` takes most of the time of a call. Connections are kept
 * alive. The number of connections and the size of responses are limited. A response that is not a JSON object fails as an
 * `UpstreamError`.
 */
export function createTransport({
  origin,
  proxy,
  connections,
  timeoutMs,
}: TransportOptions): Transport {
  const dispatcher = createDispatcher({
    proxy,
    origin,
    connections,
    timeoutMs,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  /** The signal of the SDK call that is being started. */
  let current: CallSignal | undefined;

  async function makeApiRequest(request: unknown): Promise<Response> {
    const signal = current;
    if (signal === undefined || !(request instanceof LightRequest)) {
      throw new TypeError('The SDK made a request outside a call.');
    }
    if (signal.reason) {
      throw signal.reason;
    }
    const options: Dispatcher.DispatchOptions = {
      origin: origin.origin,
      method: request.method === 'GET' ? 'GET' : 'POST',
      path: request.url.slice(origin.origin.length),
      headers: request.headers.list,
      body: request.body,
    };
    const answer = await new Promise<SdkResponse>((resolve, reject) => {
      const exchange = new Exchange(signal, resolve, reject);
      withRealRequests(() => dispatcher.dispatch(options, exchange));
    });
    // The SDK's type requires a Response, but its code reads only these members.
    return answer as unknown as Response;
  }

  return {
    httpClient: { makeApiRequest },
    run(signal, send) {
      current = signal;
      try {
        return withLightRequests(send);
      } finally {
        current = undefined;
      }
    },
    close: () => dispatcher.close(),
  };
}

/** Handles one request and its response for undici. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #signal: CallSignal;
  readonly #resolve: (answer: SdkResponse) => void;
  readonly #reject: (reason: UpstreamError) => void;
  readonly #stopListening: () => void;
  readonly #body: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};

  constructor(
    signal: CallSignal,
    resolve: (answer: SdkResponse) => void,
    reject: (reason: UpstreamError) => void,
  ) {
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#stopListening = signal.onAbort((reason) => {
      // While undici waits for a connection, there is no controller to abort.
      this.#controller?.abort(reason);
      this.#fail(reason);
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.reason) controller.abort(this.#signal.reason);
    // Checked just before sending: connecting may have taken long, or this process may have been suspended.
    else if (performance.now() > this.#signal.sendBy) {
      controller.abort(new UpstreamError('timeout', { reason: 'sent too late' }));
    }
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body.push(chunk);
  }

  onResponseEnd(): void {
    this.#stopListening();
    const [first, ...others] = this.#body;
    const body = first && others.length > 0 ? Buffer.concat(this.#body) : first;
    this.#finish(body?.toString() ?? '');
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#stopListening();
    this.#fail(error instanceof UpstreamError ? error : connectionError(error));
  }

  #finish(text: string): void {
    const answer = readAnswer(this.#status, this.#headers, text);
    if (answer instanceof UpstreamError) this.#reject(answer);
    else this.#resolve(answer);
  }

  #fail(error: UpstreamError): void {
    // The status of a refusal or server error says more than the error that interrupted its body.
    if (this.#status >= 300 && error.fault !== 'aborted') this.#finish('');
    else this.#reject(error);
  }
}

/** Returns a response for the SDK, or an `UpstreamError` for one that the SDK would misinterpret. */
function readAnswer(
  status: number,
  rawHeaders: IncomingHttpHeaders,
  text: string,
): SdkResponse | UpstreamError {
  const headers = { entries: () => Object.entries(rawHeaders) };
  const body = parseObject(text);
  if (body === undefined) {
    const reason = 'no JSON object';
    if (status === 429) {
      // Without a JSON object, the SDK would report an internal error; with one, it keeps status and headers.
      return { status, headers, json: () => Promise.resolve({}) };
    }
    const fault = status >= 500 ? 'server_error' : status >= 300 ? 'rejected' : 'nonsense';
    return new UpstreamError(fault, { status, reason });
  }
  return { status, headers, json: () => Promise.resolve(body) };
}

function parseObject(text: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const TIMEOUTS = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/** Converts an error of undici or the system. Only its code is kept, since its message contains addresses. */
function connectionError(error: unknown): UpstreamError {
  const reason = errorCode(error);
  if (reason === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new UpstreamError('nonsense', { reason });
  }
  return new UpstreamError(TIMEOUTS.has(reason) ? 'timeout' : 'connection', { reason });
}

function errorCode(error: unknown): string {
  // undici has no error code for a refusal by a proxy.
  const [, proxyStatus] =
    /^Proxy response \((\d+)\)/.exec(error instanceof Error ? error.message : '') ?? [];
  if (proxyStatus !== undefined) return `the proxy answered ${proxyStatus}`;
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return error instanceof Error ? error.name : 'unknown';
}
