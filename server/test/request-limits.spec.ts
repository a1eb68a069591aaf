import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { CREATE, PAYMENT_SOURCES, Portal, VIEWER } from './support/portal.js';

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
    it(`refuse ${what}, before anything is executed`, async () => {
      const { errors, data } = await portal.graphql(query);
      expect(data).toBeUndefined();
      expect(errors?.some(({ message }) => message.includes('At most one field'))).toBeTrue();
      expect(portal.chargebee.calls).toEqual([]);
    });
  }

  it('allow a document with several operations, of which one is executed', async () => {
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

  it('refuse a batch', async () => {
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

  it('bound how many parsed documents are kept, whatever callers make up', async () => {
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

  it('refuse what any web page could send without being asked', async () => {
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

  it('allow what the contract needs at most', async () => {
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

describe('introspection, where it is on', () => {
  it('may be as large as tools make it', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    const portal = await Portal.start({ GRAPHQL_INTROSPECTION: 'true' });
    const { data, errors } = await portal.graphql(getIntrospectionQuery());
    expect(errors).toBeUndefined();
    expect(data?.__schema).toBeTruthy();
    await portal.stop();
  });
});

describe('the time of a request', () => {
  it('is bounded, whatever it is that does not come back', async () => {
    const portal = await Portal.start(
      { REQUEST_DEADLINE_MS: '200', CHARGEBEE_TIMEOUT_MS: '200' },
      { resolveCustomerIds: () => new Promise<never>(() => undefined) },
    );
    const viewer = await portal.graphql(VIEWER);
    expect(viewer.errors?.[0]?.extensions.code).toBe('BILLING_UNAVAILABLE');
    const created = await portal.graphql(CREATE);
    expect(created.errors?.[0]?.extensions.code).toBe('BILLING_UNAVAILABLE');
    expect(portal.audit.map(({ outcome }) => outcome)).toEqual(['BILLING_UNAVAILABLE']);
    await portal.stop();
  });

  it('is bounded once for all that it takes to find out who the caller is', async () => {
    const late = async <T>(value: T) => {
      await new Promise((resolve) => setTimeout(resolve, 900));
      return value;
    };
    const portal = await Portal.start(
      { REQUEST_DEADLINE_MS: '1200', CHARGEBEE_TIMEOUT_MS: '1000' },
      { authenticate: () => late({ id: 'user-1' }), resolveCustomerIds: () => late(['acme']) },
    );
    const begun = performance.now();
    const { errors } = await portal.graphql(VIEWER);
    expect(performance.now() - begun).toBeLessThan(1700);
    expect(errors?.[0]?.extensions.code).toBe('BILLING_UNAVAILABLE');
    await portal.stop();
  });

  it('is bounded for an identity provider that is silent', async () => {
    const portal = await Portal.start({ REQUEST_DEADLINE_MS: '200', CHARGEBEE_TIMEOUT_MS: '200' });
    portal.idp.failure = () => undefined;
    const begun = performance.now();
    const { status, errors } = await portal.graphql(VIEWER);
    expect(performance.now() - begun).toBeLessThan(2000);
    expect(status).toBe(503);
    expect(errors?.[0]?.extensions.code).toBe('BILLING_UNAVAILABLE');
    await portal.stop();
  });

  it('is bounded for what arrives too slowly, headers and bodies alike', async () => {
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

  it('is bounded for a Chargebee that is silent', async () => {
    const portal = await Portal.start({ REQUEST_DEADLINE_MS: '200', CHARGEBEE_TIMEOUT_MS: '200' });
    portal.chargebee.intercept = () => true;
    const problem = await portal.post('/portal-session');
    expect(problem.status).toBe(503);
    expect(portal.audit[0]?.err).toBeTruthy();
    await portal.stop();
  });
});
