import { context, propagation, trace } from '@opentelemetry/api';
import { NodeSDK, tracing } from '@opentelemetry/sdk-node';
import type { FastifyBaseLogger } from 'fastify';
import { GraphQLError } from 'graphql';
import { EventEmitter } from 'node:events';
import { pino } from 'pino';
import {
  createPortalContext,
  createPortalServer,
  portalResolvers,
  type RequestLike,
} from '../src/index.js';
import { createLogger } from '../src/observability/logger.js';
import { Chargebee } from './support/chargebee.js';
import { CREATE, Portal, VIEWER } from './support/portal.js';
import { deferred } from './support/deferred.js';

describe('a server with functions of a host app', () => {
  it('takes the user from the bearer token, and the customers from the app', async () => {
    const portal = await Portal.start({}, { resolveCustomerIds: ({ id }) => [`of-${id}`] });
    portal.chargebee.customers.add('of-user-1');
    const { data } = await portal.graphql(CREATE);
    expect(data?.createPortalSession?.customerId).toBe('of-user-1');
    expect((await portal.graphql(CREATE, {}, { token: null })).status).toBe(401);
    await portal.stop();
  });

  it('requires users with an id that is a string', async () => {
    for (const id of [7, '', undefined, null]) {
      const portal = await Portal.start(
        {},
        {
          authenticate: () => ({ id: id as unknown as string }),
          resolveCustomerIds: () => ['acme'],
        },
      );
      const response = await portal.post('/portal-session');
      expect(response.status).withContext(String(id)).toBe(500);
      const line = portal.log.find(({ msg }) => msg === 'the request failed');
      expect(JSON.stringify(line)).toContain('whose id is a string');
      expect(portal.chargebee.calls).toEqual([]);
      await portal.stop();
    }
  });

  it('requires customers as an array of ids', async () => {
    const authenticate = () => ({ id: 'user-1' });
    for (const own of [{ authenticate }, {}]) {
      let ids: unknown;
      const resolveCustomerIds = () => ids as string[];
      const portal = await Portal.start({}, { ...own, resolveCustomerIds });
      for (ids of ['abc', [5], [''], ['acme', 'a'.repeat(51)], new Set(['acme']), null]) {
        const what = JSON.stringify(ids);
        const response = await portal.post('/portal-session', { customer_id: 'b' });
        expect(response.status).withContext(what).toBe(500);
        expect(JSON.stringify(portal.audit.at(-1)?.err))
          .withContext(what)
          .toContain('an array of customer ids');
        const { errors } = await portal.graphql(VIEWER);
        expect(errors?.[0]?.extensions.code).withContext(what).toBe('INTERNAL_SERVER_ERROR');
        expect(errors?.[0]?.message).withContext(what).not.toContain('resolveCustomerIds');
      }
      expect(portal.chargebee.calls).toEqual([]);
      await portal.stop();
    }
  });

  it('accepts a duplicate customer', async () => {
    const portal = await Portal.start({}, { resolveCustomerIds: () => ['acme', 'acme'] });
    expect((await portal.post('/portal-session')).status).toBe(200);
    expect((await portal.graphql(VIEWER)).data?.viewer?.customerIds).toEqual(['acme']);
    await portal.stop();
  });

  it('treats an error with the code UNAUTHENTICATED, as in GraphQL servers, as an unauthenticated caller', async () => {
    const signedOut = [
      new GraphQLError('jwt expired', { extensions: { code: 'UNAUTHENTICATED' } }),
      { extensions: { code: 'UNAUTHENTICATED' } },
    ];
    let error: unknown;
    const authenticate = () => {
      throw error;
    };
    const portal = await Portal.start({}, { authenticate, resolveCustomerIds: () => ['acme'] });
    for (error of signedOut) {
      expect((await portal.post('/portal-session')).status).toBe(401);
      expect((await portal.graphql(CREATE)).status).toBe(401);
    }
    for (error of [new Error('jwt expired'), { extensions: null }, null, 'no']) {
      expect((await portal.post('/portal-session')).status)
        .withContext(JSON.stringify(error))
        .toBe(500);
    }
    await portal.stop();
  });

  it('does not use the status in errors of the host’s HTTP clients', async () => {
    for (const statusCode of [401, 404, 429]) {
      const fail = () => {
        throw Object.assign(new Error('from another server'), { statusCode, code: 'E_HTTP' });
      };
      for (const own of [
        { authenticate: () => ({ id: 'user-1' }), resolveCustomerIds: fail },
        { authenticate: fail, resolveCustomerIds: () => ['acme'] },
      ]) {
        const portal = await Portal.start({}, own);
        const response = await portal.post('/portal-session');
        expect(response.status).withContext(String(statusCode)).toBe(500);
        expect(await response.text()).not.toContain('another server');
        await portal.stop();
      }
    }
  });

  it('requires both functions', async () => {
    const env = { CHARGEBEE_SITE: 'acme-test', CHARGEBEE_API_KEY: 'test_key' };
    const half = createPortalServer({ env, authenticate: () => ({ id: 'user-1' }) });
    await expectAsync(half).toBeRejectedWithError(TypeError, /resolveCustomerIds/);
  });
});

