import type { FastifyInstance } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { serverClosed } from '../errors.js';
import { serveFetch } from './fetch-requests.js';
import { acceptHostBodies } from './host-bodies.js';
import { markAsMounted } from './mounted-requests.js';

/** A request listener of Node, which is also middleware for Express and Connect. */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  /** Called for paths that are not the portal's. If omitted, such requests are answered with 404. */
  next?: (error?: unknown) => void,
) => void;

/** A handler of Fetch API requests, such as those of Next.js route handlers. */
export type FetchHandler = (
  request: Request,
  /** The end user's address, if the host knows it: a Fetch API request does not contain it. */
  connection?: { ip?: string | undefined },
) => Promise<Response>;

/** The server's routes, mounted in a host's own server instead of listening. */
export interface Mount {
  readonly handler: NodeHandler;
  readonly fetch: FetchHandler;
  /** Resolves when every request in flight is answered, or at the timeout. */
  finish(timeoutMs: number): Promise<void>;
  /** Rejects all further requests, since the server was closed. */
  readonly refuse: () => void;
}

/** A path that no route has. */
const UNKNOWN_PATH = '/';

/**
 * Prepares an application to be mounted in a host's server. Must be called before routes are registered.
 *
 * @param whenReady resolves when requests may be served
 */
export function createMount(
  app: FastifyInstance,
  basePath: string,
  whenReady: () => Promise<unknown>,
): Mount {
  const isOwnPath = collectPaths(app);
  const hostBodies = acceptHostBodies(app);
  const refuse = refuseWhenClosed(app);
  const inFlight = new Set<Promise<unknown>>();
  const track = (work: Promise<unknown>): void => {
    const settled = work.catch(() => undefined).finally(() => inFlight.delete(settled));
    inFlight.add(settled);
  };

  return {
    handler(request, response, next) {
      const { originalUrl } = request as { originalUrl?: unknown };
      const url = ownUrl(request.url ?? UNKNOWN_PATH, basePath, originalUrl);
      if (next && (url === undefined || !isOwnPath(url))) {
        next();
        return;
      }
      // Koa has already set 404, which would become the status of our answers.
      response.statusCode = 200;
      hostBodies.setDeadline(request);
      markAsMounted(request);
      track(endOf(response));
      whenReady().then(
        () => {
          // Set only now, since a host such as koa-mount may have restored its own URL in the meantime.
          request.url = url ?? UNKNOWN_PATH;
          app.routing(request, response);
        },
        (error: unknown) => response.destroy(error as Error),
      );
    },
    fetch(request, connection) {
      const { pathname, search } = new URL(request.url);
      const url = ownUrl(`${pathname}${search}`, basePath) ?? UNKNOWN_PATH;
      const ip = connection?.ip;
      const answer = whenReady().then(() => serveFetch({ app, hostBodies, request, url, ip }));
      track(answer);
      return answer;
    },
    async finish(timeoutMs) {
      const timeout = new AbortController();
      await Promise.race([
        Promise.all(inFlight),
        sleep(timeoutMs, undefined, { signal: timeout.signal }).catch(() => undefined),
      ]);
      timeout.abort();
    },
    refuse,
  };
}

/** Resolves when a response ends. Responses of adapters for serverless functions are finished but never closed. */
function endOf(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('finish', resolve).once('close', resolve);
  });
}

/**
 * Returns the URL without the base path, or undefined when it is not below it: it may be one of the host's routes.
 *
 * @param originalUrl the URL before the host removed a prefix, as kept by Express and Connect
 */
function ownUrl(given: string, basePath: string, originalUrl?: unknown): string | undefined {
  const url = withoutLastSlash(given);
  if (basePath === '') return url;
  if (url.startsWith(`${basePath}/`)) return url.slice(basePath.length);
  const isPrefixRemoved =
    typeof originalUrl === 'string' &&
    originalUrl.endsWith(given) &&
    // Express matches paths case-insensitively.
    originalUrl.slice(0, -given.length).toLowerCase().endsWith(basePath.toLowerCase());
  return isPrefixRemoved ? url : undefined;
}

/** Removes a trailing slash: Next.js can be configured to redirect every request to a path with one. */
function withoutLastSlash(url: string): string {
  return url.replace(/^([^?]*[^/?])\/(?=\?|$)/, '$1');
}

/** Collects the routes as they are registered. Returns a function that checks whether a URL matches one of them. */
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

/** Returns a function to call when the server is closed. All further requests are then rejected. */
function refuseWhenClosed(app: FastifyInstance): () => void {
  let refused = false;
  let warned = false;
  app.addHook('onRequest', (request, _reply, done) => {
    if (!refused) return done();
    if (!warned) {
      warned = true;
      request.log.warn(
        'a request came after close(): stop passing requests to the server before you close it',
      );
    }
    done(serverClosed());
  });
  return () => {
    refused = true;
  };
}
