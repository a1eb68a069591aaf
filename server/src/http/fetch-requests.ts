import type { FastifyInstance } from 'fastify';
import inject, { type DispatchFunc } from 'light-my-request';
import { METHODS } from 'node:http';
import { ARRIVAL_MS } from './app.js';
import { INTERNAL, statusFailure, type Failure } from './failure.js';
import type { HostBodies } from './host-bodies.js';
import { markAsMounted } from './mounted-requests.js';

/** Headers that apply to a single connection and are not forwarded. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);
/** A method without routes. It stands for those that Node does not know, which light-my-request does not accept. */
const UNSERVED_METHOD = 'TRACE';
/** Not a valid address, so that none is sent to Chargebee as the end user's. */
const UNKNOWN_ADDRESS = 'unknown';

const READ_BEFORE: Failure = {
  ...INTERNAL,
  message:
    'The host app has read the body of this request already. It must pass the request on unread; request.clone() makes one to read.',
};

/** A Fetch API request, and what is needed to answer it. */
export interface FetchRequest {
  app: FastifyInstance;
  hostBodies: HostBodies;
  request: Request;
  /** The path and query, without the base path of the mount. */
  url: string;
  /** The end user's address, if the host knows it. */
  ip: string | undefined;
}

/** Answers a Fetch API request. Rejects when it was aborted. */
export async function serveFetch(options: FetchRequest): Promise<Response> {
  const { app, hostBodies, request, url, ip } = options;
  const { signal, method } = request;
  const headers: Record<string, string> = { host: new URL(request.url).host };
  for (const [name, value] of request.headers) {
    if (!HOP_BY_HOP.has(name)) headers[name] = value;
  }
  const { payload, failure } = await readBody(request, app.initialConfig.bodyLimit ?? 0);
  signal.throwIfAborted();
  const dispatch: DispatchFunc = (incoming, response) => {
    signal.addEventListener('abort', () => response.destroy(signal.reason as Error), {
      once: true,
    });
    // light-my-request adds its own user agent.
    if (!request.headers.has('user-agent')) delete incoming.headers['user-agent'];
    markAsMounted(incoming);
    if (failure) hostBodies.setFailure(incoming, failure);
    app.routing(incoming, response);
  };
  const answer = await inject(dispatch, {
    method: (METHODS.includes(method) ? method : UNSERVED_METHOD) as 'POST',
    url,
    headers,
    ...(payload && { payload }),
    remoteAddress: isEmpty(ip) ? UNKNOWN_ADDRESS : ip,
  });
  const answerHeaders = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) {
    if (HOP_BY_HOP.has(name)) continue;
    for (const each of [value ?? []].flat()) answerHeaders.append(name, String(each));
  }
  const hasBody = method !== 'HEAD' && ![204, 304].includes(answer.statusCode);
  return new Response(hasBody ? answer.payload : null, {
    status: answer.statusCode,
    headers: answerHeaders,
  });
}

/** For an empty text, light-my-request would take 127.0.0.1. */
function isEmpty(text: string | undefined): text is '' | undefined {
  return (text ?? '') === '';
}

/** The body of a request, or the reason why it cannot be read; neither when the request has no body. */
interface RequestBody {
  payload?: Buffer;
  failure?: Failure;
}

/** Reads a body, until it is complete or exceeds the limit; Fastify then rejects it as too large. */
async function readBody(request: Request, limit: number): Promise<RequestBody> {
  if (!request.body) return {};
  if (request.bodyUsed || request.body.locked) {
    return request.headers.get('content-length') === '0' ? {} : { failure: READ_BEFORE };
  }
  const reader = (request.body as ReadableStream<Uint8Array>).getReader();
  let isLate = false;
  // Ends the pending read. The body is not cancelled: h3's, in Nuxt and Nitro, ends the process when data arrives after that.
  const stop = () => reader.releaseLock();
  const timer = setTimeout(() => {
    isLate = true;
    stop();
  }, ARRIVAL_MS);
  request.signal.addEventListener('abort', stop, { once: true });
  try {
    return { payload: await readUpTo(reader, limit) };
  } catch {
    // Otherwise the sender aborted the body.
    return { failure: statusFailure(isLate ? 408 : 400) };
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener('abort', stop);
    stop();
  }
}

async function readUpTo(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  limit: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for (let length = 0; length <= limit;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  return Buffer.concat(chunks);
}
