import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { IdentityProvider } from './support/identity-provider.js';
import { CREATE, PAYMENT_SOURCES, Portal, VIEWER } from './support/portal.js';
import { eventually } from './support/site.js';

describe('the limits of a request', () => {
  let portal: Portal;

  beforeAll(async () => {
    portal = await Portal.start({ USER_REQUESTS_PER_MINUTE: '1000' });
  });

  beforeEach(() => {
    portal.chargebee.calls.length = 0;
  });

  afterAll(() => portal.stop());

  const nested = (levels: number): string =>
    levels === 0 ? 'id' : `... on Viewer { ${nested(levels - 1)} }`;

  for (const [what, query] of [
    [
      'two fields that go upstream',
      'mutation { createPortalSession { id } createManagePaymentSourcesPage { id } }',
    ],
    [
      'one field twice, by aliases',
      'mutation { a: createPortalSession { id } b: createPortalSession { id } }',
    ],
    [
      'one field twice, by a fragment',
      'mutation { createPortalSession { id } ...F } fragment F on Mutation { other: createPortalSession { token } }',
    ],
    [
      'one field twice, by an inline fragment',
      'mutation { createPortalSession { id } ... on Mutation { b: logoutPortalSession(id: "x") { id } } }',
    ],
    [
      'one field twice, by fragments within fragments',
      'mutation { ...A ...B } fragment A on Mutation { ...C } fragment B on Mutation { x: createPortalSession { id } } fragment C on Mutation { createPortalSession { id } }',
    ],
    [
      'one fragment spread twice under directives',
      'mutation { ...A @include(if: true) b: createPortalSession { id } } fragment A on Mutation { createPortalSession { id } }',
    ],
    [
      'a second operation with two fields, though the first is asked for',
      'mutation One { createPortalSession { id } } mutation Two { a: createPortalSession { id } b: createPortalSession { id } }',
    ],
  ] as const) {
    it(`refuse ${what} before execution`, async () => {
      const { errors, data } = await portal.graphql(query);
      expect(data).toBeUndefined();
      expect(errors?.some(({ message }) => message.includes('At most one field'))).toBeTrue();
      expect(portal.chargebee.calls).toEqual([]);
    });
  }

  it('accept a document with several operations, of which one is executed', async () => {
    const query = `mutation One { createPortalSession { id } } mutation Two { createPortalSession { token } }`;
    const response = await portal.post('/graphql', { query, operationName: 'Two' });
    expect(response.status).toBe(200);
    expect(portal.chargebee.calls.length).toBe(1);
  });

  it('refuse a fragment that spreads itself', async () => {
    const query = 'mutation { ...A } fragment A on Mutation { createPortalSession { id } ...A }';
    expect((await portal.graphql(query)).data).toBeUndefined();
    expect(portal.chargebee.calls).toEqual([]);
  });

  it('accept a batch of one, and answer with a batch of one', async () => {
    const response = await portal.post('/graphql', [{ query: CREATE }]);
    expect(response.status).toBe(200);
    const [answer, ...others] = (await response.json()) as { data: Record<string, object> }[];
    expect(answer?.data.createPortalSession).toBeTruthy();
    expect(others).toEqual([]);
    const failed = await portal.post('/graphql', [{ query: '{ nothing }' }]);
    expect(await failed.json()).toEqual([{ errors: [jasmine.any(Object)] }]);
    for (const body of [[7], [[{ query: CREATE }]], []]) {
      expect((await portal.post('/graphql', body)).status).toBe(400);
    }
  });

  it('refuse a batch of several', async () => {
    const response = await portal.post('/graphql', [{ query: CREATE }, { query: CREATE }]);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('atch');
    expect(portal.chargebee.calls).toEqual([]);
  });

  it('bound the depth', async () => {
    expect((await portal.graphql(`{ viewer { ${nested(3)} } }`)).data).toBeTruthy();
    const { errors } = await portal.graphql(`{ viewer { ${nested(10)} } }`);
    expect(errors?.[0]?.message).toContain('depth');
  });

  it('bound the aliases', async () => {
    const aliases = (count: number) =>
      `{ viewer { ${Array.from({ length: count }, (_, index) => `a${index}: id`).join(' ')} } }`;
    expect((await portal.graphql(aliases(10))).data).toBeTruthy();
    expect((await portal.graphql(aliases(11))).errors?.[0]?.message).toContain('liases');
  });

  it('bound the tokens', async () => {
    const { errors } = await portal.graphql(`{ viewer { ${'id '.repeat(600)} } }`);
    expect(errors?.[0]?.message).toContain('token');
  });

  it('limit the number of cached documents', async () => {
    const set = spyOn(InMemoryLRUCache.prototype, 'set').and.callThrough();
    const token = await portal.idp.token();
    for (let count = 0; count < 150; count += 1) {
      const { data } = await portal.graphql(`{ a${count}: viewer { id } }`, {}, { token });
      expect(data?.[`a${count}`]?.id).toBe('user-1');
    }
    const stores = new Set(set.calls.all().map(({ object }) => object as InMemoryLRUCache));
    expect([...stores].map((store) => store.keys().length)).toEqual([100]);
  });

  it('bound the size of the body', async () => {
    for (const path of ['/graphql', '/portal-session']) {
      const response = await portal.post(path, { query: VIEWER, padding: 'x'.repeat(33_000) });
      expect(response.status).withContext(path).toBe(413);
    }
  });

  it('refuse requests that any web page could send without a preflight', async () => {
    const body = JSON.stringify({ query: CREATE });
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      for (const path of ['/graphql', '/portal-session', '/manage-payment-sources']) {
        const response = await portal.post(path, body, { headers: { 'content-type': type } });
        expect(response.status).withContext(`${path} ${type}`).toBe(415);
      }
    }
    const token = await portal.idp.token();
    const untyped = await fetch(`${portal.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: new Blob([body]),
    });
    expect(untyped.status).toBe(415);
    expect(portal.chargebee.calls).toEqual([]);
  });

  it('accept the largest operation of the contract', async () => {
    const input = {
      customerId: 'acme',
      redirectUrl: `https://app.example.com/${'r'.repeat(220)}`,
      forwardUrl: `https://acme-test.chargebeeportal.com/portal/${'f'.repeat(200)}`,
      idempotencyKey: 'k'.repeat(100),
    };
    expect((await portal.graphql(CREATE, { input })).data).toBeTruthy();
    const { forwardUrl: _forwardUrl, ...page } = input;
    expect((await portal.graphql(PAYMENT_SOURCES, { input: page })).data).toBeTruthy();
  });
});

