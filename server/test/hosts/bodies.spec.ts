import fastify from 'fastify';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { createPortalServer, type PortalServer } from '../../src/index.js';
import { createLogger } from '../../src/observability/logger.js';
import { Chargebee } from '../support/chargebee.js';
import { CREATE } from '../support/portal.js';
import { listen, type Host } from './graphql-hosts.js';

const ORIGIN = 'https://app.example.com';
const JSON_TYPE = { cookie: 'user-1', 'content-type': 'application/json' };

interface Answer {
  code?: string;
  detail?: string;
  requestId?: string;
  errors?: { message: string; extensions: Record<string, unknown> }[];
}

describe('a body that a host passes on', () => {
  let chargebee: Chargebee;
  let portal: PortalServer;
  let host: Host;

  beforeAll(async () => {
    chargebee = await Chargebee.start();
    portal = await createPortalServer({
      env: chargebee.env,
      logger: createLogger('silent'),
      authenticate: ({ headers }) => (headers.cookie ? { id: headers.cookie } : undefined),
      resolveCustomerIds: () => ['acme'],
    });
    // Node's own deadline, which a host may have switched off.
    host = await listen(createServer({ requestTimeout: 0 }, portal.handler), '');
  });

  afterAll(async () => {
    await portal.close();
    await host.stop();
    await chargebee.stop();
  });

  const request = (path: string, init: object = {}) =>
    new Request(`${ORIGIN}${path}`, { method: 'POST', headers: JSON_TYPE, ...init });

  /** The answer to a request of which only a part comes, and the connection's end. */
  async function answerToPart(path: string, head: string, body: string): Promise<string> {
    const socket = connect(Number(new URL(host.url).port), '127.0.0.1');
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: x\r\ncookie: user-1\r\ncontent-type: application/json\r\n${head}\r\n\r\n${body}`,
    );
    return text(socket);
  }

  it('has a timeout, after which the answer is 408 and the connection is closed', async () => {
    const startedAt = performance.now();
    const endless = () => new ReadableStream({ pull: () => new Promise(() => undefined) });
    const [plain, chunked, graphql, byFetch, graphqlByFetch] = await Promise.all([
      answerToPart('/portal-session', 'content-length: 100', '{"customer'),
      answerToPart('/portal-session', 'transfer-encoding: chunked', '1\r\n{\r\n'),
      answerToPart('/graphql', 'content-length: 100', '{"query'),
      portal.fetch(request('/portal-session', { body: endless(), duplex: 'half' })),
      portal.fetch(request('/graphql', { body: endless(), duplex: 'half' })),
    ]);
    const seconds = (performance.now() - startedAt) / 1000;
    expect(seconds).toBeGreaterThan(9);
    expect(seconds).toBeLessThan(20);
    for (const answer of [plain, chunked, graphql]) {
      expect(answer).toMatch(/^HTTP\/1.1 408 /);
      expect(answer).toMatch(/\r\nconnection: close\r\n/i);
      expect(answer).toContain('"REQUEST_TIMEOUT"');
      expect(answer).toContain('"requestId"');
    }
    expect(graphql).toContain('{"errors":[');
    for (const answer of [byFetch, graphqlByFetch]) {
      expect(answer.status).toBe(408);
      expect(answer.headers.get('connection')).toBeNull();
      expect(await answer.text()).toContain('"REQUEST_TIMEOUT"');
    }
  }, 30_000);

  it('may arrive in parts before the timeout', async () => {
    const socket = connect(Number(new URL(host.url).port), '127.0.0.1');
    const body = JSON.stringify({ query: CREATE });
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\ncookie: user-1\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    for (const part of [body.slice(0, 20), body.slice(20)]) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      socket.write(part);
    }
    expect(await text(socket)).toContain('"customerId":"acme"');
  });

  it('leaves the server usable when it is too large or aborted', async () => {
    const tooLarge = await fetch(`${host.url}/portal-session`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: new ReadableStream({
        start(controller) {
          for (let part = 0; part < 100; part += 1) controller.enqueue(new Uint8Array(1024));
          controller.close();
        },
      }),
      duplex: 'half',
    } as RequestInit);
    expect(tooLarge.status).toBe(413);
    const socket = connect(Number(new URL(host.url).port), '127.0.0.1');
    socket.write(
      `POST /portal-session HTTP/1.1\r\nhost: x\r\ncookie: user-1\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    const made = await fetch(`${host.url}/portal-session`, { method: 'POST', headers: JSON_TYPE });
    expect(made.status).toBe(200);
  });

  it('is answered with 500 and advice when it was read before, and with 400 when it is aborted', async () => {
    for (const path of ['/portal-session', '/graphql']) {
      const used = request(path, { body: JSON.stringify({ query: CREATE }) });
      await used.text();
      const locked = request(path, { body: '{}' });
      locked.body?.getReader();
      for (const each of [used, locked]) {
        const answer = await portal.fetch(each);
        expect(answer.status).toBe(500);
        const body = (await answer.json()) as Answer;
        expect(body.detail ?? body.errors?.[0]?.message).toContain('request.clone()');
        expect(body.requestId ?? body.errors?.[0]?.extensions.requestId).toBeTruthy();
      }
      // As Hono makes one of a request without a body.
      const empty = request('/portal-session', {
        body: '',
        headers: { ...JSON_TYPE, 'content-length': '0' },
      });
      await empty.text();
      expect((await portal.fetch(empty)).status).toBe(200);
      const broken = new ReadableStream({
        pull(controller) {
          controller.error(new Error('secret of the host'));
        },
      });
      const answer = await portal.fetch(request(path, { body: broken, duplex: 'half' }));
      expect(answer.status).toBe(400);
      expect(await answer.text()).not.toContain('secret');
    }
  });
});

