// @angular/ssr is shipped partially compiled, as for Angular's own build.
import '@angular/compiler';
import { createNodeRequestHandler } from '@angular/ssr/node';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import express from 'express';
import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { createPortalServer, type Environment, type PortalServer } from '../../src/index.js';
import { createLogger } from '../../src/observability/logger.js';
import { Chargebee } from '../support/chargebee.js';
import { CREATE } from '../support/portal.js';
import { listen, type Host } from './graphql-hosts.js';

/** The portal below /billing of a host that has more of its own. */
const hosts: Record<string, (portal: PortalServer) => Promise<Host>> = {
  'Express 5, before the body parser'(portal) {
    const app = express();
    app.use('/billing', portal.handler);
    app.use(express.json());
    app.get('/own', (_request, response) => void response.send('the host’s own'));
    return listen(createServer(app), '');
  },

  'Express 5, after the body parser'(portal) {
    const app = express();
    app.use(express.json());
    app.use('/billing', portal.handler);
    app.get('/own', (_request, response) => void response.send('the host’s own'));
    return listen(createServer(app), '');
  },

  async Nest(portal) {
    class AppModule {}
    Module({})(AppModule);
    const app = await NestFactory.create(AppModule, { logger: false });
    app.use('/billing', portal.handler);
    app.use('/own', (_request: unknown, response: express.Response) =>
      response.send('the host’s own'),
    );
    await app.listen(0, '127.0.0.1');
    const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, stop: () => app.close() };
  },

  'Angular’s server.ts'(portal) {
    const app = express();
    app.use('/billing', portal.handler);
    app.get('/own', (_request, response) => void response.send('the host’s own'));
    const reqHandler = createNodeRequestHandler(app);
    return listen(
      createServer((request, response) => {
        void reqHandler(request as express.Request, response as express.Response, () => undefined);
      }),
      '',
    );
  },

  'a host that has set 404 before, as Koa does'(portal) {
    const server = createServer((request, response) => {
      response.statusCode = 404;
      portal.handler(request, response, () => response.end('the host’s own'));
    });
    return listen(server, '');
  },

  'a host that takes the path off only for as long as it calls, as koa-mount does'(portal) {
    const server = createServer((request, response) => {
      const { url } = request;
      portal.handler(request, response, () => response.end('the host’s own'));
      request.url = url;
    });
    return listen(server, '');
  },

  'Node’s http alone, by its base path'(portal) {
    const server = createServer((request, response) =>
      portal.handler(request, response, () => response.end('the host’s own')),
    );
    return listen(server, '');
  },
};

for (const [name, start] of Object.entries(hosts)) {
  describe(`createPortalServer().handler in ${name}`, () => {
    let chargebee: Chargebee;
    let portal: PortalServer;
    let host: Host;

    beforeAll(async () => {
      chargebee = await Chargebee.start();
      portal = await createPortal(chargebee, { basePath: '/billing' });
      host = await start(portal);
    });

    afterAll(async () => {
      await portal.close();
      await host.stop();
      await chargebee.stop();
    });

    it('serves GraphQL, and leaves other paths to the host', async () => {
      const made = await post(`${host.url}/billing/graphql`, JSON.stringify({ query: CREATE }));
      expect(made.status).toBe(200);
      expect(await made.text()).toContain('"customerId":"acme"');
      expect(await (await fetch(`${host.url}/own`)).text()).toBe('the host’s own');
    });

    it('serves the JSON endpoints, with a body and without', async () => {
      const url = `${host.url}/billing/portal-session`;
      for (const body of [undefined, '', '{}', '{"customer_id":"acme"}']) {
        const made = await post(url, body);
        expect(made.status).withContext(String(body)).toBe(200);
        expect(made.headers.get('cache-control')).toBe('no-store');
      }
      expect((await post(url, '{"customer_id":"other"}')).status).toBe(403);
      expect((await post(url, '{', { 'content-type': 'text/plain' })).status).toBe(415);
      expect((await post(url, '{}', { cookie: '' })).status).toBe(401);
    });

    it('accepts a trailing slash, to which some hosts redirect', async () => {
      const query = JSON.stringify({ query: CREATE });
      expect((await post(`${host.url}/billing/graphql/`, query)).status).toBe(200);
      expect((await post(`${host.url}/billing/portal-session/?a=b/`)).status).toBe(200);
    });

    it('sends no Strict-Transport-Security of its own', async () => {
      for (const init of [undefined, { cookie: '' }]) {
        const { headers } = await post(`${host.url}/billing/portal-session`, '{}', init);
        expect(headers.get('x-content-type-options')).toBe('nosniff');
        expect(headers.get('strict-transport-security')).toBeNull();
      }
    });

    it('refuses a body that is too large', async () => {
      const body = JSON.stringify({ query: CREATE, operationName: 'a'.repeat(40_000) });
      expect((await post(`${host.url}/billing/graphql`, body)).status).toBe(413);
    });

    it('sends the caller’s address to Chargebee', async () => {
      await post(`${host.url}/billing/portal-session`);
      const { headers } = chargebee.calls.at(-1) ?? {};
      expect(headers?.['chargebee-request-origin-ip']).toBe('127.0.0.1');
    });
  });
}