describe('introspection, where it is off', () => {
  it('is not replaced by suggestions in errors', async () => {
    const portal = await Portal.start();
    for (const [query, variables] of [
      ['{ viewr { id } }', {}],
      [CREATE, { input: { redirectUr: 'https://app.example.com' } }],
    ] as const) {
      const { errors } = await portal.graphql(query, variables);
      expect(errors?.length).toBe(1);
      expect(JSON.stringify(errors)).not.toMatch(/did you mean|redirectUrl|viewer/i);
    }
    await portal.stop();
  });
});

describe('viewer', () => {
  it('is limited by user, separately from upstream operations', async () => {
    const portal = await Portal.start({ USER_REQUESTS_PER_MINUTE: '1' });
    const codes = [];
    for (let count = 0; count < 11; count += 1) {
      codes.push((await portal.graphql(VIEWER)).errors?.[0]?.extensions.code);
    }
    expect(codes.slice(0, 10).every((code) => code === undefined)).toBeTrue();
    expect(codes[10]).toBe('RATE_LIMITED');
    expect((await portal.graphql(CREATE)).data).toBeTruthy();
    const other = await portal.idp.token({ sub: 'user-2' });
    expect((await portal.graphql(VIEWER, {}, { token: other })).data).toBeTruthy();
    await portal.stop();
  });
});

describe('introspection, where it is on', () => {
  it('accepts the queries of tools', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    const portal = await Portal.start({ GRAPHQL_INTROSPECTION: 'true' });
    const { data, errors } = await portal.graphql(getIntrospectionQuery());
    expect(errors).toBeUndefined();
    expect(data?.__schema).toBeTruthy();
    await portal.stop();
  });
});

