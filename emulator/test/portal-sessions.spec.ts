import { schemaErrors } from './openapi.js';
import {
  call,
  closeEmulatorsAfterEach,
  emulatorForSpec,
  postJson,
  rejection,
  sdkFor,
} from './support.js';
import type { ApiError } from './support.js';

describe('portal sessions', () => {
  closeEmulatorsAfterEach();

  it('are created as in the specification', async () => {
    const emulator = await emulatorForSpec();
    const { portal_session } = await sdkFor(emulator).portalSession.create({
      customer: { id: 'juniper-bakery' },
      redirect_url: 'http://localhost:4200/account',
    });
    expect(schemaErrors('PortalSession', portal_session)).toEqual([]);
    expect(portal_session.status).toBe('created');
    expect(portal_session.customer_id).toBe('juniper-bakery');
    expect(portal_session.redirect_url).toBe('http://localhost:4200/account');
    expect(portal_session.access_url).toBe(`${emulator.url}/portal/access/${portal_session.token}`);
    expect((portal_session.expires_at ?? 0) - portal_session.created_at).toBe(3600);
  });

  it('keep a forward_url for the portal, which the response omits', async () => {
    const emulator = await emulatorForSpec();
    const forward_url =
      'https://acme-test.chargebeeportal.com/portal/permalink/subscriptions/a/edit';
    const { portal_session } = await sdkFor(emulator).portalSession.create({
      customer: { id: 'juniper-bakery' },
      forward_url,
    });
    expect(portal_session).not.toEqual(jasmine.objectContaining({ forward_url }));
    expect(emulator.store.portalSessions.retrieve(portal_session.id).forward_url).toBe(forward_url);
  });

  it('can be retrieved without a change', async () => {
    const emulator = await emulatorForSpec();
    const sdk = sdkFor(emulator);
    const { portal_session } = await sdk.portalSession.create({
      customer: { id: 'harbor-cycles' },
    });
    const again = await sdk.portalSession.retrieve(portal_session.id);
    expect(again.portal_session).toEqual(portal_session);
  });

  it('go from created to logged in to logged out', async () => {
    const emulator = await emulatorForSpec();
    const sdk = sdkFor(emulator);
    const { id, token } = (await sdk.portalSession.create({ customer: { id: 'harbor-cycles' } }))
      .portal_session;
    emulator.store.portalSessions.authenticate(token, '127.0.0.1');
    const opened = (await sdk.portalSession.retrieve(id)).portal_session;
    expect(opened.status).toBe('logged_in');
    expect(opened.login_ipaddress).toBe('127.0.0.1');
    const ended = (await sdk.portalSession.logout(id)).portal_session;
    expect(ended.status).toBe('logged_out');
    expect(ended.logout_at).toBeGreaterThan(0);
    expect(schemaErrors('PortalSession', ended)).toEqual([]);
    expect((await sdk.portalSession.logout(id)).portal_session).toEqual(ended);
  });

  it('can be opened once', async () => {
    const { store } = await emulatorForSpec();
    const { token } = store.portalSessions.create({ customer_id: 'juniper-bakery' });
    store.portalSessions.authenticate(token, '127.0.0.1');
    expect(() => store.portalSessions.authenticate(token, '127.0.0.1')).toThrowMatching(
      (error: { status?: number; message?: string }) =>
        error.status === 401 && error.message === 'token has expired',
    );
  });

  it('can be opened within an hour, and not later', async () => {
    const { store, clock } = await emulatorForSpec();
    const unexpired = store.portalSessions.create({ customer_id: 'juniper-bakery' });
    const expired = store.portalSessions.create({ customer_id: 'juniper-bakery' });
    clock.advance(3590);
    expect(store.portalSessions.authenticate(unexpired.token, '::1').session.status).toBe(
      'logged_in',
    );
    clock.advance(10);
    expect(() => store.portalSessions.authenticate(expired.token, '::1')).toThrowError(
      'token has expired',
    );
  });

  it('end an hour after they were opened', async () => {
    const emulator = await emulatorForSpec();
    const { store, clock } = emulator;
    const { id, token } = store.portalSessions.create({ customer_id: 'juniper-bakery' });
    const { loginKey } = store.portalSessions.authenticate(token, '127.0.0.1');
    clock.advance(3590);
    expect(store.portalSessions.byLoginKey(loginKey)?.id).toBe(id);
    await postJson(emulator, '/_emulator/clock', { advance: 10 });
    expect(store.portalSessions.byLoginKey(loginKey)).toBeUndefined();
    expect((await sdkFor(emulator).portalSession.retrieve(id)).portal_session.status).toBe(
      'logged_out',
    );
  });

  it('are activated by their token only while they await activation', async () => {
    const emulator = await emulatorForSpec();
    const sdk = sdkFor(emulator);
    const waiting = emulator.store.portalSessions.create({
      customer_id: 'juniper-bakery',
      status: 'not_yet_activated',
    });
    const wrong = await rejection(sdk.portalSession.activate(waiting.id, { token: 'other' }));
    expect(wrong).toEqual(
      jasmine.objectContaining({ api_error_code: 'param_wrong_value', param: 'token' }),
    );
    const { portal_session } = await sdk.portalSession.activate(waiting.id, {
      token: waiting.token,
    });
    expect(portal_session.status).toBe('activated');
    const again = await rejection(sdk.portalSession.activate(waiting.id, { token: waiting.token }));
    expect(again.api_error_code).toBe('invalid_state_for_request');
    expect(schemaErrors('409', again)).toEqual([]);
  });

  const refusals: [string, status: number, method: string, path: string, form?: string][] = [
    ['no customer', 400, 'POST', '/portal_sessions', 'redirect_url=http://localhost'],
    ['an empty customer id', 400, 'POST', '/portal_sessions', 'customer[id]='],
    [
      'a customer that is not an object',
      400,
      'POST',
      '/portal_sessions',
      'customer=juniper-bakery',
    ],
    [
      'a customer id that is too long',
      400,
      'POST',
      '/portal_sessions',
      `customer[id]=${'x'.repeat(51)}`,
    ],
    [
      'an invalid redirect_url',
      400,
      'POST',
      '/portal_sessions',
      'customer[id]=juniper-bakery&redirect_url=javascript:alert(1)',
    ],
    [
      'a redirect_url that is too long',
      400,
      'POST',
      '/portal_sessions',
      `customer[id]=juniper-bakery&redirect_url=http://localhost/${'x'.repeat(250)}`,
    ],
    [
      'an unknown parameter',
      400,
      'POST',
      '/portal_sessions',
      'customer[id]=juniper-bakery&customer[name]=x',
    ],
    ['no token', 400, 'POST', '/portal_sessions/portal_x/activate', ''],
    ['an unknown customer', 404, 'POST', '/portal_sessions', 'customer[id]=nobody'],
    ['an unknown session', 404, 'GET', '/portal_sessions/portal_unknown'],
    ['a logout of an unknown session', 404, 'POST', '/portal_sessions/portal_unknown/logout'],
    ['a very long id', 404, 'GET', `/portal_sessions/${'x'.repeat(5000)}`],
    ['an id that cannot be decoded', 400, 'GET', '/portal_sessions/%zz'],
    ['an unknown path', 404, 'GET', '/portal_session'],
    ['the wrong method', 405, 'GET', '/portal_sessions'],
    ['another wrong method', 405, 'DELETE', '/portal_sessions/portal_x'],
  ];
  for (const [what, status, method, path, form] of refusals) {
    it(`reject ${what} with ${status}, as in the specification`, async () => {
      const answer = await call(await emulatorForSpec(), method, path, form);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toContain('application/json');
      expect(schemaErrors(String(status), await answer.json())).toEqual([]);
    });
  }

  const allowed: [path: string, method: string, allow: string][] = [
    ['/portal_sessions', 'GET', 'POST'],
    ['/portal_sessions', 'HEAD', 'POST'],
    ['/portal_sessions/portal_x', 'POST', 'GET, HEAD'],
    ['/customers', 'DELETE', 'POST, GET, HEAD'],
  ];
  for (const [path, method, allow] of allowed) {
    it(`list the allowed methods in the response to ${method} ${path}`, async () => {
      const answer = await call(await emulatorForSpec(), method, path);
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
    });
  }

  for (const status of [400, 401, 403, 404, 409, 422, 429, 500, 503]) {
    it(`fail with ${status} as in the specification, when a fault is on`, async () => {
      const emulator = await emulatorForSpec();
      emulator.faults.add({ route: 'api', status });
      const answer = await call(emulator, 'POST', '/portal_sessions', 'customer[id]=harbor-cycles');
      expect(answer.status).toBe(status);
      expect(schemaErrors(String(status), await answer.json())).toEqual([]);
    });
  }

  it('are rejected without the key and beyond the quota, as in the specification', async () => {
    const emulator = await emulatorForSpec({ requestsPerMinute: 1 });
    const unsigned = await fetch(`${emulator.url}/api/v2/portal_sessions`, { method: 'POST' });
    expect(schemaErrors('401', await unsigned.json())).toEqual([]);
    const refused = await call(emulator, 'GET', '/portal_sessions/x');
    expect(schemaErrors('429', await refused.json())).toEqual([]);
  });

  it('name the invalid parameter', async () => {
    const emulator = await emulatorForSpec();
    const paramOf = async (form: string) =>
      ((await (await call(emulator, 'POST', '/portal_sessions', form)).json()) as ApiError).param;
    const none = await call(emulator, 'POST', '/portal_sessions');
    expect(((await none.json()) as ApiError).param).toBe('customer[id]');
    expect(await paramOf('')).toBe('customer[id]');
    expect(await paramOf('customer=juniper-bakery')).toBe('customer');
    expect(await paramOf('customer[name]=x')).toBe('customer[name]');
    expect(await paramOf('customer[id]=juniper-bakery&customer[name]=x')).toBe('customer[name]');
    expect(await paramOf('customer[id]=juniper-bakery&foo=x')).toBe('foo');
    expect(await paramOf('customer[id]=nobody')).toBe('customer[id]');
  });

  it('evict the oldest when there are too many', async () => {
    const { store } = await emulatorForSpec();
    const first = store.portalSessions.create({ customer_id: 'juniper-bakery' });
    for (let i = 0; i < 20_000; i++) {
      store.tables.portal_sessions.insert({ ...first, id: `portal_${i}` });
    }
    expect(store.tables.portal_sessions.size).toBe(20_000);
    expect(() => store.portalSessions.retrieve(first.id)).toThrowError(/not found/);
  });
});