describe('createPortalServer().handler', () => {
  it('answers requests in flight before the server closes', async () => {
    const chargebee = await Chargebee.start();
    const portal = await createPortal(chargebee);
    const host = await listen(createServer(portal.handler), '');
    let closed: Promise<void> | undefined;
    chargebee.intercept = () => {
      closed = portal.close();
      return false;
    };
    expect((await post(`${host.url}/portal-session`)).status).toBe(200);
    await expectAsync(closed).toBeResolved();
    await host.stop();
    await chargebee.stop();
  });

  it('leaves the variables of listening to the host, and only listen() refuses them', async () => {
    const chargebee = await Chargebee.start();
    const portal = await createPortal(chargebee, {
      env: { PORT: '\\\\.\\pipe\\4ddbb17f', METRICS_PORT: 'off' },
    });
    const host = await listen(createServer(portal.handler), '');
    expect((await post(`${host.url}/portal-session`)).status).toBe(200);
    await expectAsync(portal.listen()).toBeRejectedWithError(
      / PORT must be .*\n {2}METRICS_PORT must/,
    );
    await portal.close();
    await host.stop();
    await chargebee.stop();
  });

  it('keeps a host’s Strict-Transport-Security', async () => {
    const chargebee = await Chargebee.start();
    const portal = await createPortal(chargebee);
    const own = createServer((request, response) => {
      response.setHeader('Strict-Transport-Security', 'max-age=60; includeSubDomains');
      portal.handler(request, response);
    });
    const host = await listen(own, '');
    for (const path of ['/portal-session', '/other', '/portal-session/%zz/logout']) {
      const { headers } = await post(`${host.url}${path}`);
      expect(headers.get('strict-transport-security')).toBe('max-age=60; includeSubDomains');
    }
    await portal.close();
    await host.stop();
    await chargebee.stop();
  });

  it('does not log pages that the host allows itself, and suggests CORS_ORIGINS for others', async () => {
    const chargebee = await Chargebee.start();
    const log = new PassThrough();
    const portal = await createPortal(chargebee, { log });
    const own = createServer((request, response) => {
      response.setHeader('access-control-allow-origin', 'https://app.example.com');
      portal.handler(request, response);
    });
    const host = await listen(own, '');
    for (const origin of ['https://app.example.com', 'https://other.example.com']) {
      await post(`${host.url}/portal-session`, undefined, { origin });
    }
    await portal.close();
    await host.stop();
    await chargebee.stop();
    const written = String(log.read());
    expect(written).not.toContain('https://app.example.com');
    expect(written).toMatch(/"https:\/\/other.example.com".*unless your app allows them itself/);
  });

  it('answers other paths with 404 when the host has no further handler', async () => {
    const chargebee = await Chargebee.start();
    const portal = await createPortal(chargebee);
    const host = await listen(createServer(portal.handler), '');
    expect((await fetch(`${host.url}/other`)).status).toBe(404);
    await portal.close();
    await host.stop();
    await chargebee.stop();
  });

  it('serves nothing outside its base path, where the host may have routes of the same name', async () => {
    const chargebee = await Chargebee.start();
    const portal = await createPortal(chargebee, { basePath: '/billing' });
    const own = express();
    own.use(portal.handler);
    own.use('/api/billing', portal.handler);
    own.use((_request, response) => void response.send('the host’s own'));
    const host = await listen(createServer(own), '');
    const alone = await listen(createServer(portal.handler), '');
    for (const path of ['/portal-session', '/graphql', '/healthz', '/billings/portal-session']) {
      expect(await (await post(`${host.url}${path}`)).text())
        .withContext(path)
        .toBe('the host’s own');
      expect((await post(`${alone.url}${path}`)).status).toBe(404);
      const request = new Request(`https://app.example.com${path}`, { method: 'POST' });
      expect((await portal.fetch(request)).status).toBe(404);
    }
    for (const path of ['/billing/portal-session', '/api/Billing/portal-session']) {
      expect((await post(`${host.url}${path}`)).status)
        .withContext(path)
        .toBe(200);
    }
    await portal.close();
    await Promise.all([host.stop(), alone.stop(), chargebee.stop()]);
  });

  it('provides its metrics to the host', async () => {
    const chargebee = await Chargebee.start();
    const portal = await createPortal(chargebee);
    const host = await listen(createServer(portal.handler), '');
    expect((await post(`${host.url}/portal-session`)).status).toBe(200);
    expect((await post(`${host.url}/portal-session`, '{}', { cookie: '' })).status).toBe(401);
    const text = await portal.metrics.metrics();
    expect(text).toMatch(/portal_operation_duration_seconds_count\{[^}]*outcome="OK"[^}]*\} 1\n/);
    expect(text).toMatch(/http_requests_total\{[^}]*status="401"[^}]*\} 1\n/);
    expect(text).toContain('process_cpu_seconds_total');
    await portal.close();
    await Promise.all([host.stop(), chargebee.stop()]);
  });

  it('does not wait for a response that is finished but never closed', async () => {
    const chargebee = await Chargebee.start();
    const portal = await createPortal(chargebee);
    // As adapters for serverless functions make them, without a server or a connection.
    const noSocket = Object.assign(new PassThrough().resume(), { destroy: () => undefined });
    const socket = noSocket as unknown as Socket;
    const request = new IncomingMessage(socket);
    Object.assign(request, { method: 'GET', url: '/healthz', httpVersion: '1.1' }).push(null);
    const response = new ServerResponse(request);
    response.assignSocket(socket);
    portal.handler(request, response);
    await once(response, 'finish');
    // Responses that are not finished are waited for ten seconds.
    const from = performance.now();
    await portal.close();
    expect(performance.now() - from).toBeLessThan(9000);
    await chargebee.stop();
  });

  it('rejects a base path that is not a path', async () => {
    const chargebee = await Chargebee.start();
    for (const basePath of ['billing', '/a b', 'https://app.example.com/billing']) {
      await expectAsync(createPortal(chargebee, { basePath })).toBeRejectedWithError(/basePath/);
    }
    await chargebee.stop();
  });
});

