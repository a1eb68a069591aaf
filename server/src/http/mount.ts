import type { FastifyInstance } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { closed } from '../errors.js';
import { serveFetch } from './fetch-requests.js';
import { acceptHostBodies } from './host-bodies.js';

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
  /** Refuses every request from now on: the server was closed. */
  readonly refuse: () => void;
}

/** An address that no route has. */
const NOWHERE = '/';
const HTTPS_ONLY = 'strict-transport-security';

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
  const hostBodies = acceptHostBodies(app);
  const setMounted = leaveHttpsToHost(app);
  const refuse = refusal(app);
  const inFlight = new Set<Promise<unknown>>();
  const track = (work: Promise<unknown>): void => {
    const settled = work.catch(() => undefined).finally(() => inFlight.delete(settled));
    inFlight.add(settled);
  };

  return {
    handler(request, response, next) {
      const { originalUrl } = request as { originalUrl?: unknown };
      const url = ownUrl(request.url ?? NOWHERE, basePath, originalUrl);
      if (next && (url === undefined || !isOwnPath(url))) {
        next();
        return;
      }
      // Koa, for one, has set 404 already, which would become the status of our answers.
      response.statusCode = 200;
      hostBodies.setDeadline(request);
      setMounted(request);
      track(endOf(response));
      whenReady().then(
        () => {
          // Only now: a host may have put its own URL back meanwhile, as koa-mount does.
          request.url = url ?? NOWHERE;
          app.routing(request, response);
        },
        (error: unknown) => response.destroy(error as Error),
      );
    },
    fetch(request, connection) {
      const { pathname, search } = new URL(request.url);
      const url = ownUrl(`${pathname}${search}`, basePath) ?? NOWHERE;
      const ip = connection?.ip;
      const answer = whenReady().then(() =>
        serveFetch({ app, hostBodies, setMounted, request, url, ip }),
      );
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
    refuse,
  };
}

/** Adapters for serverless functions make responses that are finished and never closed. */
function endOf(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('finish', resolve).once('close', resolve);
  });
}

/**
 * The URL as the routes have it, or undefined when it is not below the base path: it may be a route of the host's own.
 *
 * @param originalUrl the URL before the host took a path off, as Express and Connect keep it
 */
function ownUrl(given: string, basePath: string, originalUrl?: unknown): string | undefined {
  const url = withoutLastSlash(given);
  if (basePath === '') return url;
  if (url.startsWith(`${basePath}/`)) return url.slice(basePath.length);
  const isTakenOff =
    typeof originalUrl === 'string' &&
    originalUrl.endsWith(given) &&
    // Express's paths hold in any case.
    originalUrl.slice(0, -given.length).toLowerCase().endsWith(basePath.toLowerCase());
  return isTakenOff ? url : undefined;
}

/** Next, for one, can be set up to redirect every request to a path with a slash at its end. */
function withoutLastSlash(url: string): string {
  return url.replace(/^([^?]*[^/?])\/(?=\?|$)/, '$1');
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

/**
 * Gives a function by which a request is known to be a host's. Whether its answer tells browsers to use https for all of the
 * host's pages is the host's decision: it may have set that header already, as Helmet does.
 */
function leaveHttpsToHost(app: FastifyInstance): (request: IncomingMessage) => void {
  const mounted = new WeakSet<IncomingMessage>();
  app.addHook('onRequest', (request, reply, done) => {
    if (mounted.has(request.raw)) {
      const hosts = reply.raw.getHeader(HTTPS_ONLY);
      // Fastify removes the host's, too.
      reply.removeHeader(HTTPS_ONLY);
      if (hosts !== undefined) reply.raw.setHeader(HTTPS_ONLY, hosts);
    }
    done();
  });
  return (request) => void mounted.add(request);
}

/** Gives a function after which every request is refused, since the server was closed. */
function refusal(app: FastifyInstance): () => void {
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
    done(closed());
  });
  return () => {
    refused = true;
  };
}
