import { Pool } from 'undici';
import type { CallSignal } from './call-signal.js';
import { UpstreamError } from './upstream-error.js';

/** An answer of more bytes than this is not one of Chargebee's: its sessions and pages have a few thousand. */
const LARGEST_ANSWER = 512 * 1024;

/** Carries the call's number through the SDK to the transport; never sent. */
const CALL_HEADER = 'x-portal-call';

/** What the SDK reads of an answer; making a whole `Response` for it would cost more than the call itself. */
interface SdkResponse {
  status: number;
  headers: { entries(): Iterable<[string, unknown]> };
  json(): Promise<object>;
}

/** The transport under the SDK, in the SDK's own shape. */
export interface Transport {
  /**
   * Given to the SDK as its `httpClient`. The SDK copies that object deeply at every call, so the pool must stay out of
   * it, in a closure.
   */
  httpClient: { makeApiRequest(request: Request): Promise<Response> };
  /**
   * Runs one SDK call, whose own headers must hold those given. Rejects as soon as the signal says, whatever the
   * connection is doing.
   */
  run<T>(signal: CallSignal, send: (headers: Record<string, string>) => Promise<T>): Promise<T>;
  /** Closes the connections once the calls under way have finished. */
  close(): Promise<void>;
}

/** How the transport is set up. */
export interface TransportOptions {
  /** Where Chargebee's API is. */
  origin: URL;
  /** The most sockets at once. */
  connections: number;
  /** For connecting, for headers to come and between two parts of a body, in milliseconds. */
  timeoutMs: number;
}

/**
 * An undici pool under the SDK, whose own `fetch` costs most of what a call costs. Connections are kept alive and
 * bounded, answers are bounded, and whatever is not a JSON object fails as an `UpstreamError`.
 */
export function createTransport({ origin, connections, timeoutMs }: TransportOptions): Transport {
  const pool = new Pool(origin.origin, {
    connections,
    pipelining: 1,
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: LARGEST_ANSWER,
    keepAliveTimeout: 10_000,
    keepAliveMaxTimeout: 60_000,
  });
  const signals = new Map<string, CallSignal>();
  let lastCall = 0;

  async function makeApiRequest(request: Request): Promise<Response> {
    const { [CALL_HEADER]: id = '', ...headers } = Object.fromEntries(request.headers);
    const signal = signals.get(id);
    if (signal === undefined) {
      throw new TypeError(`A call to Chargebee came without its ${CALL_HEADER} header.`);
    }
    const body = request.method === 'GET' ? null : await request.text();
    try {
      const answer = await pool.request({
        method: request.method === 'GET' ? 'GET' : 'POST',
        path: request.url.slice(origin.origin.length),
        headers,
        body,
        signal,
      });
      const text = await answer.body.text();
      // The SDK's type asks for a Response, its code for no more than this.
      return readAnswer(answer.statusCode, answer.headers, text) as unknown as Response;
    } catch (error) {
      throw error instanceof UpstreamError ? error : connectionError(error);
    }
  }

  return {
    httpClient: { makeApiRequest },
    async run(signal, send) {
      const id = String(++lastCall);
      signals.set(id, signal);
      try {
        // While undici waits for a connection it does not listen to its signal.
        const stopped = new Promise<never>((_resolve, reject) => {
          signal.once('abort', () => reject(signal.reason!));
        });
        return await Promise.race([send({ [CALL_HEADER]: id }), stopped]);
      } finally {
        signals.delete(id);
      }
    },
    close: () => pool.close(),
  };
}

/** An answer as the SDK reads it; an `UpstreamError` for what the SDK would take for something else. */
function readAnswer(
  status: number,
  rawHeaders: Record<string, string | string[] | undefined>,
  text: string,
): SdkResponse {
  const headers = { entries: () => Object.entries(rawHeaders) };
  const body = parseObject(text);
  if (body === undefined) {
    const reason = 'no JSON object';
    if (status === 429) {
      // The SDK would take it for an internal error; with an object it keeps status and headers.
      return { status, headers, json: () => Promise.resolve({}) };
    }
    const fault = status >= 500 ? 'server_error' : status >= 300 ? 'rejected' : 'nonsense';
    throw new UpstreamError(fault, { status, reason });
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
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return error instanceof Error ? error.name : 'unknown';
}
