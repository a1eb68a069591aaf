import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { Portal } from './support/portal.js';

describe('the JSON endpoints', () => {
  let portal: Portal;

  beforeEach(async () => {
    portal = await Portal.start();
  });

  afterEach(() => portal.stop());

  it('answer with the portal session as in Chargebee’s guide', async () => {
    const response = await portal.post('/portal-session');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const [session] = portal.chargebee.sessions.values();
    const { id, token, access_url, status, created_at, expires_at, object, customer_id } =
      session ?? {};
    expect(await response.json()).toEqual({
      id,
      token,
      access_url,
      status,
      created_at,
      expires_at,
      object,
      customer_id,
    });
  });

  it('accept arguments in snake_case', async () => {
    const token = await portal.idp.token({ chargebee_customer_id: ['acme', 'globex'] });
    const body = {
      customer_id: 'globex',
      redirect_url: 'https://app.example.com/account',
      forward_url: 'https://acme-test.chargebeeportal.com/portal/x',
      idempotency_key: 'click-1',
    };
    const first = (await (await portal.post('/portal-session', body, { token })).json()) as object;
    const again = (await (await portal.post('/portal-session', body, { token })).json()) as object;
    expect(again).toEqual(first);
    expect(first).toEqual(
      jasmine.objectContaining({ customer_id: 'globex', redirect_url: body.redirect_url }),
    );
    expect(portal.chargebee.calls[0]?.form.get('forward_url')).toBe(body.forward_url);
  });

  it('treat an empty body as none, with any content type', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    for (const path of ['/portal-session', '/manage-payment-sources']) {
      expect((await portal.post(path, undefined, { headers })).status).toBe(200);
      expect((await portal.post(path, '', { headers })).status).toBe(200);
    }
    // The types that curl, Python's urllib and fetch add to an empty body.
    for (const type of ['application/x-www-form-urlencoded', 'text/plain;charset=UTF-8']) {
      const given = { headers: { 'content-type': type } };
      expect((await portal.post('/portal-session', '', given)).status).toBe(200);
      expect((await portal.post('/portal-session', 'x', given)).status).toBe(415);
    }
    const authorization = `Bearer ${await portal.idp.token()}`;
    const inChunks = request(`${portal.url}/portal-session`, {
      method: 'POST',
      headers: { authorization, 'transfer-encoding': 'chunked' },
    }).end();
    const [answer] = (await once(inChunks, 'response')) as [IncomingMessage];
    expect(answer.resume().statusCode).toBe(200);
  });

  it('answer with the page for managing payment methods', async () => {
    const body = { redirect_url: 'https://app.example.com/account', idempotency_key: 'k' };
    const response = await portal.post('/manage-payment-sources', body);
    expect(await response.json()).toEqual(
      jasmine.objectContaining({
        object: 'hosted_page',
        type: 'manage_payment_sources',
        state: 'created',
        url: jasmine.stringMatching(/^https:\/\/acme-test\.chargebee\.com\/pages\/v3\/\w+\/$/),
      }),
    );
  });

  /** Checks what all error responses have in common, and returns the problem details. */
  const problemOf = async (response: Response): Promise<Record<string, unknown>> => {
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const problem = (await response.json()) as Record<string, unknown>;
    expect(problem.status).toBe(response.status);
    expect(problem.requestId).toBe(response.headers.get('x-request-id'));
    expect(typeof problem.title).toBe('string');
    expect(typeof problem.detail).toBe('string');
    return problem;
  };

  it('answer with problem details for a failure, with the status of its code', async () => {
    const forbidden = await portal.post('/portal-session', { customer_id: 'globex' });
    expect(forbidden.status).toBe(403);
    expect(await problemOf(forbidden)).toEqual(jasmine.objectContaining({ code: 'FORBIDDEN' }));

    const none = await portal.idp.token({ chargebee_customer_id: undefined });
    const missing = await portal.post('/portal-session', {}, { token: none });
    expect(missing.status).toBe(404);
    expect(await problemOf(missing)).toEqual(
      jasmine.objectContaining({ code: 'CUSTOMER_NOT_FOUND' }),
    );

    const bad = await portal.post('/portal-session', { redirect_url: 'https://evil.example.com' });
    expect(bad.status).toBe(400);
    expect(await problemOf(bad)).toEqual(
      jasmine.objectContaining({ code: 'BAD_USER_INPUT', argument: 'redirect_url' }),
    );
  });

  it('log out a session only for its own customer', async () => {
    const { id } = (await (await portal.post('/portal-session')).json()) as { id: string };
    const path = `/portal-session/${id}/logout`;
    const stranger = await portal.idp.token({ sub: 'user-2', chargebee_customer_id: 'globex' });
    const refused = await portal.post(path, undefined, { token: stranger });
    expect(refused.status).toBe(404);
    expect(await problemOf(refused)).toEqual(
      jasmine.objectContaining({ code: 'SESSION_NOT_FOUND' }),
    );
    expect((await portal.post(path, undefined, { token: null })).status).toBe(401);
    expect(portal.chargebee.sessions.get(id)?.status).toBe('created');

    const headers = { 'content-type': 'application/json' };
    for (const [body, options] of [
      [undefined, {}],
      ['', { headers }],
      [{}, {}],
    ] as const) {
      const response = await portal.post(path, body, options);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.json()).toEqual({
        id,
        object: 'portal_session',
        status: 'logged_out',
        customer_id: 'acme',
      });
    }
    expect(portal.chargebee.sessions.get(id)?.status).toBe('logged_out');
  });

  it('do not log out a session by an id that is a path, by arguments or by another method', async () => {
    portal.chargebee.calls.length = 0;
    for (const id of ['..%2Fcustomers', 'a%3Fb', 'a%20b']) {
      const response = await portal.post(`/portal-session/${id}/logout`);
      expect(await problemOf(response)).toEqual(
        jasmine.objectContaining({ status: 400, code: 'BAD_USER_INPUT', argument: 'id' }),
      );
    }
    const argument = await portal.post('/portal-session/portal_1/logout', { customer_id: 'acme' });
    expect(argument.status).toBe(400);
    const read = await fetch(`${portal.url}/portal-session/portal_1/logout`);
    expect([read.status, read.headers.get('allow')]).toEqual([405, 'POST']);
    expect(portal.chargebee.calls).toEqual([]);
  });

  it('send Retry-After when a limit is exceeded', async () => {
    portal.chargebee.failCalls(429, 'api_request_limit_exceeded', { 'retry-after': '17' });
    const response = await portal.post('/portal-session');
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(17);
    expect((await problemOf(response)).retryAfter).toBe(
      Number(response.headers.get('retry-after')),
    );
  });

  it('tell the operator, and not the caller, that the API key is wrong', async () => {
    portal.chargebee.intercept = (_call, response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          message: 'Sorry, authentication failed. Invalid api key test_key.',
          api_error_code: 'api_authentication_failed',
        }),
      );
      return true;
    };
    const response = await portal.post('/portal-session');
    expect(response.status).toBe(500);
    const problem = await problemOf(response);
    expect(problem.code).toBe('BILLING_MISCONFIGURED');
    expect(JSON.stringify(problem)).not.toMatch(/api key|authentication/i);
    const line = portal.audit.find(({ level }) => level === 'error');
    expect(JSON.stringify(line)).toContain('api_authentication_failed');
  });

  it('name the invalid argument, and refuse unknown ones', async () => {
    for (const [body, argument] of [
      [{ redirect_url: 7 }, 'redirect_url'],
      [{ redirectUrl: 'https://app.example.com' }, 'redirectUrl'],
      [{ idempotency_key: '' }, 'idempotency_key'],
      [{ idempotency_key: 'x'.repeat(101) }, 'idempotency_key'],
    ] as const) {
      const problem = await problemOf(await portal.post('/portal-session', body));
      expect(problem).toEqual(jasmine.objectContaining({ code: 'BAD_USER_INPUT', argument }));
    }
    for (const body of ['[]', '"text"', '7']) {
      const problem = await problemOf(await portal.post('/portal-session', body));
      expect(problem.code).toBe('BAD_USER_INPUT');
    }
    const page = await portal.post('/manage-payment-sources', { forward_url: 'https://x.example' });
    expect((await problemOf(page)).argument).toBe('forward_url');
    expect(portal.chargebee.calls).toEqual([]);
  });

  it('answer with problem details to malformed JSON and other types, methods and paths', async () => {
    const malformed = await portal.post('/portal-session', '{');
    expect((await problemOf(malformed)).status).toBe(400);
    const typed = await portal.post('/portal-session', '<a/>', {
      headers: { 'content-type': 'application/xml' },
    });
    expect((await problemOf(typed)).code).toBe('UNSUPPORTED_MEDIA_TYPE');
    const read = await fetch(`${portal.url}/portal-session`);
    expect(read.headers.get('allow')).toBe('POST');
    expect((await problemOf(read)).code).toBe('METHOD_NOT_ALLOWED');
    const elsewhere = await fetch(`${portal.url}/nothing-here`);
    expect((await problemOf(elsewhere)).code).toBe('NOT_FOUND');
  });

  it('refuse the requests that another site’s page could send as the signed-in user', async () => {
    const own = await Portal.start(
      {},
      {
        authenticate: ({ headers }) =>
          headers.cookie === 'session=of-juniper' ? { id: 'juniper' } : null,
        resolveCustomerIds: () => ['acme'],
      },
    );
    const send = (path: string, headers: Record<string, string>) =>
      own.post(path, undefined, {
        token: null,
        headers: { cookie: 'session=of-juniper', ...headers },
      });
    for (const path of ['/portal-session', '/manage-payment-sources']) {
      for (const headers of [
        {},
        { 'content-type': 'text/plain' },
        { 'content-type': 'text/plain; application/json' },
        { 'content-type': 'application/jsonp' },
        { 'content-type': 'application/x-www-form-urlencoded' },
        // Browsers also add Basic credentials automatically.
        { authorization: 'Basic dXNlcjpwYXNz' },
      ] as Record<string, string>[]) {
        const problem = await problemOf(await send(path, headers));
        expect(problem.code).withContext(JSON.stringify(headers)).toBe('UNSUPPORTED_MEDIA_TYPE');
      }
      expect(own.chargebee.calls).toEqual([]);
      for (const type of ['application/json', 'Application/JSON; charset=utf-8']) {
        expect((await send(path, { 'content-type': type })).status).toBe(200);
      }
      expect((await send(path, { authorization: 'Bearer a.b.c' })).status).toBe(200);
      const unknown = await problemOf(await send(path, { cookie: 'session=of-nobody' }));
      expect(unknown.code).toBe('UNAUTHENTICATED');
      own.chargebee.calls.length = 0;
    }
    await own.stop();
  });

  it('reveal nothing about an unexpected failure', async () => {
    const failing = await Portal.start(
      {},
      {
        authenticate: () => ({ id: 'user-1' }),
        resolveCustomerIds: () => {
          throw new Error('connect to postgres://portal:hunter2@db.example.com failed');
        },
      },
    );
    const problem = await problemOf(await failing.post('/portal-session'));
    expect(problem).toEqual(
      jasmine.objectContaining({
        status: 500,
        code: 'INTERNAL_SERVER_ERROR',
        detail: 'Something went wrong on the server.',
      }),
    );
    const { errors } = await failing.graphql('{ viewer { customerIds } }');
    expect(errors?.[0]?.message).toBe('Something went wrong on the server.');
    expect(failing.logText()).toContain('failed');
    expect(failing.logText()).not.toContain('hunter2');
    await failing.stop();
  });
});
