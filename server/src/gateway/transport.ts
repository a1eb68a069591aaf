import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { ProxyConfig } from '../config/config.js';
import { createDispatcher } from '../network/dispatcher.js';
import { LightAbortSignal } from '../light-abort-signal.js';
import { LightRequest, withLightRequests } from './light-request.js';
import { UpstreamError } from './upstream-error.js';

/** An answer of more bytes than this is not one of Chargebee's: its sessions and pages have a few thousand. */
const LARGEST_ANSWER = 512 * 1024;

/** What the SDK reads of an answer; making a whole `Response` for it would cost more than the call itself. */
interface SdkResponse {
  status: number;
  headers: { entries(): Iterable<[string, unknown]> };
  json(): Promise<object>;
}

/** Tells one call to stop; whoever waits for it gets the reason. */
export class CallSignal extends LightAbortSignal<UpstreamError> {
  /** The call is not sent after this moment, on `performance.now()`'s clock. */
  readonly sendBy: number;

  constructor(sendBy: number) {
    super();
    this.sendBy = sendBy;
  }
}

/** The transport under the SDK, in the SDK's own shape. */
export interface Transport {
  /**
   * Given to the SDK as its `httpClient`. The SDK copies that object deeply at every call, so the pool must stay out of
   * it, in a closure.
   */
  httpClient: { makeApiRequest(request: Request): Promise<Response> };
  /**
   * Makes one SDK call. It rejects as soon as its signal says, whatever the connection is doing.
   *
   * @param send calls the SDK, which hands its request to the transport before it first waits for anything
   */
  run<T>(signal: CallSignal, send: () => Promise<T>): Promise<T>;
  /** Closes the connections once the calls in flight have finished. */
  close(): Promise<void>;
}

/** How the transport is set up. */
export interface TransportOptions {
  /** Where Chargebee's API is. */
  origin: URL;
  /** By which proxy to reach it. */
  proxy?: ProxyConfig | undefined;
  /** The most sockets at once. */
  connections: number;
  /** For connecting, for headers to come and between two parts of a body, in milliseconds. */
  timeoutMs: number;
}

/**
 * An undici pool under the SDK, whose own `fetch` costs most of what a call costs. Connections are kept alive and
 * bounded, answers are bounded, and whatever is not a JSON object fails as an `UpstreamError`.
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
    maxResponseSize: LARGEST_ANSWER,
  });
  /** The signal of the call that the SDK is just being asked for. */
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
      dispatcher.dispatch(options, new Exchange(signal, resolve, reject));
    });
    // The SDK's type asks for a Response, its code for no more than this.
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

/** One request and its answer, as undici's handler receives them. */
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
      // While undici waits for a connection there is nothing yet to abort.
      this.#controller?.abort(reason);
      this.#fail(reason);
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.reason) controller.abort(this.#signal.reason);
    // The last moment before it is sent: the connection took long, or this process was suspended.
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
    // Chargebee has refused or failed already, and what kept the rest of the body from coming says less than that.
    if (this.#status >= 300 && error.fault !== 'aborted') this.#finish('');
    else this.#reject(error);
  }
}

/** An answer as the SDK reads it, or an `UpstreamError` for what the SDK would take for something else. */
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
      // The SDK would take it for an internal error; with an object it keeps status and headers.
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
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? parsed
      : undefined;
  } catch {
    return undefined;
  }
}

const TIMEOUTS = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/** undici's and the system's errors by their code: their messages name addresses. */
function connectionError(error: unknown): UpstreamError {
  const reason = errorCode(error);
  if (reason === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new UpstreamError('nonsense', { reason });
  }
  return new UpstreamError(TIMEOUTS.has(reason) ? 'timeout' : 'connection', { reason });
}

function errorCode(error: unknown): string {
  // undici has no code of its own for a proxy that refuses.
  const [, proxyStatus] =
    /^Proxy response \((\d+)\)/.exec(error instanceof Error ? error.message : '') ?? [];
  if (proxyStatus !== undefined) return `the proxy answered ${proxyStatus}`;
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return error instanceof Error ? error.name : 'unknown';
}
