import { gzipSync } from 'node:zlib';
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import { CREATE, PAYMENT_SOURCES, Portal, VIEWER, type GraphqlAnswer } from './support/portal.js';

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

  const invalid: [what: string, query: string, operationName?: string][] = [
    [
      'two fields that call Chargebee',
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
      'a document whose other operation has two fields',
      'mutation One { createPortalSession { id } } mutation Two { a: createPortalSession { id } b: createPortalSession { id } }',
      'One',
    ],
  ];
  for (const [what, query, operationName] of invalid) {
    it(`refuse ${what} before execution`, async () => {
      const response = await portal.post('/graphql', { query, operationName });
      const { errors, data } = (await response.json()) as GraphqlAnswer;
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

  it('answer wrong variables with short errors, and do not stall', async () => {
    const long = 'Did you mean '.repeat(2000);
    const names = Array.from({ length: 9 }, (_, index) => `name${index}`);
    const input = Object.fromEntries([long, ...names].map((name) => [name, 'x']));
    const { errors } = await portal.graphql(CREATE, { input });
    expect(errors?.length).toBe(10);
    for (const { message } of errors ?? []) {
      expect(message.length).toBeLessThan(600);
      expect(message).toMatch(/^Variable "\$input" got invalid value/);
      expect(message).toMatch(/is not defined by type "CreatePortalSessionInput"\.$/);
    }
    expect(portal.chargebee.calls).toEqual([]);
  });

  it('bound the properties of a variable', async () => {
    const input = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`n${index}`, 1]));
    const response = await portal.post('/graphql', { query: CREATE, variables: { input } });
    expect(response.status).toBe(400);
    expect(((await response.json()) as GraphqlAnswer).errors?.length).toBe(1);
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

  it('refuse compressed bodies, and the answer says so', async () => {
    for (const path of ['/graphql', '/portal-session']) {
      const body = new Blob([gzipSync('{}')]);
      const response = await fetch(`${portal.url}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await portal.idp.token()}`,
          'content-type': 'application/json',
          'content-encoding': 'gzip',
        },
        body,
      });
      expect(response.status).toBe(415);
      expect(await response.text()).toContain('uncompressed');
    }
  });

  for (const encoding of ['', 'identity', 'Identity']) {
    it(`accept a body with the content-encoding "${encoding}", which is uncompressed`, async () => {
      const headers = { 'content-encoding': encoding };
      const response = await portal.post('/portal-session', {}, { headers });
      expect(response.status).not.toBe(415);
    });
  }

  it('accept a content-encoding without a body', async () => {
    const headers = { 'content-encoding': 'gzip' };
    expect((await fetch(`${portal.url}/healthz`, { headers })).status).toBe(200);
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

describe('introspection, when it is off', () => {
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

describe('the limit of a user', () => {
  it('is that of one issuer, since two may give the same subject to two users', async () => {
    const portal = await Portal.start({
      USER_REQUESTS_PER_MINUTE: '1',
      AUTH_ISSUER: 'https://one.example,https://two.example',
    });
    const codeFor = async (iss: string) => {
      const token = await portal.idp.token({ iss });
      return (await portal.graphql(CREATE, {}, { token })).errors?.[0]?.extensions.code;
    };
    expect(await codeFor('https://one.example')).toBeUndefined();
    expect(await codeFor('https://one.example')).toBe('RATE_LIMITED');
    expect(await codeFor('https://two.example')).toBeUndefined();
    expect(portal.audit.map(({ user, issuer }) => [user, issuer])).toEqual([
      ['user-1', 'https://one.example'],
      ['user-1', 'https://one.example'],
      ['user-1', 'https://two.example'],
    ]);
    await portal.stop();
  });
});

describe('introspection, when it is on', () => {
  it('accepts the queries of tools', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    const portal = await Portal.start({ GRAPHQL_INTROSPECTION: 'true' });
    const { data, errors } = await portal.graphql(getIntrospectionQuery());
    expect(errors).toBeUndefined();
    expect(data?.__schema).toBeTruthy();
    await portal.stop();
  });
});