// Next calls the exports of a route.ts with a Fetch API request: these are of the same shape, without Next itself.
describe('createPortalServer().fetch, as a route handler', () => {
  let chargebee: Chargebee;
  let portal: PortalServer;
  let POST: (request: Request) => Promise<Response>;
  const URL_OF = 'https://app.example.com/api/billing/portal-session';

  beforeAll(async () => {
    chargebee = await Chargebee.start();
    portal = await createPortal(chargebee, { basePath: '/api/billing' });
    POST = (request) => portal.fetch(request);
  });

  afterAll(async () => {
    await portal.close();
    await chargebee.stop();
  });

  const request = (url: string, init: RequestInit = {}) =>
    new Request(url, {
      method: 'POST',
      ...init,
      headers: { cookie: 'user-1', 'content-type': 'application/json', ...init.headers },
    });

  it('serves the contract', async () => {
    const body = JSON.stringify({ query: CREATE });
    const made = await POST(request('https://app.example.com/api/billing/graphql', { body }));
    expect(made.status).toBe(200);
    expect(made.headers.get('cache-control')).toBe('no-store');
    expect(made.headers.get('strict-transport-security')).toBeNull();
    expect(await made.text()).toContain('"customerId":"acme"');
  });

  it('serves the JSON endpoints and their failures', async () => {
    expect((await POST(request(URL_OF))).status).toBe(200);
    expect((await POST(request(URL_OF, { body: '{"customer_id":"other"}' }))).status).toBe(403);
    expect((await POST(request(URL_OF, { headers: { cookie: '' } }))).status).toBe(401);
    expect((await POST(request(URL_OF, { body: 'x'.repeat(100_000) }))).status).toBe(413);
    const gets = [new Request(URL_OF), new Request(URL_OF, { method: 'HEAD' })];
    const other = await portal.fetch(new Request('https://app.example.com/api/billing/other'));
    expect(other.status).toBe(404);
    const unknownMethod = await portal.fetch(new Request(URL_OF, { method: 'UNKNOWN' }));
    expect(unknownMethod.status).toBe(404);
    for (const get of gets) expect((await portal.fetch(get)).status).toBe(405);
    expect((await POST(request(`${URL_OF}/`))).status).toBe(200);
  });

  it('sends the address to Chargebee if the host knows it, and none otherwise', async () => {
    const address = () => chargebee.calls.at(-1)?.headers['chargebee-request-origin-ip'];
    await portal.fetch(request(URL_OF), { ip: '192.0.2.7' });
    expect(address()).toBe('192.0.2.7');
    for (const ip of [undefined, '']) {
      await portal.fetch(request(URL_OF), { ip });
      expect(address()).toBeUndefined();
    }
    // The device is missing too, since the request has no user agent.
    expect(chargebee.calls.at(-1)?.headers['chargebee-request-origin-device']).toBeUndefined();
  });

  it('sends the address that a number of trusted proxies name', async () => {
    const behindProxy = await createPortal(chargebee, { env: { TRUST_PROXY: '1' } });
    const headers = { 'x-forwarded-for': '192.0.2.1, 192.0.2.7' };
    await behindProxy.fetch(request('https://app.example.com/portal-session', { headers }));
    await behindProxy.close();
    const address = chargebee.calls.at(-1)?.headers['chargebee-request-origin-ip'];
    expect(address).toBe('192.0.2.7');
  });

  it('stops reading an endless body at the limit', async () => {
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 1;
        controller.enqueue(new Uint8Array(1024));
      },
    });
    const made = await POST(request(URL_OF, { body, duplex: 'half' } as RequestInit));
    expect(made.status).toBe(413);
    expect(sent).toBeLessThan(50);
  });

  it('does not cancel a body that it does not read, since hosts such as h3 would fail when they write to it', async () => {
    let received: ReadableStreamDefaultController<Uint8Array> | undefined;
    const bodyOf = (first: string) =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          received = controller;
          controller.enqueue(Buffer.from(first));
        },
      });
    const more = () => received?.enqueue(Buffer.from('x'));
    const large = { body: bodyOf('x'.repeat(100_000)), duplex: 'half' } as RequestInit;
    expect((await POST(request(URL_OF, large))).status).toBe(413);
    expect(more).not.toThrow();

    const gone = new AbortController();
    const endless = { body: bodyOf('{'), duplex: 'half', signal: gone.signal } as RequestInit;
    const aborted = POST(request(URL_OF, endless));
    setImmediate(() => gone.abort());
    await expectAsync(aborted).toBeRejectedWithError(/abort/i);
    expect(more).not.toThrow();
  });

  it('stops calling Chargebee when the caller has gone', async () => {
    const log = new PassThrough();
    const other = await createPortal(chargebee, { log });
    const gone = new AbortController();
    chargebee.intercept = () => {
      gone.abort();
      return true;
    };
    const answer = other.fetch(
      request('https://app.example.com/portal-session', { signal: gone.signal }),
    );
    await expectAsync(answer).toBeRejectedWithError(/abort/i);
    chargebee.intercept = undefined;
    await other.close();
    expect(String(log.read())).toContain('CALLER_GONE');
  });
});

function createPortal(
  chargebee: Chargebee,
  { basePath, log, env }: { basePath?: string; log?: PassThrough; env?: Environment } = {},
): Promise<PortalServer> {
  return createPortalServer({
    env: { ...chargebee.env, ...env },
    logger: log ? createLogger('info', log) : createLogger('silent'),
    ...(basePath !== undefined && { basePath }),
    authenticate: ({ headers }) => (headers.cookie ? { id: headers.cookie } : undefined),
    resolveCustomerIds: () => ['acme'],
  });
}

function post(url: string, body?: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { cookie: 'user-1', 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body }),
  });
}
