import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { CREATE, Portal, VIEWER } from './support/portal.js';

/** Returns the answer to malformed HTTP. */
async function answerTo(portal: Portal, sent: string): Promise<Response> {
  const socket = connect(Number(new URL(portal.url).port), '127.0.0.1');
  socket.write(sent);
  const [head = '', body] = (await text(socket)).split('\r\n\r\n');
  const [start = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => /^([^:]+): (.*)$/.exec(line)?.slice(1) as [string, string]);
  return new Response(body, { status: Number(start.split(' ')[1]), headers });
}

describe('every answer', () => {
  let portal: Portal;

  beforeAll(async () => {
    portal = await Portal.start({ CORS_ORIGINS: 'https://app.example.com,http://localhost:4200' });
  });

  afterAll(() => portal.stop());

  it('carries Helmet’s headers and no-store', async () => {
    const token = await portal.idp.token();
    const answers = [
      await portal.post('/graphql', { query: VIEWER }, { token }),
      await portal.post('/graphql', { query: VIEWER }, { token: null }),
      await portal.post('/portal-session', {}, { token }),
      await portal.post('/portal-session', 'nonsense', { token }),
      await fetch(`${portal.url}/healthz`),
      await fetch(`${portal.url}/nothing`),
      await fetch(`${portal.url}/%`),
      await fetch(`${portal.url}/graphql`, { method: 'OPTIONS' }),
      await answerTo(portal, 'nonsense\r\n\r\n'),
      await answerTo(portal, `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`),
    ];
    for (const { headers, url } of answers) {
      expect(headers.get('x-request-id'))
        .withContext(url)
        .toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.get('cache-control')).withContext(url).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('strict-transport-security')).toContain('max-age=');
      expect(headers.get('strict-transport-security')).not.toContain('includeSubDomains');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
    }
  });

  it('contains the request’s id, which is the caller’s if it is safe to log', async () => {
    const idOf = async (given?: string) => {
      const headers: Record<string, string> = given === undefined ? {} : { 'x-request-id': given };
      const response = await portal.post('/graphql', { query: VIEWER }, { headers });
      return response.headers.get('x-request-id') ?? '';
    };
    const generated = await idOf();
    expect(generated).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idOf('trace-1.a:b_c')).toBe('trace-1.a:b_c');
    for (const invalid of ['', 'a b', '"quoted"', '{"msg":"x"}', 'x'.repeat(129)]) {
      expect(await idOf(invalid))
        .withContext(invalid)
        .toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('has log lines that all contain the id of its request', async () => {
    await portal.post('/graphql', { query: CREATE }, { headers: { 'x-request-id': 'followed' } });
    const lines = portal.log.filter(({ requestId }) => requestId === 'followed');
    expect(lines.map(({ audit, msg }) => audit ?? msg)).toEqual([
      'createPortalSession',
      'answered',
    ]);
  });

  it('is 404 for an unknown path, even with an invalid body', async () => {
    const token = await portal.idp.token();
    for (const [body, type] of [
      ['{', 'application/json'],
      ['', 'application/json'],
      ['x'.repeat(100_000), 'application/json'],
      ['<a/>', 'text/xml'],
      ['{}', 'no type'],
    ] as const) {
      for (const path of ['/nothing', '/portal-session/', '/healthz', '/graphql/x']) {
        const answer = await portal.post(path, body, { token, headers: { 'content-type': type } });
        const problem = (await answer.json()) as Record<string, unknown>;
        expect(answer.status).withContext(`${path} ${type}`).toBe(404);
        expect(answer.headers.get('content-type')).toContain('application/problem+json');
        expect(problem.code).toBe('NOT_FOUND');
        expect(problem.requestId).toBe(answer.headers.get('x-request-id') ?? '');
      }
    }
  });

  it('is not a 5xx for malformed Host headers and paths', async () => {
    for (const host of ['[', 'a b', '', 'x'.repeat(300)]) {
      const status = await new Promise((resolve, reject) => {
        const headers = { host, 'content-type': 'application/json' };
        request(`${portal.url}/graphql`, { method: 'POST', headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end('{}');
      });
      expect(status).withContext(host).toBeLessThan(500);
    }
    expect((await fetch(`${portal.url}//graphql`)).status).toBe(404);
  });

  it('is a problem that quotes nothing of a request that cannot be parsed', async () => {
    const long = `GET /secret HTTP/1.1\r\nhost: x\r\nx-long: ${'secret'.repeat(4000)}\r\n\r\n`;
    for (const [answer, status, code] of [
      [await fetch(`${portal.url}/secret%`), 400, 'BAD_REQUEST'],
      [await answerTo(portal, 'secret\r\n\r\n'), 400, 'BAD_REQUEST'],
      [await answerTo(portal, long), 431, 'REQUEST_HEADER_FIELDS_TOO_LARGE'],
    ] as const) {
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      const text = await answer.text();
      expect(text).not.toMatch(/secret|FST_/);
      expect(JSON.parse(text)).toEqual({
        title: jasmine.any(String),
        status,
        detail: jasmine.any(String),
        code,
        requestId: answer.headers.get('x-request-id'),
      });
    }
    const metrics = await (await fetch(portal.metricsUrl)).text();
    expect(metrics).toContain('http_requests_total{route="none",status="431"}');
  });

  for (const [what, sent] of [
    ['the PROXY protocol', 'PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET / HTTP/1.1\r\n\r\n'],
    ['the PROXY protocol', '\r\n\r\n\0\r\nQUIT\n!\x11\0\x0c'],
    ['TLS', '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ] as const) {
    it(`is accompanied by one log line when a proxy speaks ${what}: ${JSON.stringify(sent)}`, async () => {
      const other = await Portal.start();
      await answerTo(other, sent);
      await answerTo(other, sent);
      const lines = other.log.filter(({ msg }) => String(msg).includes('another protocol'));
      expect(lines.map(({ level }) => level)).toEqual(['warn']);
      expect(lines[0]?.protocol).toContain(what);
      await other.stop();
    });
  }

  it('is accompanied by a log line when headers are too large, which says how to allow more', async () => {
    const long = `GET / HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${'secret'.repeat(4000)}\r\n\r\n`;
    const own = await Portal.start();
    const { headers } = await answerTo(own, long);
    await answerTo(own, long);
    expect(own.log.filter(({ level }) => level === 'warn')).toEqual([
      jasmine.objectContaining({
        requestId: headers.get('x-request-id'),
        mostBytes: 16_384,
        msg: jasmine.stringContaining('--max-http-header-size'),
      }),
    ]);
    expect(JSON.stringify(own.log)).not.toContain('secret');
    await own.stop();
  });

  it('is not sent on a connection that was reset', async () => {
    const own = await Portal.start();
    const socket = connect(Number(new URL(own.url).port), '127.0.0.1').pause();
    const answered = own.nextLine(({ msg }) => msg === 'answered');
    socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
    await answered;
    // It has an answer that was not read, so closing it resets the connection.
    socket.destroy();
    // When this later connection is answered, the server has noticed the reset.
    expect((await fetch(`${own.url}/healthz`)).status).toBe(200);
    expect(own.log.filter(({ msg }) => msg === 'answered what is no request')).toEqual([]);
    await own.stop();
  });
});

describe('CORS', () => {
  let portal: Portal;

  beforeAll(async () => {
    portal = await Portal.start({ CORS_ORIGINS: 'https://app.example.com,http://localhost:4200' });
  });

  afterAll(() => portal.stop());

  const preflight = (origin: string, path = '/graphql') =>
    fetch(`${portal.url}${path}`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });

  it('accepts exactly the listed origins', async () => {
    for (const origin of ['https://app.example.com', 'http://localhost:4200']) {
      for (const path of [
        '/graphql',
        '/portal-session',
        '/portal-session/portal_1/logout',
        '/manage-payment-sources',
      ]) {
        const { status, headers } = await preflight(origin, path);
        expect(status).toBe(204);
        expect(headers.get('access-control-allow-origin')).toBe(origin);
        expect(headers.get('access-control-allow-headers')).toContain('authorization');
        expect(headers.get('access-control-allow-methods')).toBe('POST');
        expect(headers.get('access-control-allow-credentials')).toBeNull();
        expect(headers.get('vary')).toContain('Origin');
      }
    }
  });

  it('accepts any request headers from their pages', async () => {
    const asked =
      'authorization,content-type,sentry-trace,baggage,x-datadog-trace-id,newrelic,cache-control,x-tenant-id,' +
      'x-requested-with,apollo-require-preflight';
    const { headers } = await fetch(`${portal.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example.com',
        'access-control-request-method': 'POST',
        'access-control-request-headers': asked,
      },
    });
    expect(headers.get('access-control-allow-headers')).toBe(asked);
    expect(headers.get('vary')).toContain('Access-Control-Request-Headers');
  });

  it('accepts the origin of an app in a web view', async () => {
    const hybrid = await Portal.start({ CORS_ORIGINS: 'capacitor://localhost' });
    const response = await hybrid.post('/portal-session', undefined, {
      headers: { origin: 'capacitor://localhost' },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe('capacitor://localhost');
    await hybrid.stop();
  });

  it('logs other origins, each once a minute', async () => {
    const count = (origin: string) => portal.log.filter((line) => line.origin === origin).length;
    const origin = 'https://staging.example.com';
    await preflight(origin);
    await preflight(origin);
    expect(count(origin)).toBe(1);
    expect(portal.log.find((line) => line.origin === origin)?.msg).toContain('CORS_ORIGINS');
    await preflight('https://app.example.com');
    expect(count('https://app.example.com')).toBe(0);
    await preflight(portal.url);
    expect(count(portal.url)).toBe(0);
    await Promise.all(
      Array.from({ length: 80 }, (_, index) => preflight(`https://${index}.example.com`)),
    );
    expect(portal.log.filter((line) => 'origin' in line).length).toBeLessThan(60);
  });

  it('allows pages to read the answer when their headers are too large', async () => {
    const send = (origin: string) =>
      answerTo(
        portal,
        `POST /graphql HTTP/1.1\r\nhost: x\r\norigin: ${origin}\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`,
      );
    const { status, headers } = await send('https://app.example.com');
    expect(status).toBe(431);
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    const other = await send('https://evil.example.com');
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('refuses other origins', async () => {
    for (const origin of [
      'https://evil.example.com',
      'https://app.example.com.evil.example.com',
      'https://sub.app.example.com',
      'http://app.example.com',
      'https://app.example.com:8443',
      'https://evilapp.example.com',
      'HTTPS://APP.EXAMPLE.COM',
      'null',
    ]) {
      const { headers } = await preflight(origin);
      expect(headers.get('access-control-allow-origin')).withContext(origin).toBeNull();
    }
  });

  it('allows the app to read the request id and Retry-After of a failure', async () => {
    const response = await portal.post(
      '/graphql',
      { query: VIEWER },
      {
        token: null,
        headers: { origin: 'https://app.example.com' },
      },
    );
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(response.headers.get('access-control-expose-headers')).toContain('retry-after');
    expect(response.headers.get('access-control-expose-headers')).toContain('x-request-id');
  });

  it('answers an OPTIONS request that is not a preflight', async () => {
    const response = await fetch(`${portal.url}/graphql`, { method: 'OPTIONS' });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-methods')).toBe('POST');
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('is off when no origin is listed', async () => {
    const closed = await Portal.start({ CORS_ORIGINS: undefined });
    const response = await fetch(`${closed.url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    await closed.stop();
  });
});

describe('the address and device of the end user', () => {
  const originHeaders = async (portal: Portal, headers: Record<string, string>) => {
    await portal.post('/portal-session', {}, { headers });
    const call = portal.chargebee.calls.at(-1);
    return {
      ip: call?.headers['chargebee-request-origin-ip'],
      device: call?.headers['chargebee-request-origin-device'],
    };
  };
  const forwarded = { 'x-forwarded-for': '203.0.113.7, 198.51.100.2', 'user-agent': 'Test/1.0' };

  it('are sent to Chargebee, but not a forged address', async () => {
    const portal = await Portal.start();
    expect(await originHeaders(portal, forwarded)).toEqual({
      ip: '127.0.0.1',
      device: 'Test/1.0',
    });
    await portal.stop();
  });

  it('are taken from X-Forwarded-For behind a number of trusted proxies', async () => {
    const portal = await Portal.start({ TRUST_PROXY: '1' });
    expect((await originHeaders(portal, forwarded)).ip).toBe('198.51.100.2');
    await portal.stop();
  });

  it('are logged without the port that some proxies add', async () => {
    const portal = await Portal.start({ TRUST_PROXY: '1' });
    const headers = { 'x-forwarded-for': '203.0.113.9:5555', origin: 'https://other.example' };
    expect((await originHeaders(portal, headers)).ip).toBe('203.0.113.9');
    await portal.post('/portal-session', {}, { headers, token: 'not.a.token' });
    const addresses = portal.log.flatMap((line) => ('ip' in line ? [line.ip] : []));
    // The audit line, a refused origin, a refused caller, and two answers.
    expect(addresses).toEqual(Array.from({ length: 5 }, () => '203.0.113.9'));
    await portal.stop();
  });

  it('are taken from X-Forwarded-For behind proxies at trusted addresses', async () => {
    const portal = await Portal.start({ TRUST_PROXY: 'loopback, 198.51.100.0/24' });
    expect((await originHeaders(portal, forwarded)).ip).toBe('203.0.113.7');
    await portal.stop();
  });
});

describe('connections', () => {
  it('are kept alive for KEEP_ALIVE_TIMEOUT_MS', async () => {
    const portal = await Portal.start({ KEEP_ALIVE_TIMEOUT_MS: '620000' });
    const agent = new Agent({ keepAlive: true });
    const asked = request(`${portal.url}/healthz`, { agent }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    expect(answer.headers['keep-alive']).toBe('timeout=620');
    agent.destroy();
    await portal.stop();
  });

  it('for metrics are accepted at METRICS_HOST', async () => {
    const portal = await Portal.start({ METRICS_HOST: '127.0.0.2' });
    expect(new URL(portal.metricsUrl).hostname).toBe('127.0.0.2');
    expect(new URL(portal.url).hostname).toBe('127.0.0.1');
    await portal.stop();
  });
});
