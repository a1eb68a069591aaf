import { CREATE, LOGOUT, PAYMENT_SOURCES, Portal, VIEWER } from './support/portal.js';
import { eventually } from './support/eventually.js';

describe('the log', () => {
  let portal: Portal;

  beforeEach(async () => {
    portal = await Portal.start();
  });

  afterEach(() => portal.stop());

  it('has one audit line for each session that is created, retrieved or logged out', async () => {
    const { data } = await portal.graphql(CREATE, { input: { idempotencyKey: 'k' } });
    await portal.graphql(CREATE, { input: { idempotencyKey: 'k' } });
    const session = data?.createPortalSession?.id;
    await portal.graphql(LOGOUT, { id: session });
    await portal.post('/manage-payment-sources');
    const common = {
      level: 'info',
      user: 'user-1',
      customer: 'acme',
      outcome: 'OK',
      requestId: jasmine.stringMatching(/^[0-9a-f-]{36}$/),
      upstreamMs: jasmine.any(Number),
    };
    expect(portal.audit).toEqual([
      jasmine.objectContaining({
        ...common,
        audit: 'createPortalSession',
        session,
        attempts: 1,
        replayed: false,
      }),
      jasmine.objectContaining({
        ...common,
        audit: 'createPortalSession',
        session,
        attempts: 2,
        replayed: true,
      }),
      jasmine.objectContaining({ ...common, audit: 'logoutPortalSession', session, attempts: 2 }),
      jasmine.objectContaining({
        ...common,
        audit: 'createManagePaymentSourcesPage',
        page: jasmine.stringMatching(/^\w{8}…$/),
        attempts: 1,
      }),
    ]);
  });

  it('has no audit line for malformed requests, which do not count for the limit, but one of debug for the answer', async () => {
    const debugging = await Portal.start({ LOG_LEVEL: 'debug', USER_REQUESTS_PER_MINUTE: '1' });
    const { headers } = await debugging.post('/portal-session', { customerId: 'acme' });
    await debugging.post('/portal-session', { customer_id: 5 });
    await debugging.graphql(CREATE, { input: { customerId: {} } });
    const requestId = headers.get('x-request-id');
    await eventually(() => debugging.log.some((line) => line.requestId === requestId));
    expect(debugging.log.find((line) => line.requestId === requestId)).toEqual(
      jasmine.objectContaining({ level: 'debug', status: 400 }),
    );
    expect(debugging.audit).toEqual([]);
    expect((await debugging.post('/portal-session')).status).toBe(200);
    await debugging.stop();
  });

  it('has an audit line with the error code for each failure', async () => {
    await portal.graphql(CREATE, { input: { customerId: 'globex' } });
    await portal.graphql(LOGOUT, { id: 'portal_unknown' });
    portal.chargebee.intercept = (_call, response) => {
      response.socket?.destroy();
      return true;
    };
    await portal.graphql(CREATE);
    expect(portal.audit).toEqual([
      jasmine.objectContaining({
        outcome: 'FORBIDDEN',
        level: 'info',
        attempts: 0,
        asked: 'globex',
        ip: '127.0.0.1',
        userAgent: 'node',
      }),
      jasmine.objectContaining({ outcome: 'SESSION_NOT_FOUND', session: 'portal_unknown' }),
      jasmine.objectContaining({ outcome: 'BILLING_UNAVAILABLE', level: 'warn' }),
    ]);
    expect(portal.audit[2]?.attempts).toBeGreaterThan(1);
  });

  it('distinguishes a caller who disconnects from an unavailable Chargebee', async () => {
    for (const send of [
      (signal: AbortSignal) => portal.post('/graphql', { query: CREATE }, { signal }),
      (signal: AbortSignal) => portal.post('/portal-session', {}, { signal }),
    ]) {
      const gone = new AbortController();
      portal.chargebee.intercept = () => {
        gone.abort();
        return true;
      };
      const line = portal.nextLine((line) => 'audit' in line);
      await expectAsync(send(gone.signal)).toBeRejected();
      expect(await line).toEqual(
        jasmine.objectContaining({ outcome: 'CALLER_GONE', level: 'info', attempts: 1 }),
      );
    }
    expect(portal.audit.some((line) => 'err' in line)).toBeFalse();
    expect(portal.log.filter(({ level }) => level !== 'info' && level !== 'debug')).toEqual([]);
    const metrics = await (await fetch(portal.metricsUrl)).text();
    expect(metrics).toMatch(/_count\{operation="createPortalSession",outcome="CALLER_GONE"\} 2/);
    expect(metrics).not.toMatch(/_count\{.*outcome="BILLING_UNAVAILABLE"\} [1-9]/);
  });

  it('contains the reason for each refused caller with the request id, and a metric counts them', async () => {
    const { idp } = portal;
    const good = await idp.token();
    const [header, payload] = good.split('.');
    for (const [reason, details, token] of [
      ['no_credentials', {}, null],
      ['no_bearer_token', {}, 'two tokens'],
      ['malformed', { code: 'ERR_JWS_INVALID' }, 'abc'],
      ['signature', {}, `${header}.${payload}.AAAA`],
      ['unknown_key', {}, await idp.token({}, { header: { kid: 'other' } })],
      [
        'expired',
        { code: 'ERR_JWT_EXPIRED', claim: 'exp', expected: 'a time in the future' },
        await idp.token({}, { expiresIn: -90 }),
      ],
      [
        'claim_iat',
        { claim: 'iat', expected: 'a number', got: '"today"' },
        await idp.token({ iat: 'today' as unknown as number }),
      ],
      [
        'claim_aud',
        { claim: 'aud', expected: '"the-app"', got: '"another-app"' },
        await idp.token({ aud: 'another-app' }),
      ],
      ['claim_iss', { claim: 'iss' }, await idp.token({ iss: 'https://id.example.org' })],
      ['claim_exp', { claim: 'exp', got: 'nothing' }, await idp.token({}, { expiresIn: null })],
      [
        'claim_sub',
        { claim: 'sub', got: 'a string of 256 characters' },
        await idp.token({ sub: 'x'.repeat(256) }),
      ],
      ['algorithm', {}, `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${payload}.AAAA`],
    ] as const) {
      const { status, headers } = await portal.graphql(VIEWER, {}, { token });
      expect(status).toBe(401);
      const requestId = headers.get('x-request-id');
      const line = portal.log.find((one) => one.requestId === requestId && 'reason' in one);
      expect(line)
        .withContext(reason)
        .toEqual(
          jasmine.objectContaining({
            level: 'info',
            reason,
            ip: '127.0.0.1',
            userAgent: 'node',
            ...details,
          }),
        );
      const metrics = await (await fetch(portal.metricsUrl)).text();
      expect(metrics).toContain(`portal_callers_refused_total{reason="${reason}"} 1`);
    }
    expect(portal.logText()).not.toContain(String(payload));
  });

  it('samples refusals, and contains the number of lines left out', async () => {
    for (let count = 0; count < 15; count += 1) {
      await portal.graphql(VIEWER, {}, { token: null });
    }
    expect(portal.log.filter(({ reason }) => reason === 'no_credentials').length).toBe(10);
    await portal.close();
    expect(portal.log).toContain(jasmine.objectContaining({ kind: 'no_credentials', leftOut: 5 }));
  });

  it('samples rate-limited operations for each user, so that nobody can fill it', async () => {
    const limited = await Portal.start({ USER_REQUESTS_PER_MINUTE: '1' });
    for (const sub of ['user-1', 'user-2']) {
      const token = await limited.idp.token({ sub });
      for (let count = 0; count < 16; count += 1)
        await limited.post('/portal-session', {}, { token });
    }
    const outcomes = limited.audit.map(({ user, outcome }) => `${String(user)} ${String(outcome)}`);
    for (const user of ['user-1', 'user-2']) {
      expect(outcomes.filter((outcome) => outcome === `${user} OK`).length).toBe(1);
      expect(outcomes.filter((outcome) => outcome === `${user} RATE_LIMITED`).length).toBe(10);
    }
    await limited.stop();
    for (const user of ['user-1', 'user-2']) {
      const counted = { kind: `RATE_LIMITED ${user}`, leftOut: 5 };
      expect(limited.log).toContain(jasmine.objectContaining(counted));
    }
  });

  it('contains no token, access URL or key in any case', async () => {
    const bearer = await portal.idp.token();
    const { data } = await portal.graphql(CREATE, {}, { token: bearer });
    await portal.post('/portal-session', {}, { token: bearer });
    const page = await portal.graphql(PAYMENT_SOURCES, {}, { token: bearer });
    const { id, token } = data?.createPortalSession ?? {};
    await portal.graphql(LOGOUT, { id }, { token: bearer });
    // The wrong id: that opens the portal, or the page.
    await portal.graphql(LOGOUT, { id: token }, { token: bearer });
    const pageId = String(page.data?.createManagePaymentSourcesPage?.id);
    await portal.post(`/portal-session/${pageId}/logout`, {}, { token: bearer });
    portal.chargebee.intercept = (_call, response) => {
      response.end(
        '{"portal_session":{"token":"leaked-token","access_url":"https://x.example/a"}}',
      );
      return true;
    };
    await portal.graphql(CREATE, {}, { token: bearer });
    const text = portal.logText();
    const [, payload = '', signature = ''] = bearer.split('.');
    const basic = Buffer.from('test_key:').toString('base64');
    const secrets = [
      payload,
      signature,
      basic,
      'test_key',
      'leaked-token',
      'x.example',
      String(page.data?.createManagePaymentSourcesPage?.url),
      pageId,
      ...[...portal.chargebee.sessions.values()].flatMap((one) => [one.token, one.access_url]),
    ];
    expect(secrets.length).toBeGreaterThan(10);
    for (const secret of secrets) expect(text).not.toContain(secret);
    expect(portal.audit.length).toBe(7);
  });

  it('has fewer lines at a higher level', async () => {
    const quiet = await Portal.start({ LOG_LEVEL: 'error' });
    await quiet.graphql(VIEWER);
    expect(quiet.logText()).toBe('');
    await quiet.stop();
  });
});

