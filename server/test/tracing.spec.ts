import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createNetServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chargebee } from './support/chargebee.js';
import { LIBRARY, MAIN, TRACING } from './support/compiled-programs.js';
import { IdentityProvider } from './support/identity-provider.js';
import { Program } from './support/program.js';

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
}

/** A collector of traces for OTLP/HTTP with JSON. */
async function startCollector() {
  const bodies: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    bodies,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: (): Span[] =>
      bodies.flatMap((body) => {
        type Traces = { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
        const { resourceSpans } = JSON.parse(body) as Traces;
        return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
      }),
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** A collector that accepts requests and never responds. When it is stopped, connections are refused. */
async function startSilentCollector() {
  const sockets = new Set<Socket>();
  const server = createNetServer((socket) => sockets.add(socket.resume()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        sockets.forEach((socket) => socket.destroy());
      }),
  };
}

/** The variables of a server on a free port that sends traces. */
const sendingTo = ({ url }: { url: string }) => ({
  HOST: '127.0.0.1',
  PORT: '0',
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
});

describe('traces', () => {
  it('connect the caller, the request and the upstream call when OTEL_* enables them', async () => {
    const [chargebee, idp, collector] = await Promise.all([
      Chargebee.start(),
      IdentityProvider.start(),
      startCollector(),
    ]);
    const program = new Program({
      ...chargebee.env,
      ...idp.env,
      ...sendingTo(collector),
    });
    const { url } = await program.listening();
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const token = await idp.token();
    const response = await fetch(`${url}/portal-session`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        traceparent: `00-${traceId}-b7ad6b7169203331-01`,
      },
    });
    const session = (await response.json()) as { token: string; access_url: string };
    program.signal('SIGTERM');
    expect((await program.exit).code).toBe(0);

    const spans = collector.spans();
    const request = spans.find(({ name }) => name === 'POST /portal-session');
    const upstream = spans.find(({ name }) => name.startsWith('chargebee.'));
    expect(request?.traceId).toBe(traceId);
    expect(request?.parentSpanId).toBe('b7ad6b7169203331');
    expect(upstream?.traceId).toBe(traceId);
    expect(upstream?.parentSpanId).toBe(request?.spanId);
    expect(chargebee.calls[0]?.headers.traceparent).toContain(traceId);

    const sent = collector.bodies.join('');
    expect(sent).toContain('chargebee-portal-server');
    for (const secret of [token, session.token, session.access_url, 'test_key']) {
      expect(sent).not.toContain(secret);
    }
    await Promise.all([chargebee.stop(), idp.stop(), collector.stop()]);
  });

  it('are configured by a file with variables, too', async () => {
    const [chargebee, idp, collector, folder] = await Promise.all([
      Chargebee.start(),
      IdentityProvider.start(),
      startCollector(),
      mkdtemp(join(tmpdir(), 'portal-tracing-')),
    ]);
    const file = join(folder, 'env');
    const env = { ...sendingTo(collector), OTEL_SERVICE_NAME: 'billing-of-acme' };
    await writeFile(
      file,
      Object.entries(env)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    const program = new Program({ ...chargebee.env, ...idp.env }, [MAIN, '--env-file', file]);
    const { url } = await program.listening();
    await fetch(`${url}/portal-session`, { method: 'POST' });
    program.signal('SIGTERM');
    expect((await program.exit).code).toBe(0);
    expect(collector.spans().map(({ name }) => name)).toContain('POST /portal-session');
    expect(collector.bodies.join('')).toContain('billing-of-acme');
    await Promise.all([
      chargebee.stop(),
      idp.stop(),
      collector.stop(),
      rm(folder, { recursive: true }),
    ]);
  });

  it('contain no text of Chargebee, nothing of the process and no baggage of the caller', async () => {
    const [chargebee, idp, collector] = await Promise.all([
      Chargebee.start(),
      IdentityProvider.start(),
      startCollector(),
    ]);
    chargebee.intercept = (_call, response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          message: 'Sorry, owner@juniper.example is not known by the key test_key.',
          type: 'invalid_request',
          api_error_code: 'api_authentication_failed',
          param: 'customer[id]',
        }),
      );
      return true;
    };
    const program = new Program({
      ...chargebee.env,
      ...idp.env,
      ...sendingTo(collector),
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=the-test',
    });
    const { url } = await program.listening();
    const response = await fetch(`${url}/portal-session`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await idp.token()}`,
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        baggage: 'plan=secret-plan',
      },
    });
    expect(response.status).toBe(404);
    program.signal('SIGTERM');
    expect((await program.exit).code).toBe(0);

    const sent = collector.bodies.join('');
    expect(collector.spans().some(({ name }) => name.startsWith('chargebee.'))).toBeTrue();
    expect(sent).toContain('api_authentication_failed invalid_request customer[id]');
    expect(sent).toContain('the-test');
    expect(sent).toContain('service.instance.id');
    for (const secret of ['juniper.example', 'test_key', 'Sorry', 'secret-plan']) {
      expect(sent).withContext(secret).not.toContain(secret);
    }
    expect(sent).not.toMatch(/"(process|host)\./);
    expect(chargebee.calls[0]?.headers.traceparent).toBeDefined();
    expect(chargebee.calls[0]?.headers.baggage).toBeUndefined();
    await Promise.all([chargebee.stop(), idp.stop(), collector.stop()]);
  });

  for (const isDown of [false, true]) {
    it(`delay the program’s exit by at most 2 seconds when their collector is ${isDown ? 'down' : 'silent'}`, async () => {
      const [chargebee, idp, collector] = await Promise.all([
        Chargebee.start(),
        IdentityProvider.start(),
        startSilentCollector(),
      ]);
      if (isDown) await collector.stop();
      const program = new Program({ ...chargebee.env, ...idp.env, ...sendingTo(collector) });
      const { url } = await program.listening();
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      program.signal('SIGTERM');
      expect(await program.exit).toEqual({ code: 0, signal: null });
      const closed = await program.logs('closed');
      const givenUp = await program.logs('the last traces could not be sent');
      expect(givenUp).toEqual(jasmine.objectContaining({ level: 'warn' }));
      // Measured by the program's log, since the end of the process takes longer on a busy machine.
      expect(Date.parse(givenUp.time) - Date.parse(closed.time)).toBeLessThan(3000);
      expect(program.stderr).toBe('');
      await Promise.all([chargebee.stop(), idp.stop(), !isDown && collector.stop()]);
    });
  }

  for (const [fault, env, reason] of [
    ['their exporter is unknown', { OTEL_TRACES_EXPORTER: 'otlpp' }, /otlpp/],
    [
      'their endpoint is no URL',
      { OTEL_EXPORTER_OTLP_ENDPOINT: '://ada:secret-of-the-collector@traces' },
      /'.*@traces.*'/,
    ],
    ['their collector refuses them', {}, /^OTLPExporterError Unauthorized 401$/],
  ] as const) {
    it(`make a warning in the log when ${fault}`, async () => {
      const refusing = createServer((request, response) => {
        request.resume();
        response.writeHead(401).end();
      });
      await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
      const { port } = refusing.address() as AddressInfo;
      const [chargebee, idp] = await Promise.all([Chargebee.start(), IdentityProvider.start()]);
      const program = new Program({
        ...chargebee.env,
        ...idp.env,
        ...sendingTo({ url: `http://127.0.0.1:${port}` }),
        OTEL_EXPORTER_OTLP_HEADERS: 'api-key=secret-of-the-collector',
        OTEL_BSP_SCHEDULE_DELAY: '100',
        ...env,
      });
      const { url } = await program.listening();
      expect((await fetch(`${url}/portal-session`, { method: 'POST' })).status).toBe(401);
      const line = await program.logs<{ reason: string }>('OpenTelemetry reports a fault');
      expect(line).toEqual(jasmine.objectContaining({ level: 'warn' }));
      expect(line.reason).toMatch(reason);
      expect(JSON.stringify(line)).not.toContain('secret-of-the-collector');
      program.signal('SIGTERM');
      expect((await program.exit).code).toBe(0);
      await Promise.all([chargebee.stop(), idp.stop()]);
      refusing.closeAllConnections();
      refusing.close();
    });
  }

  it('load OpenTelemetry’s SDK only when they are enabled', async () => {
    const loads = (env: Record<string, string>) => {
      const code = `
        import { createRequire } from 'node:module';
        const { startTracing } = await import(${JSON.stringify(TRACING)});
        await import(${JSON.stringify(LIBRARY)});
        await startTracing(process.env);
        const files = Object.keys(createRequire(import.meta.url).cache);
        console.log('loaded', files.filter((file) => file.includes('@opentelemetry/sdk')).length);
        process.exit();`;
      const args = ['--input-type=module', '--eval', code];
      return new Program(env, args).prints(/loaded (\d+)\n/);
    };
    const [, withoutAny] = await loads({});
    expect(Number(withoutAny)).toBe(0);
    const [, switchedOff] = await loads({ OTEL_SERVICE_NAME: 'x', OTEL_SDK_DISABLED: 'true' });
    expect(Number(switchedOff)).toBe(0);
    const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
    for (const [name, value] of [
      ['OTEL_SDK_DISABLED', 'TRUE'],
      ['OTEL_TRACES_EXPORTER', 'none'],
    ] as const) {
      const [, takenBack] = await loads({ ...ENDPOINT, [name]: value });
      expect(Number(takenBack)).withContext(name).toBe(0);
    }
    const [, asked] = await loads({ OTEL_SERVICE_NAME: 'x', ...ENDPOINT });
    expect(Number(asked)).toBeGreaterThan(0);
  });
});