describe('a portal context', () => {
  let chargebee: Chargebee;

  beforeAll(async () => {
    chargebee = await Chargebee.start();
  });

  afterAll(() => chargebee.stop());

  const create = (
    authenticate: () => { id: string } | undefined,
    logger: FastifyBaseLogger = createLogger('silent'),
  ) =>
    createPortalContext({
      env: chargebee.env,
      logger,
      authenticate,
      resolveCustomerIds: () => ['acme'],
    });

  it('accepts Fetch requests, with their id and abort signal', async () => {
    const portalContext = create(() => ({ id: 'user-1' }));
    const gone = new AbortController();
    const request = new Request('http://localhost/graphql', {
      headers: { 'x-request-id': 'mine', 'user-agent': 'Test/1.0' },
      signal: gone.signal,
    });
    const { portal } = portalContext(request);
    expect(portal.requestId).toBe('mine');
    const caller = await portal.caller();
    expect(caller.request.device).toBe('Test/1.0');
    chargebee.intercept = () => {
      gone.abort();
      return true;
    };
    await expectAsync(portal.operations.createPortalSession(caller, {})).toBeRejectedWith(
      jasmine.objectContaining({ code: 'BILLING_UNAVAILABLE' }),
    );
    chargebee.intercept = undefined;
    expect(await portalContext.metrics.metrics()).toMatch(/outcome="CALLER_GONE"} [1-9]/);
    await portalContext.close();
  });

  for (const [what, request] of [
    [
      'a request that was aborted before',
      new Request('http://localhost/graphql', { signal: AbortSignal.abort() }),
    ],
    [
      'a request whose socket was closed before',
      { headers: {}, socket: Object.assign(new EventEmitter(), { destroyed: true }) },
    ],
  ] as const) {
    it(`makes no call for ${what}`, async () => {
      const portalContext = create(() => ({ id: 'user-1' }));
      const { portal } = portalContext(request);
      await expectAsync(
        portal.operations.createPortalSession(await portal.caller(), {}),
      ).toBeRejectedWith(jasmine.objectContaining({ code: 'BILLING_UNAVAILABLE' }));
      // Not by the calls that arrive: a call of another spec, which was aborted, may arrive late.
      const attempt = /^chargebee_request_duration_seconds_count\{.*\} [1-9]/m;
      expect(await portalContext.metrics.metrics()).not.toMatch(attempt);
      await portalContext.close();
    });
  }

  it('adds only one listener to a socket, for any number of concurrent operations', async () => {
    const portalContext = create(() => ({ id: 'user-1' }));
    const socket = new EventEmitter();
    const begin = async () => {
      const { portal } = portalContext({ headers: {}, socket });
      return portal.operations.createPortalSession(await portal.caller(), {});
    };
    const arrived = deferred();
    const released = deferred();
    let calls = 0;
    chargebee.intercept = async () => {
      calls += 1;
      if (calls === 12) arrived.resolve();
      await released.promise;
      return false;
    };
    const first = Array.from({ length: 12 }, begin);
    await arrived.promise;
    expect(socket.listenerCount('close')).toBe(1);
    released.resolve();
    await Promise.all(first);
    expect(socket.listenerCount('close')).toBe(0);

    // All operations are notified when the socket closes.
    chargebee.intercept = () => {
      socket.emit('close');
      return true;
    };
    for (const outcome of await Promise.allSettled(Array.from({ length: 3 }, begin))) {
      expect(outcome.status).toBe('rejected');
    }
    expect(socket.listenerCount('close')).toBe(0);
    chargebee.intercept = undefined;
    expect(await portalContext.metrics.metrics()).toMatch(/outcome="CALLER_GONE"} 3/);
    await portalContext.close();
  });

  it('accepts requests without a real socket, as created by adapters for serverless functions', async () => {
    const portalContext = create(() => ({ id: 'user-1' }));
    const request = { headers: {}, socket: { remoteAddress: '203.0.113.7', encrypted: true } };
    const { portal } = portalContext(request);
    const caller = await portal.caller();
    expect(caller.request.ip).toBe('203.0.113.7');
    await expectAsync(portal.operations.createPortalSession(caller, {})).toBeResolved();
    await portalContext.close();
  });

  it('ignores the signal of Fastify’s requests, which does not mean that the caller has disconnected', async () => {
    const portalContext = create(() => ({ id: 'user-1' }));
    const { portal } = portalContext({ headers: {}, signal: AbortSignal.abort() });
    await expectAsync(
      portal.operations.createPortalSession(await portal.caller(), {}),
    ).toBeResolved();
    await portalContext.close();
  });

  it('throws an error that says what it needs when it receives something other than a request', async () => {
    const portalContext = create(() => ({ id: 'user-1' }));
    for (const given of [undefined, null, {}, { req: { headers: {} } }]) {
      expect(() => portalContext(given as unknown as Request)).toThrowError(/the request itself/);
    }
    await portalContext.close();
  });

  it('is named in the error when it is missing, also where the host has a `portal` of its own', () => {
    const { createPortalSession } = portalResolvers.Mutation;
    for (const context of [{}, { portal: undefined }, { portal: 'partners' }, { portal: {} }]) {
      expect(() => (createPortalSession as (...given: unknown[]) => unknown)({}, {}, context, {}))
        .withContext(JSON.stringify(context))
        .toThrowError(TypeError, /no `portal` of createPortalContext\(\)/);
    }
  });

  it('finishes an operation with several calls before it closes the connections to Chargebee', async () => {
    const portalContext = create(() => ({ id: 'user-1' }));
    const { portal } = portalContext({ headers: {} });
    const caller = await portal.caller();
    const { id } = await portal.operations.createPortalSession(caller, {});
    const closed = new Promise<void>((resolve, reject) => {
      chargebee.intercept = () => {
        chargebee.intercept = undefined;
        portalContext.close().then(resolve, reject);
        return false;
      };
    });
    const { status } = await portal.operations.logoutPortalSession(caller, id);
    expect(status).toBe('logged_out');
    await expectAsync(closed).toBeResolved();
  });

  it('redirects to the page’s own origin when the browser states that it is the same as the host’s', async () => {
    const portalContext = create(() => ({ id: 'user-1' }));
    const redirectFor = async (headers: Record<string, string>) => {
      const { portal } = portalContext({ headers });
      const input = { redirectUrl: 'https://host.example/account' };
      return portal.operations.createPortalSession(await portal.caller(), input).then(
        ({ redirect_url }) => redirect_url,
        ({ code }: { code: string }) => code,
      );
    };
    const origin = 'https://host.example';
    expect(await redirectFor({ origin, 'sec-fetch-site': 'same-origin' })).toBe(
      'https://host.example/account',
    );
    const others: Record<string, string>[] = [
      { origin, 'sec-fetch-site': 'cross-site' },
      { origin: 'https://other.example', 'sec-fetch-site': 'same-origin' },
      { origin, host: 'host.example' },
    ];
    for (const headers of others) {
      expect(await redirectFor(headers)).toBe('BAD_USER_INPUT');
    }
    await portalContext.close();
  });

  it('allows one upstream field per request, even without the validation rules', async () => {
    const portalContext = create(() => ({ id: 'user-1' }));
    const { portal } = portalContext({ headers: {} });
    portal.claimUpstream();
    expect(() => portal.claimUpstream()).toThrowMatching(
      (error: Error) => 'code' in error && error.code === 'BAD_USER_INPUT',
    );
    await portalContext.close();
  });

  it('allows one upstream field per request, also when each operation has a context, but not per WebSocket', async () => {
    const portalContext = create(() => ({ id: 'user-1' }));
    const claimTwice = (request: RequestLike) => () => {
      portalContext(request).portal.claimUpstream();
      portalContext(request).portal.claimUpstream();
    };
    expect(claimTwice({ headers: {} })).toThrowError(/At most one field/);
    expect(claimTwice({ headers: { upgrade: 'WebSocket' } })).not.toThrow();
    expect(claimTwice({ headers: new Headers({ upgrade: 'websocket' }) })).not.toThrow();
    expect(claimTwice({ headers: { ':protocol': 'websocket' } })).not.toThrow();
    // Any client can send the header with a batch. A WebSocket is not opened by POST.
    const batch = { method: 'POST', headers: { upgrade: 'websocket' } };
    expect(claimTwice(batch)).toThrowError(/At most one field/);
    await portalContext.close();
  });

  it('passes failures to the host app’s logger without secrets', async () => {
    const lines: object[] = [];
    // The host app's own serializer, which writes all properties of an error.
    const stream = { write: (line: string) => void lines.push(JSON.parse(line) as object) };
    const portalContext = create(
      () => {
        throw Object.assign(new Error('no way to postgres://portal:hunter2@db.example.com'), {
          config: { password: 'hunter2' },
        });
      },
      pino({ base: null }, stream),
    );
    const { portal } = portalContext({ headers: {} });
    await portal.caller().catch((error: unknown) => portal.onUnexpectedError(error));
    expect(lines).toEqual([
      jasmine.objectContaining({
        requestId: portal.requestId,
        err: jasmine.objectContaining({ message: jasmine.stringContaining('no way to') }),
      }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    await portalContext.close();
  });

  it('logs and counts refused callers, once for a request', async () => {
    const lines: object[] = [];
    const stream = { write: (line: string) => void lines.push(JSON.parse(line) as object) };
    const portalContext = create(() => undefined, pino({ base: null }, stream));
    const { portal } = portalContext({ headers: {} });
    for (let field = 0; field < 2; field += 1) {
      await expectAsync(portal.caller()).toBeRejectedWith(
        jasmine.objectContaining({ code: 'UNAUTHENTICATED' }),
      );
    }
    expect(lines).toEqual([
      jasmine.objectContaining({ reason: 'no_user', requestId: portal.requestId }),
    ]);
    expect(await portalContext.metrics.metrics()).toContain(
      'portal_callers_refused_total{reason="no_user"} 1',
    );
    await portalContext.close();
  });

  it('makes sessions although the host app’s logger throws, and counts the lines', async () => {
    const logger = Object.assign(createLogger('silent'), {
      info() {
        throw new Error('the worker has exited');
      },
    });
    const portalContext = create(() => ({ id: 'user-1' }), logger);
    const { portal } = portalContext({ headers: {} });
    const session = await portal.operations.createPortalSession(await portal.caller(), {});
    expect(session.customer_id).toBe('acme');
    const metrics = await portalContext.metrics.metrics();
    expect(metrics).toContain('portal_log_lines_lost_total{kind="audit"} 1');
    expect(metrics).toMatch(/_count\{.*outcome="OK"\} [1-9]/);
    expect(metrics).not.toMatch(/_count\{.*outcome="INTERNAL_SERVER_ERROR"\} [1-9]/);
    await portalContext.close();
  });

  it('rejects a logger of another kind, such as Nest’s, which would lose the audit lines', async () => {
    const line = () => undefined;
    const nest = { log: line, error: line, warn: line, debug: line, verbose: line, fatal: line };
    const options = {
      env: chargebee.env,
      logger: nest as unknown as FastifyBaseLogger,
      authenticate: () => ({ id: 'user-1' }),
      resolveCustomerIds: () => ['acme'],
    };
    const message = /^The logger lacks info, child: pass one such as pino’s/;
    expect(() => createPortalContext(options)).toThrowError(TypeError, message);
    await expectAsync(createPortalServer(options)).toBeRejectedWithError(TypeError, message);
  });

  it('provides metrics that the host app can serve', async () => {
    const portalContext = create(() => undefined);
    const metrics = await portalContext.metrics.metrics();
    // Half of the default share, since this is the first minute of the process.
    expect(metrics).toMatch(/^chargebee_quota_requests_per_minute 50$/m);
    expect(metrics).toMatch(/^chargebee_quota_remaining 50$/m);
    await portalContext.close();
  });

  it('reads LOG_LEVEL unless the host app has a logger, whose levels may have other names', async () => {
    const createWith = (logger?: FastifyBaseLogger) =>
      createPortalContext({
        env: { ...chargebee.env, LOG_LEVEL: 'verbose' },
        ...(logger && { logger }),
        authenticate: () => undefined,
        resolveCustomerIds: () => [],
      });
    expect(() => createWith()).toThrowError(/LOG_LEVEL/);
    await createWith(createLogger('silent')).close();
  });

  it('requires its functions to be functions', async () => {
    const promise = Promise.resolve({ id: 'user-1' }) as never;
    expect(() => create(promise)).toThrowError('authenticate must be a function.');
    await expectAsync(
      createPortalServer({
        env: chargebee.env,
        authenticate: () => ({ id: 'user-1' }),
        resolveCustomerIds: promise,
      }),
    ).toBeRejectedWithError('resolveCustomerIds must be a function.');
  });

  it('requires its variables', () => {
    expect(() =>
      createPortalContext({
        env: {},
        authenticate: () => undefined,
        resolveCustomerIds: () => [],
      }),
    ).toThrowMatching(({ message }: Error) => message.includes('CHARGEBEE_SITE is not set'));
  });
});

describe('in a host that traces', () => {
  const exporter = new tracing.InMemorySpanExporter();
  const processor = new tracing.SimpleSpanProcessor(exporter);
  const sdk = new NodeSDK({ spanProcessors: [processor], instrumentations: [] });
  let chargebee: Chargebee;

  beforeAll(async () => {
    chargebee = await Chargebee.start();
    sdk.start();
  });

  beforeEach(() => exporter.reset());

  afterAll(async () => {
    await Promise.all([sdk.shutdown(), chargebee.stop()]);
    trace.disable();
    context.disable();
    propagation.disable();
  });

  const options = () => ({
    env: chargebee.env,
    logger: createLogger('silent'),
    authenticate: () => ({ id: 'user-1' }),
    resolveCustomerIds: () => ['acme'],
  });
  /** Does the work within a span of the host, and resolves to the finished spans. */
  const withinHostSpan = async (work: () => Promise<unknown>) => {
    await trace.getTracer('host').startActiveSpan('host', async (span) => {
      await work();
      span.end();
    });
    // The SDK exports only after resource detection, which takes long on a busy machine.
    await processor.forceFlush();
    return exporter.getFinishedSpans();
  };

  it('a portal context creates spans of the calls to Chargebee in its trace, without baggage', async () => {
    const portalContext = createPortalContext(options());
    const { portal } = portalContext({ headers: {} });
    const baggage = propagation.createBaggage({ secret: { value: 'hunter2' } });
    const [call, host] = await context.with(propagation.setBaggage(context.active(), baggage), () =>
      withinHostSpan(async () => portal.operations.createPortalSession(await portal.caller(), {})),
    );
    expect(host?.name).toBe('host');
    expect(call?.parentSpanContext?.spanId).toBe(host?.spanContext().spanId);
    const { headers } = chargebee.calls.at(-1) ?? {};
    expect(headers?.traceparent).toContain(host?.spanContext().traceId ?? 'none');
    expect(headers?.baggage).toBeUndefined();
    await portalContext.close();
  });

  it('a portal context creates no span with the id of a page, which opens it', async () => {
    const portalContext = createPortalContext(options());
    const idempotencyKey = 'a-click';
    const create = async () => {
      const { portal } = portalContext({ headers: {} });
      const caller = await portal.caller();
      return portal.operations.createManagePaymentSourcesPage(caller, { idempotencyKey });
    };
    let id = 'none';
    const spans = await withinHostSpan(async () => {
      await create();
      // The second one is a replay, which is retrieved again.
      ({ id } = await create());
    });
    const urls = spans.map(({ attributes }) => String(attributes['url.full']));
    expect(urls.filter((url) => url.endsWith('/hosted_pages/manage_payment_sources')).length).toBe(
      2,
    );
    expect(urls.filter((url) => url.endsWith('/hosted_pages/[redacted]')).length).toBe(1);
    expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toContain(id);
    await portalContext.close();
  });

  it('a portal context creates no span with a token that a caller gave instead of the id of a session', async () => {
    const portalContext = createPortalContext(options());
    const token = 'a-token-that-opens-a-session';
    const spans = await withinHostSpan(async () => {
      const { portal } = portalContext({ headers: {} });
      const caller = await portal.caller();
      await expectAsync(portal.operations.logoutPortalSession(caller, token)).toBeRejected();
    });
    const [call] = spans;
    expect(call?.attributes['url.full']).toMatch(/\/portal_sessions\/\[redacted\]$/);
    expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toContain(token);
    await portalContext.close();
  });

  it('a mounted server creates spans of its requests below its own, not below the caller’s', async () => {
    const portal = await createPortalServer(options());
    const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    const request = new Request('https://app.example.com/healthz', { headers });
    const [served, host] = await withinHostSpan(() => portal.fetch(request));
    expect(served?.name).toBe('GET /healthz');
    expect(host?.name).toBe('host');
    expect(served?.parentSpanContext?.spanId).toBe(host?.spanContext().spanId);
    await portal.close();
  });
});
