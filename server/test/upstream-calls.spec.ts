import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ManagedGateway } from '../src/gateway/gateway.js';
import type { Limits } from '../src/limits/index.js';
import {
  aRequest,
  failureOf,
  gatewayTo,
  limitsOf,
  abortedSignal,
  requestSignal,
} from './support/gateway.js';
import { aPage, json, noResponse, startUpstream, type Upstream } from './support/upstream.js';

describe('upstream calls', () => {
  let upstream: Upstream;
  let limits: Limits;
  let gateway: ManagedGateway;

  beforeEach(async () => {
    upstream = await startUpstream();
    limits = limitsOf();
    gateway = gatewayTo(upstream.url, limits.upstream);
  });

  afterEach(async () => {
    await gateway.close();
    await limits.close();
    await upstream.close();
  });

  it('create a portal session with the documented parameters', async () => {
    const { session, replayed } = await gateway.createPortalSession(
      {
        customerId: 'juniper bakery & sons',
        redirectUrl: 'https://app.example/account?tab=1&x=ü',
        forwardUrl: 'https://acme-test.chargebeeportal.com/portal/permalink/subscriptions/s1/edit',
      },
      aRequest(),
    );
    expect(session.customer_id).toBe('juniper bakery & sons');
    expect(session.token).toBe('token-of-portal_1');
    expect(replayed).toBeFalse();
    const [request] = upstream.requests;
    expect(request?.method).toBe('POST');
    expect(request?.path).toBe('/api/v2/portal_sessions');
    expect(request?.headers['content-type']).toContain('application/x-www-form-urlencoded');
    expect(request?.headers.authorization).toBe(
      `Basic ${Buffer.from('test_upstream_key:').toString('base64')}`,
    );
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      'customer[id]': 'juniper bakery & sons',
      redirect_url: 'https://app.example/account?tab=1&x=ü',
      forward_url: 'https://acme-test.chargebeeportal.com/portal/permalink/subscriptions/s1/edit',
    });
  });

  it('send only the given parameters', async () => {
    await gateway.createPortalSession({ customerId: 'juniper-bakery' }, aRequest());
    expect(Object.fromEntries(upstream.requests[0]?.form ?? [])).toEqual({
      'customer[id]': 'juniper-bakery',
    });
  });

  it('retrieve and log out a session', async () => {
    const read = await gateway.retrievePortalSession('portal_7', aRequest());
    const ended = await gateway.logoutPortalSession(
      { id: 'portal_7', customerId: 'juniper-bakery' },
      aRequest(),
    );
    expect(read.id).toBe('portal_7');
    expect(ended.status).toBe('logged_out');
    expect(
      upstream.requests.map(({ method, path }) => `${method} ${path.replace(/\?$/, '')}`),
    ).toEqual([
      'GET /api/v2/portal_sessions/portal_7',
      'POST /api/v2/portal_sessions/portal_7/logout',
    ]);
  });

  it('create a page for managing payment sources', async () => {
    const { page } = await gateway.createManagePaymentSourcesPage(
      { customerId: 'juniper-bakery', redirectUrl: 'https://app.example/' },
      aRequest(),
    );
    expect(page.type).toBe('manage_payment_sources');
    expect(page).not.toEqual(jasmine.objectContaining({ content: jasmine.anything() }));
    expect(upstream.requests[0]?.path).toBe('/api/v2/hosted_pages/manage_payment_sources');
  });

  it('retrieve a hosted page', async () => {
    const page = { id: 'hosted_7', customerId: 'juniper-bakery' };
    expect((await gateway.retrieveHostedPage(page, aRequest())).id).toBe('hosted_7');
    const [request] = upstream.requests;
    expect(`${request?.method} ${request?.path.replace(/\?$/, '')}`).toBe(
      'GET /api/v2/hosted_pages/hosted_7',
    );
  });

  it("accept a hosted page with the caller's own customer", async () => {
    upstream.otherwise = json(200, {
      hosted_page: aPage({ content: { customer: { id: 'juniper-bakery' } } }),
    });
    await expectAsync(
      gateway.createManagePaymentSourcesPage({ customerId: 'juniper-bakery' }, aRequest()),
    ).toBeResolved();
  });

  it("send the end user's address and device in Chargebee's origin headers", async () => {
    const origin = { ip: '203.0.113.7', device: 'Mozilla/5.0 (X11; Linux x86_64)' };
    await gateway.createPortalSession({ customerId: 'juniper-bakery' }, aRequest({ origin }));
    const headers = upstream.requests[0]?.headers;
    expect(headers?.['chargebee-request-origin-ip']).toBe('203.0.113.7');
    expect(headers?.['chargebee-request-origin-device']).toBe('Mozilla/5.0 (X11; Linux x86_64)');
  });

  it('leave out an invalid address, and characters that a header does not allow', async () => {
    const origin = { ip: 'unknown', device: `Agent\r\nx-evil: 1 ☃ ${'y'.repeat(900)}` };
    await gateway.createPortalSession({ customerId: 'juniper-bakery' }, aRequest({ origin }));
    const headers = upstream.requests[0]?.headers;
    expect(headers?.['chargebee-request-origin-ip']).toBeUndefined();
    expect(headers?.['x-evil']).toBeUndefined();
    expect(headers?.['chargebee-request-origin-device']).toMatch(/^Agent x-evil: 1 y+$/);
    expect(headers?.['chargebee-request-origin-device']?.length).toBe(250);
  });

  it('contain neither telemetry nor our own headers', async () => {
    await gateway.createPortalSession({ customerId: 'juniper-bakery' }, aRequest());
    const names = Object.keys(upstream.requests[0]?.headers ?? {});
    expect(names.filter((name) => /telemetry|x-portal/.test(name))).toEqual([]);
  });

  it('leave the globals of Fetch alone for other code that runs meanwhile, such as tracing', async () => {
    const { Request, Headers } = globalThis;
    const seen: Record<string, unknown[]> = {};
    const look = (where: string) => (seen[where] = [globalThis.Request, globalThis.Headers]);
    const onCreate = () => look('the request of undici');
    const traced = gatewayTo(upstream.url, limits.upstream, {
      telemetryAdapter: {
        onRequestStart: () => look('the start of a span'),
        onRequestEnd: () => void look('the end of a span'),
      },
    });
    subscribe('undici:request:create', onCreate);
    await traced.createPortalSession({ customerId: 'juniper-bakery' }, aRequest());
    unsubscribe('undici:request:create', onCreate);
    await traced.close();
    const real = [Request, Headers];
    expect(seen).toEqual({
      'the start of a span': real,
      'the request of undici': real,
      'the end of a span': real,
    });
  });

  it('keep their connection alive for the next one', async () => {
    for (let call = 0; call < 20; call += 1) {
      await gateway.createPortalSession({ customerId: 'juniper-bakery' }, aRequest());
    }
    expect(upstream.requests.length).toBe(20);
    expect(upstream.connections).toBeLessThanOrEqual(2);
  });

  it('open at most the configured number of sockets', async () => {
    const narrow = gatewayTo(upstream.url, limits.upstream, { maxSockets: 3 });
    await Promise.all(
      Array.from({ length: 30 }, () =>
        narrow.createPortalSession({ customerId: 'juniper-bakery' }, aRequest()),
      ),
    );
    expect(upstream.requests.length).toBe(30);
    expect(upstream.connections).toBeLessThanOrEqual(3);
    await narrow.close();
  });

  it('are finished, with their retries, before the connections are closed', async () => {
    let fail: () => void = () => undefined;
    upstream.next = [(response) => (fail = () => response.writeHead(503).end())];
    const call = gateway.createPortalSession({ customerId: 'juniper-bakery' }, aRequest());
    await upstream.arrived(1);
    const closed = gateway.close();
    // The retry needs a connection after `close()` was called.
    fail();
    await expectAsync(call).toBeResolved();
    await expectAsync(closed).toBeResolved();
    expect(upstream.requests.length).toBe(2);
  });

  it('are aborted when the caller disconnects', async () => {
    upstream.otherwise = noResponse;
    const caller = requestSignal();
    const call = gateway.createPortalSession(
      { customerId: 'juniper-bakery' },
      aRequest({ signal: caller }),
    );
    await upstream.arrived(1);
    caller.abort('caller_gone');
    expect((await failureOf(call)).code).toBe('BILLING_UNAVAILABLE');
    expect(upstream.requests.length).toBe(1);
  });

  it('are not started for a caller who has disconnected', async () => {
    const call = gateway.createPortalSession(
      { customerId: 'juniper-bakery' },
      aRequest({ signal: abortedSignal() }),
    );
    expect((await failureOf(call)).code).toBe('BILLING_UNAVAILABLE');
    expect(upstream.requests).toEqual([]);
    expect((await limits.status()).remaining).toBe(1000);
  });

  it('report every attempt', async () => {
    upstream.next = [(response) => response.writeHead(503).end()];
    const attempts: string[] = [];
    await gateway.createPortalSession(
      { customerId: 'juniper-bakery' },
      aRequest({ onAttempt: ({ operation, outcome }) => attempts.push(`${operation} ${outcome}`) }),
    );
    expect(attempts).toEqual(['create_portal_session server_error', 'create_portal_session ok']);
  });
});