describe('the metrics', () => {
  let portal: Portal;

  beforeEach(async () => {
    // A process may make half of them in its first minute.
    portal = await Portal.start({ CHARGEBEE_REQUESTS_PER_MINUTE: '100' });
  });

  afterEach(() => portal.stop());

  /** The value of a metric with these labels. */
  const valueOf = async (name: string, labels: Record<string, string> = {}): Promise<number> => {
    const text = await (await fetch(portal.metricsUrl)).text();
    const line = text
      .split('\n')
      .find(
        (candidate) =>
          (candidate.startsWith(`${name} `) || candidate.startsWith(`${name}{`)) &&
          Object.entries(labels).every(([label, value]) =>
            candidate.includes(`${label}="${value}"`),
          ),
      );
    return Number(line?.split(' ').at(-1) ?? NaN);
  };

  it('contain rate, errors by code, latency, upstream calls, retries, quota and circuit breaker', async () => {
    await portal.graphql(CREATE);
    await portal.graphql(CREATE, { input: { customerId: 'globex' } });
    let failures = 1;
    portal.chargebee.intercept = (_call, response) => {
      if (failures === 0) return false;
      failures -= 1;
      response.writeHead(502).end('<html>Bad gateway</html>');
      return true;
    };
    await portal.graphql(CREATE);
    const operation = 'createPortalSession';
    const count = 'portal_operation_duration_seconds_count';
    expect(await valueOf(count, { operation, outcome: 'OK' })).toBe(2);
    expect(await valueOf(count, { operation, outcome: 'FORBIDDEN' })).toBe(1);
    expect(await valueOf('http_requests_total', { route: '/graphql', status: '200' })).toBe(3);
    expect(await valueOf('chargebee_retries_total')).toBe(1);
    expect(await valueOf('chargebee_quota_requests_per_minute')).toBe(50);
    expect(await valueOf('chargebee_quota_remaining')).toBe(47);
    expect(await valueOf('chargebee_requests_in_flight')).toBe(0);
    expect(await valueOf('chargebee_requests_waiting')).toBe(0);
    expect(await valueOf('chargebee_pause_seconds')).toBe(0);
    expect(await valueOf('portal_redis_up')).toBeNaN();
    expect(await valueOf('chargebee_breaker_state', { state: 'closed' })).toBe(1);
    expect(await valueOf('chargebee_breaker_state', { state: 'open' })).toBe(0);
    expect(await valueOf('process_cpu_seconds_total')).toBeGreaterThan(0);
    const attempts = 'chargebee_request_duration_seconds_count';
    expect(await valueOf(attempts, { outcome: 'ok' })).toBe(2);
  });

  it('show that the breaker has opened, and the log does, too', async () => {
    portal.chargebee.intercept = (_call, response) => {
      response.writeHead(503).end();
      return true;
    };
    for (let round = 0; round < 6; round += 1) await portal.graphql(CREATE);
    expect(await valueOf('chargebee_breaker_state', { state: 'open' })).toBe(1);
    expect(portal.log.some(({ msg }) => String(msg).includes('circuit breaker'))).toBeTrue();
  });

  it('are not served on the public port', async () => {
    expect((await fetch(`${portal.url}/metrics`)).status).toBe(404);
  });

  it('carry no user, customer or session', async () => {
    await portal.graphql(CREATE);
    const text = await (await fetch(portal.metricsUrl)).text();
    expect(text).toContain('portal_operation_duration_seconds');
    expect(text).not.toContain('user-1');
    expect(text).not.toContain('acme');
    expect(text).not.toContain('portal_1');
  });
});

describe('the health checks', () => {
  it('report alive and ready, independent of Chargebee', async () => {
    const portal = await Portal.start();
    // Not ready before the key set has been fetched, which the start does not wait for.
    await eventually(async () => (await fetch(`${portal.url}/readyz`)).ok);
    await portal.chargebee.stop();
    await portal.idp.stop();
    for (const path of ['/healthz', '/readyz']) {
      expect((await fetch(`${portal.url}${path}`)).status).toBe(200);
    }
    await portal.close();
  });
});