describe('the time of a request', () => {
  /** Waits for the key set, so that requests do not use up their short deadline for it. */
  const untilReady = ({ url }: Portal) => eventually(async () => (await fetch(`${url}/readyz`)).ok);

  it('is bounded for functions of the host app', async () => {
    const portal = await Portal.start(
      { REQUEST_DEADLINE_MS: '1000', CHARGEBEE_TIMEOUT_MS: '1000' },
      { resolveCustomerIds: () => new Promise<never>(() => undefined) },
    );
    await untilReady(portal);
    const viewer = await portal.graphql(VIEWER);
    expect(viewer.errors?.[0]?.extensions.code).toBe('BILLING_UNAVAILABLE');
    const created = await portal.graphql(CREATE);
    expect(created.errors?.[0]?.extensions.code).toBe('BILLING_UNAVAILABLE');
    expect(portal.audit.map(({ outcome }) => outcome)).toEqual(['BILLING_UNAVAILABLE']);
    await portal.stop();
  });

  it('is bounded once for authentication and customers together', async () => {
    const portal = await Portal.start(
      { REQUEST_DEADLINE_MS: '2000', CHARGEBEE_TIMEOUT_MS: '1000' },
      {
        authenticate: async () => {
          await new Promise((resolve) => setTimeout(resolve, 1900));
          return { id: 'user-1' };
        },
        resolveCustomerIds: () => new Promise<never>(() => undefined),
      },
    );
    const begun = performance.now();
    const { errors } = await portal.graphql(VIEWER);
    // With separate deadlines, it would take 3.9 seconds.
    expect(performance.now() - begun).toBeLessThan(3700);
    expect(errors?.[0]?.extensions.code).toBe('BILLING_UNAVAILABLE');
    await portal.stop();
  });

  it('is bounded for an identity provider that does not respond', async () => {
    const idp = await IdentityProvider.start();
    idp.failure = () => undefined;
    const portal = await Portal.start({
      ...idp.env,
      REQUEST_DEADLINE_MS: '200',
      CHARGEBEE_TIMEOUT_MS: '200',
    });
    const begun = performance.now();
    const { status, errors } = await portal.graphql(VIEWER, {}, { token: await idp.token() });
    expect(performance.now() - begun).toBeLessThan(2000);
    expect(status).toBe(503);
    expect(errors?.[0]?.extensions.code).toBe('BILLING_UNAVAILABLE');
    await Promise.all([portal.stop(), idp.stop()]);
  });

  it('is bounded for headers and bodies that arrive too slowly', async () => {
    const portal = await Portal.start();
    const token = await portal.idp.token();
    const head = `POST /portal-session HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n`;
    const body = 'content-type: application/json\r\ncontent-length: 1000\r\n\r\n';
    const answers = [`${head}x-slow: `, head + body].map(async (sent) => {
      const socket = connect(Number(new URL(portal.url).port), '127.0.0.1');
      socket.on('error', () => undefined).write(sent);
      const begun = performance.now();
      const drip = setInterval(() => socket.write('x'), 500);
      const answer = await text(socket);
      clearInterval(drip);
      return { answer, seconds: (performance.now() - begun) / 1000 };
    });
    for (const { answer, seconds } of await Promise.all(answers)) {
      expect(answer).toContain('HTTP/1.1 408 Request Timeout');
      expect(seconds).toBeLessThan(15);
    }
    expect(portal.chargebee.calls).toEqual([]);
    await portal.stop();
  });

  it('is bounded for a Chargebee that does not respond', async () => {
    const portal = await Portal.start({
      REQUEST_DEADLINE_MS: '1000',
      CHARGEBEE_TIMEOUT_MS: '1000',
    });
    await untilReady(portal);
    portal.chargebee.intercept = () => true;
    const problem = await portal.post('/portal-session');
    expect(problem.status).toBe(503);
    expect(portal.audit[0]?.err).toBeTruthy();
    await portal.stop();
  });
});