describe('a host that has read the body and does not leave it in request.body, such as Fastify', () => {
  let chargebee: Chargebee;
  let portal: PortalServer;
  const app = fastify();
  let url: string;
  const lines: string[] = [];

  beforeAll(async () => {
    chargebee = await Chargebee.start();
    portal = await createPortalServer({
      env: chargebee.env,
      basePath: '/billing',
      logger: createLogger('info', { write: (line: string) => void lines.push(line) }),
      authenticate: ({ headers }) => (headers.cookie ? { id: headers.cookie } : undefined),
      resolveCustomerIds: () => ['acme'],
    });
    app.all('/billing/*', (incoming, reply) => {
      reply.hijack();
      portal.handler(incoming.raw, reply.raw);
    });
    url = await app.listen({ host: '127.0.0.1', port: 0 });
  });

  afterAll(async () => {
    await portal.close();
    await app.close();
    await chargebee.stop();
  });

  const post = (path: string, body?: string) =>
    fetch(`${url}/billing${path}`, { method: 'POST', headers: JSON_TYPE, body: body ?? null });

  it('gets an answer that says what to do, without waiting for the body', async () => {
    const startedAt = performance.now();
    const [problem, graphql] = await Promise.all([
      post('/portal-session', '{}'),
      post('/graphql', JSON.stringify({ query: CREATE })),
    ]);
    expect(performance.now() - startedAt).toBeLessThan(9000);
    for (const answer of [problem, graphql]) {
      expect(answer.status).toBe(500);
      const body = (await answer.json()) as Answer;
      expect(body.detail ?? body.errors?.[0]?.message).toMatch(/mount the portal before/);
      expect(body.code ?? body.errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
    }
    expect(lines.join('')).toContain('mount the portal before');
  });

  it('is served when there is no body', async () => {
    const made = await fetch(`${url}/billing/portal-session`, {
      method: 'POST',
      // Fastify itself refuses JSON without a body.
      headers: { cookie: 'user-1', authorization: 'Bearer none' },
    });
    expect(made.status).toBe(200);
  });
});
