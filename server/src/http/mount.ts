import type { FastifyInstance } from 'fastify';
import inject, { type DispatchFunc } from 'light-my-request';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request listener of Node's, which is Express's and Connect's middleware too. */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  /** Called for a path that is none of the portal's; without it such a request is answered 404. */
  next?: (error?: unknown) => void,
) => void;

/** A handler of Fetch API requests, as Next's route handlers and other servers have them. */
export type FetchHandler = (
  request: Request,
  /** What a Fetch API request does not tell: the end user's address, where the host knows it. */
  connection?: { ip?: string | undefined },
) => Promise<Response>;

/** The server's routes, mounted in a host's own server instead of listening. */
export interface Mount {
  readonly handler: NodeHandler;
  readonly fetch: FetchHandler;
  /** Resolves when every request in flight is answered, or when the time is up. */
  finish(withinMs: number): Promise<void>;
}

/** Headers of one connection, which mean nothing on another. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);
/** Not an address, so that nothing is recorded as the end user's. */
const UNKNOWN_ADDRESS = 'unknown';

/**
 * Prepares an application for being mounted; call it before any route is registered.
 *
 * @param whenReady resolves when requests may be served
 */
export function createMount(
  app: FastifyInstance,
  basePath: string,
  whenReady: () => Promise<unknown>,
): Mount {
  const isOwnPath = collectPaths(app);
  acceptParsedBodies(app);
  const inFlight = new Set<Promise<unknown>>();
  const track = (work: Promise<unknown>): void => {
    const settled = work.catch(() => undefined).finally(() => inFlight.delete(settled));
    inFlight.add(settled);
  };

  return {
    handler(request, response, next) {
      const url = withoutBasePath(request.url ?? '/', basePath);
      if (next && !isOwnPath(url)) {
        next();
        return;
      }
      request.url = url;
      // Koa, for one, has set 404 already, which would become the status of our answers.
      response.statusCode = 200;
      track(once(response, 'close'));
      whenReady().then(
        () => app.routing(request, response),
        (error: unknown) => response.destroy(error as Error),
      );
    },
    fetch(request, connection) {
      const answer = whenReady().then(() => serveFetch(app, request, basePath, connection?.ip));
      track(answer);
      return answer;
    },
    async finish(withinMs) {
      const timeout = new AbortController();
      await Promise.race([
        Promise.all(inFlight),
        sleep(withinMs, undefined, { signal: timeout.signal }).catch(() => undefined),
      ]);
      timeout.abort();
    },
  };
}

/** The URL as the routes have it. Express has taken the path off already, other servers have not. */
function withoutBasePath(url: string, basePath: string): string {
  return url.startsWith(`${basePath}/`) ? url.slice(basePath.length) : url;
}

/** Collects the routes as they are registered. Gives a function that tells whether a URL is one of them. */
function collectPaths(app: FastifyInstance): (url: string) => boolean {
  const patterns: RegExp[] = [];
  app.addHook('onRoute', ({ url }) => {
    const pattern = url
      .split('/')
      .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[^\w-]/g, '\\$&')))
      .join('/');
    if (!url.includes('*')) patterns.push(new RegExp(`^${pattern}$`));
  });
  return (url) => {
    const [path = ''] = url.split(/[?#]/, 1);
    return patterns.some((pattern) => pattern.test(path));
  };
}

/** Takes the body from where a body parser of the host (`express.json()`, Nest's) has left it. */
function acceptParsedBodies(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const { raw } = request;
    if (!raw.readableEnded || !('body' in raw) || raw.body === undefined) {
      done(null, payload);
      return;
    }
    const content = toBuffer(raw.body);
    const declared = Number(raw.headers['content-length'] ?? content.length);
    // A body parser may give an empty object where there is no body at all.
    const body = Readable.from(declared > 0 ? [content] : []);
    // Fastify compares `content-length` with what has arrived, and this is not the text that came in.
    done(null, Object.assign(body, { receivedEncodedLength: declared }));
  });
}

function toBuffer(body: unknown): Buffer {
  return typeof body === 'string' || Buffer.isBuffer(body)
    ? Buffer.from(body as string)
    : Buffer.from(JSON.stringify(body));
}

async function serveFetch(
  app: FastifyInstance,
  request: Request,
  basePath: string,
  ip: string | undefined,
): Promise<Response> {
  const { pathname, search, host } = new URL(request.url);
  const headers: Record<string, string> = { host };
  for (const [name, value] of request.headers) {
    if (!HOP_BY_HOP.has(name)) headers[name] = value;
  }
  const payload = await readBody(request, app.initialConfig.bodyLimit ?? 0);
  const { signal } = request;
  signal.throwIfAborted();
  const dispatch: DispatchFunc = (incoming, response) => {
    signal.addEventListener('abort', () => response.destroy(signal.reason as Error), {
      once: true,
    });
    app.routing(incoming, response);
  };
  const answer = await inject(dispatch, {
    method: request.method as 'POST',
    url: withoutBasePath(`${pathname}${search}`, basePath),
    headers,
    ...(payload && { payload }),
    remoteAddress: ip ?? UNKNOWN_ADDRESS,
  });
  const answerHeaders = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) {
    if (HOP_BY_HOP.has(name)) continue;
    for (const each of [value ?? []].flat()) answerHeaders.append(name, String(each));
  }
  const hasBody = request.method !== 'HEAD' && ![204, 304].includes(answer.statusCode);
  return new Response(hasBody ? answer.payload : null, {
    status: answer.statusCode,
    headers: answerHeaders,
  });
}

/** Reads no more of a body than shows that it is too large. */
async function readBody(request: Request, limit: number): Promise<Buffer | undefined> {
  if (!request.body) return undefined;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) break;
  }
  return Buffer.concat(chunks);
}
