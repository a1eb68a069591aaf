import type { Emulator, FaultInput } from '../src/index.js';
import { call, closeEmulatorsAfterEach, emulatorForSpec, postJson } from './support.js';
import type { ApiError } from './support.js';

describe('a fault', () => {
  closeEmulatorsAfterEach();

  const create = (emulator: Emulator) =>
    call(emulator, 'POST', '/portal_sessions', 'customer[id]=juniper-bakery');
  const statusOf = async (emulator: Emulator, path: string) =>
    (await fetch(`${emulator.url}${path}`)).status;

  it('applies as often as its count', async () => {
    const emulator = await emulatorForSpec();
    emulator.faults.add({ route: '/api/v2/portal_sessions', status: 503, count: 2 });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await create(emulator)).status);
    expect(statuses).toEqual([503, 503, 200]);
    expect(emulator.faults.list()).toEqual([]);
  });

  it('without a count applies until it is switched off', async () => {
    const emulator = await emulatorForSpec();
    const { id } = emulator.faults.add({ route: 'api', status: 500 });
    await create(emulator);
    await create(emulator);
    expect(emulator.faults.list().map(({ struck }) => struck)).toEqual([2]);
    expect(emulator.faults.remove(id)).toBe(true);
    expect((await create(emulator)).status).toBe(200);
  });

  it('applies only to its method and path', async () => {
    const emulator = await emulatorForSpec();
    emulator.faults.add({ route: '/api/v2/customers/*', method: 'POST', status: 500 });
    emulator.faults.add({ route: '/api/v2/customer', status: 500 });
    expect((await call(emulator, 'GET', '/customers/juniper-bakery')).status).toBe(200);
    expect((await call(emulator, 'POST', '/customers/juniper-bakery', 'phone=1')).status).toBe(500);
    expect((await call(emulator, 'GET', '/customers?limit=1')).status).toBe(200);
  });

  it('does not process the request, unless it is set to', async () => {
    const emulator = await emulatorForSpec();
    emulator.faults.add({ route: 'api', status: 500, count: 1 });
    await create(emulator);
    expect(emulator.store.portalSessions.list().length).toBe(0);
    emulator.faults.add({ route: 'api', status: 500, processed: true, count: 1 });
    expect((await create(emulator)).status).toBe(500);
    expect(emulator.store.portalSessions.list().length).toBe(1);
  });

  const codes: [status: number, code: string][] = [
    [400, 'invalid_request'],
    [401, 'api_authentication_failed'],
    [403, 'api_authorization_failed'],
    [404, 'resource_not_found'],
    [409, 'invalid_state_for_request'],
    [429, 'api_request_limit_exceeded'],
    [500, 'internal_error'],
    [502, 'internal_error'],
    [503, 'internal_temporary_error'],
  ];
  for (const [status, code] of codes) {
    it(`of status ${status} responds with Chargebee’s ${code}`, async () => {
      const emulator = await emulatorForSpec();
      emulator.faults.add({ route: 'api', status });
      const answer = await create(emulator);
      expect(answer.status).toBe(status);
      expect(((await answer.json()) as ApiError).api_error_code).toBe(code);
    });
  }

  it('can have its own code and message', async () => {
    const emulator = await emulatorForSpec();
    emulator.faults.add({ route: 'api', status: 429, code: 'lock_timeout', message: 'Locked.' });
    expect(await (await create(emulator)).json()).toEqual(
      jasmine.objectContaining({ api_error_code: 'lock_timeout', message: 'Locked.' }),
    );
  });

  it('can send Retry-After', async () => {
    const emulator = await emulatorForSpec();
    emulator.faults.add({ route: 'api', status: 429, retryAfter: 7, count: 1 });
    expect((await create(emulator)).headers.get('retry-after')).toBe('7');
    emulator.faults.add({ route: 'api', status: 429 });
    expect((await create(emulator)).headers.get('retry-after')).toBeNull();
  });

  it('sends the same response when the request is processed first', async () => {
    const emulator = await emulatorForSpec();
    const fault = { status: 503, code: 'site_read_only_mode', message: 'Wait.', retryAfter: 9 };
    emulator.faults.add({ route: 'api', ...fault, count: 1 });
    const instead = await create(emulator);
    emulator.faults.add({ route: 'api', ...fault, processed: true, count: 1 });
    const afterwards = await create(emulator);
    expect([afterwards.status, afterwards.headers.get('retry-after')]).toEqual([503, '9']);
    expect(afterwards.headers.get('content-type')).toBe(instead.headers.get('content-type'));
    const body = await afterwards.text();
    expect(body).toBe(await instead.text());
    expect(JSON.parse(body)).toEqual(
      jasmine.objectContaining({ api_error_code: 'site_read_only_mode', message: 'Wait.' }),
    );
    expect(emulator.store.portalSessions.list().length).toBe(1);
  });

  it('applies to unknown paths, processed or not', async () => {
    const emulator = await emulatorForSpec();
    for (const processed of [false, true]) {
      emulator.faults.add({ route: '*', status: 503, retryAfter: 9, processed, count: 2 });
      for (const path of ['/api/v2/nothing', '/nothing']) {
        const answer = await fetch(`${emulator.url}${path}`);
        expect([answer.status, answer.headers.get('retry-after')])
          .withContext(path)
          .toEqual([503, '9']);
      }
    }
  });

  it('applies to the paths that its pattern matches', async () => {
    const { faults } = await emulatorForSpec();
    const applies = (route: string, path: string): boolean => {
      const { id } = faults.add({ route, status: 500 });
      const struck = faults.strike('GET', path) !== undefined;
      faults.remove(id);
      return struck;
    };
    const struck: [route: string, path: string][] = [
      ['/a', '/a'],
      ['/a*', '/a'],
      ['*', '/a/b'],
      ['/a/*/c', '/a/b/b/c'],
      ['*a*b*', '/ab'],
      ['/a.*', '/a.b'],
    ];
    for (const [route, path] of struck) {
      expect(applies(route, path)).withContext(`${route} ${path}`).toBeTrue();
    }
    const unmatched: [route: string, path: string][] = [
      ['/a', '/ab'],
      ['/a*a', '/a'],
      ['/a*b*c', '/acb'],
      ['*x', '/a'],
      ['/b*', '/a'],
      ['/a.', '/ab'],
    ];
    for (const [route, path] of unmatched) {
      expect(applies(route, path)).withContext(`${route} ${path}`).toBeFalse();
    }
  });

  it('is matched quickly, even with many stars', async () => {
    const emulator = await emulatorForSpec();
    emulator.faults.add({ route: `${'*a'.repeat(149)}b`, status: 500 });
    const begun = performance.now();
    await fetch(`${emulator.url}/${'a'.repeat(8000)}`);
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  const bodies: [NonNullable<FaultInput['body']>, expected: RegExp][] = [
    ['html', /^<!doctype html>/],
    ['cut', /^\{"message":[^}]+$/],
    ['nonsense', /"what": "is this"/],
    ['empty', /^$/],
  ];
  for (const [body, expected] of bodies) {
    it(`can respond with a body that is ${body}, with status 200 or another`, async () => {
      const emulator = await emulatorForSpec();
      emulator.faults.add({ route: 'api', body, count: 1 });
      const answer = await create(emulator);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toMatch(expected);
      emulator.faults.add({ route: 'api', body, status: 502 });
      expect((await create(emulator)).status).toBe(502);
    });
  }

  it('can reset the connection', async () => {
    const emulator = await emulatorForSpec();
    emulator.faults.add({ route: 'api', reset: true, count: 1 });
    await expectAsync(create(emulator)).toBeRejected();
    expect((await create(emulator)).status).toBe(200);
    const [, lost] = emulator.requests.list();
    expect(lost?.status).toBe(0);
    expect(lost?.fault).toMatch(/^fault_/);
  });

  it('can delay a request without delaying others', async () => {
    const emulator = await emulatorForSpec();
    emulator.faults.add({ route: '/api/v2/portal_sessions', latency: 600_000, count: 1 });
    let answered = false;
    const waiting = create(emulator).finally(() => (answered = true));
    expect((await call(emulator, 'GET', '/customers')).status).toBe(200);
    expect(answered).toBe(false);
    await emulator.close();
    await expectAsync(waiting).toBeRejected();
  });

  it('with only a latency lets the request be processed', async () => {
    const emulator = await emulatorForSpec();
    emulator.faults.add({ route: 'api', latency: 1, count: 1 });
    expect((await create(emulator)).status).toBe(200);
    expect(emulator.requests.list()[0]?.fault).toMatch(/^fault_/);
  });

  it('can make chargebee.js unavailable', async () => {
    const emulator = await emulatorForSpec();
    emulator.faults.add({ route: 'chargebee.js', status: 404, count: 1 });
    expect(await statusOf(emulator, '/v2/chargebee.js')).toBe(404);
    expect(await statusOf(emulator, '/v2/chargebee.js')).toBe(200);
    emulator.faults.add({ route: 'chargebee.js', reset: true, count: 1 });
    await expectAsync(statusOf(emulator, '/v2/chargebee.js')).toBeRejected();
  });

  it('can apply to the portal, its sign-in, hosted pages and the identity provider', async () => {
    const emulator = await emulatorForSpec();
    const { url } = emulator.store.hostedPages.managePaymentSources({
      customer_id: 'juniper-bakery',
    });
    emulator.faults.add({ route: 'authenticate', status: 401, count: 1 });
    expect((await postJson(emulator, '/portal/v2/authenticate', {})).status).toBe(401);
    emulator.faults.add({ route: 'portal', status: 500, count: 1 });
    const page = await fetch(`${emulator.url}/portal/v2/home`);
    expect([page.status, page.headers.get('content-type')]).toEqual([
      500,
      'text/plain; charset=utf-8',
    ]);
    emulator.faults.add({ route: 'pages', status: 503, count: 1 });
    expect((await fetch(url)).status).toBe(503);
    emulator.faults.add({ route: 'idp', status: 500, count: 1 });
    expect(await statusOf(emulator, '/idp/users')).toBe(500);
  });

  it('does not apply to preflights, and lets only the demo’s pages read its status', async () => {
    const emulator = await emulatorForSpec({ demoOrigins: ['http://localhost:5000'] });
    for (const processed of [false, true]) {
      const { id } = emulator.faults.add({ route: 'idp', status: 503, retryAfter: 9, processed });
      const preflight = await fetch(`${emulator.url}/idp/token`, {
        method: 'OPTIONS',
        headers: { origin: 'http://localhost:5000', 'access-control-request-method': 'POST' },
      });
      expect(preflight.status).toBe(204);
      expect(emulator.faults.list()[0]?.struck).toBe(0);
      for (const [origin, allowed] of [
        ['http://localhost:5000', 'http://localhost:5000'],
        ['http://localhost:4200', null],
      ] as const) {
        const { status, headers } = await fetch(`${emulator.url}/idp/users`, {
          headers: { origin },
        });
        expect([status, headers.get('access-control-allow-origin')])
          .withContext(origin)
          .toEqual([503, allowed]);
        if (allowed) expect(headers.get('vary')).toBe('Origin');
      }
      emulator.faults.remove(id);
    }
  });

  it('never applies to the control API and its page', async () => {
    const emulator = await emulatorForSpec();
    emulator.faults.add({ route: '*', status: 500 });
    expect(await statusOf(emulator, '/')).toBe(200);
    expect(await statusOf(emulator, '/_emulator')).toBe(200);
    expect(await statusOf(emulator, '/idp/users')).toBe(500);
  });

  it('is switched on, listed and switched off over HTTP', async () => {
    const emulator = await emulatorForSpec();
    const made = await postJson(emulator, '/_emulator/faults', { route: 'api', status: 503 });
    expect(made.status).toBe(201);
    const { id } = (await made.json()) as { id: string };
    const list = async () =>
      (await (await fetch(`${emulator.url}/_emulator/faults`)).json()) as object[];
    expect(await list()).toEqual([jasmine.objectContaining({ id, route: 'api', struck: 0 })]);
    const remove = () => fetch(`${emulator.url}/_emulator/faults/${id}`, { method: 'DELETE' });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
    await postJson(emulator, '/_emulator/faults', { route: 'api', reset: true });
    await fetch(`${emulator.url}/_emulator/faults`, { method: 'DELETE' });
    expect(await list()).toEqual([]);
  });

  const wrong: [string, unknown][] = [
    ['no route', { status: 500 }],
    ['no effect', { route: 'api' }],
    ['a misspelt name of a route', { route: 'chargebeejs', status: 500 }],
    ['a name of a route in capitals', { route: 'API', status: 500 }],
    ['a property of every object as its route', { route: 'toString', status: 500 }],
    ['a URL as its route', { route: 'http://localhost:4010/api/v2/customers', status: 500 }],
    ['a query in its route', { route: '/api/v2/customers?limit=1', status: 500 }],
    ['a path that is not encoded', { route: '/api/v2/customers/a b', status: 500 }],
    ['the control API as its route', { route: '/_emulator/clock', status: 500 }],
    ['the emulator’s own page as its route', { route: '/', status: 500 }],
    ['a success status', { route: 'api', status: 200 }],
    ['a count of 0', { route: 'api', status: 500, count: 0 }],
    ['an unbounded latency', { route: 'api', latency: 1e9 }],
    ['an unknown attribute', { route: 'api', status: 500, colour: 'red' }],
    ['a string instead of an object', 'api'],
  ];
  for (const [what, body] of wrong) {
    it(`is rejected with ${what}, and the answer says why`, async () => {
      const emulator = await emulatorForSpec();
      const answer = await postJson(emulator, '/_emulator/faults', body);
      expect(answer.status).toBe(400);
      expect(((await answer.json()) as ApiError).message.length).toBeGreaterThan(10);
      expect(emulator.faults.list()).toEqual([]);
    });
  }

  it('is rejected with a route that can match nothing, with the names that can', async () => {
    const emulator = await emulatorForSpec();
    for (const route of ['apis', 'api/v2/customers', 'webhook:*', 'toString', 'constructor']) {
      const answer = await postJson(emulator, '/_emulator/faults', { route, latency: 1 });
      expect(answer.status).withContext(route).toBe(400);
      const { message } = (await answer.json()) as ApiError;
      expect(message).toContain('in which * matches anything, or one of api, chargebee.js,');
    }
    for (const route of ['/api/v2/*', '*', '*.css', 'api', 'webhooks', 'webhooks:payment_*']) {
      expect(emulator.faults.add({ route, latency: 1 }).route).toBe(route);
    }
  });

  it('is evicted beyond a hundred', async () => {
    const { faults } = await emulatorForSpec();
    for (let i = 0; i < 150; i++) faults.add({ route: `/path/${i}`, status: 500 });
    expect(faults.list().length).toBe(100);
    expect(faults.list()[0]?.route).toBe('/path/50');
  });
});
