import { serverAudits } from 'graphql-http';
import { request } from 'node:http';
import { CREATE, Portal, VIEWER } from './support/portal.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const GRAPHQL_TYPE = 'application/graphql-response+json; charset=utf-8';

describe('GraphQL over HTTP, by the specification’s audits', () => {
  let portal: Portal;

  beforeAll(async () => {
    // Some audits use introspection.
    portal = await Portal.start({ GRAPHQL_INTROSPECTION: 'true' });
  });

  afterAll(() => portal.stop());

  const audits = serverAudits({
    url: () => `${portal.url}/graphql`,
    fetchFn: async (url: string, init: RequestInit = {}) =>
      fetch(url, {
        ...init,
        headers: {
          ...(init.headers as Record<string, string>),
          authorization: `Bearer ${await portal.idp.token()}`,
        },
      }),
  });

  for (const audit of audits) {
    it(audit.name, async () => {
      const result = await audit.fn();
      // What a server MAY do, such as answering GET, is optional.
      const good = audit.name.startsWith('MAY') ? ['ok', 'notice'] : ['ok'];
      expect(good)
        .withContext('reason' in result ? result.reason : '')
        .toContain(result.status);
    });
  }
});

describe('an answer of /graphql', () => {
  let portal: Portal;

  beforeAll(async () => {
    portal = await Portal.start({ USER_REQUESTS_PER_MINUTE: '1000' });
  });

  afterAll(() => portal.stop());

  const ask = (body: unknown, accept: string) =>
    portal.post('/graphql', body, { headers: { accept } });

  it('has the type that the caller prefers', async () => {
    for (const [accept, type] of [
      ['application/json', JSON_TYPE],
      ['application/graphql-response+json', GRAPHQL_TYPE],
      ['application/graphql-response+json, application/json;q=0.9', GRAPHQL_TYPE],
      ['application/json, application/graphql-response+json;q=0.5', JSON_TYPE],
      ['application/*', JSON_TYPE],
      ['*/*', JSON_TYPE],
      // As GraphQL over HTTP recommends it.
      [
        'application/graphql-response+json; charset=utf-8, application/json; charset=utf-8',
        GRAPHQL_TYPE,
      ],
      ['application/json; charset=utf-8', JSON_TYPE],
      ['application/json;charset=UTF-8', JSON_TYPE],
      ['application/graphql-response+json; charset="utf-8"', GRAPHQL_TYPE],
      ['application/json; charset=utf-8; q=0.9, application/graphql-response+json', GRAPHQL_TYPE],
    ] as const) {
      const response = await ask({ query: VIEWER }, accept);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).withContext(accept).toBe(type);
    }
  });

  it('is application/graphql-response+json by default', async () => {
    const token = await portal.idp.token();
    const type = await new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      request(`${portal.url}/graphql`, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.headers['content-type']);
      })
        .on('error', reject)
        .end(JSON.stringify({ query: VIEWER }));
    });
    expect(type).toBe(GRAPHQL_TYPE);
  });

  it('is 406 when no type is acceptable, and nothing is executed', async () => {
    const calls = portal.chargebee.calls.length;
    for (const accept of [
      'text/html',
      'application/json; charset=utf-16',
      'application/json;q=0',
    ]) {
      const response = await ask({ query: CREATE }, accept);
      expect(response.status).withContext(accept).toBe(406);
      expect(response.headers.get('content-type')).toBe(GRAPHQL_TYPE);
    }
    expect(portal.chargebee.calls.length).toBe(calls);
  });

  for (const [what, body] of [
    ['a document that cannot be parsed', { query: '{' }],
    ['a document that is not valid', { query: '{ nothing }' }],
    ['an operation of a type that the schema has not', { query: 'subscription { viewer }' }],
    ['an operation that is not there', { query: VIEWER, operationName: 'Other' }],
    [
      'a persisted query',
      { extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } },
    ],
    [
      'a variable that is not of its type',
      {
        query: 'mutation($id: ID!) { logoutPortalSession(id: $id) { id } }',
        variables: { id: null },
      },
    ],
  ] as const) {
    it(`to ${what} is 200 as application/json and 400 as the type for GraphQL`, async () => {
      for (const [accept, status] of [
        ['application/json', 200],
        ['application/graphql-response+json', 400],
      ] as const) {
        const response = await ask(body, accept);
        expect(response.status).withContext(accept).toBe(status);
        expect(response.headers.get('cache-control')).toBe('no-store');
        const answer = (await response.json()) as { errors: { extensions: object }[] };
        expect(answer.errors[0]?.extensions).toEqual(
          jasmine.objectContaining({ requestId: response.headers.get('x-request-id') }),
        );
        expect('data' in answer).toBeFalse();
      }
    });
  }

  for (const [what, body] of [
    ['no JSON', 'NONSENSE'],
    ['half of JSON', '{"query":'],
    ['a misspelt parameter', { qeury: VIEWER }],
    ['a query that is not a string', { query: { a: 1 } }],
    ['variables that are a list', { query: VIEWER, variables: [7] }],
    ['an operation name that is a number', { query: VIEWER, operationName: 7 }],
    ['extensions that are a string', { query: VIEWER, extensions: 'x' }],
    ['an empty object', {}],
    ['a string', '"hello"'],
    ['null', 'null'],
  ] as const) {
    it(`to ${what} is 400 in both types`, async () => {
      for (const accept of ['application/json', 'application/graphql-response+json']) {
        const response = await ask(body, accept);
        expect(response.status).withContext(accept).toBe(400);
        const { errors } = (await response.json()) as { errors: { extensions: object }[] };
        expect(errors.length).toBe(1);
        expect(errors[0]?.extensions).toEqual(
          jasmine.objectContaining({ requestId: response.headers.get('x-request-id') }),
        );
      }
    });
  }

  it('is 200 with data and errors side by side when a field fails', async () => {
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const body = { query: CREATE, variables: { input: { customerId: 'globex' } } };
      const response = await ask(body, accept);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({
        data: null,
        errors: [
          jasmine.objectContaining({
            path: ['createPortalSession'],
            extensions: {
              code: 'FORBIDDEN',
              requestId: response.headers.get('x-request-id') ?? '',
            },
          }),
        ],
      });
    }
  });

  it('is 405 with Allow to any other method', async () => {
    const authorization = `Bearer ${await portal.idp.token()}`;
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'HEAD']) {
      const response = await fetch(`${portal.url}/graphql?query={viewer{id}}`, {
        method,
        headers: { authorization },
      });
      expect(response.status).withContext(method).toBe(405);
      expect(response.headers.get('allow')).toBe('POST');
    }
  });

  it('is 415 to any other type of body', async () => {
    const body = JSON.stringify({ query: VIEWER });
    for (const type of ['application/graphql', 'application/xml', 'application/json5']) {
      const response = await portal.post('/graphql', body, { headers: { 'content-type': type } });
      expect(response.status).withContext(type).toBe(415);
      expect(response.headers.get('content-type')).toContain('application/');
    }
  });

  it('accepts parameters in the content type of the body', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    expect((await portal.post('/graphql', { query: VIEWER }, { headers })).status).toBe(200);
  });

  it('reveals nothing about the schema by guesses or introspection', async () => {
    for (const query of [
      '{ viewr { id } }',
      '{ viewer { idd } }',
      '{ __schema { types { name } } }',
      '{ __type(name: "Query") { name } }',
    ]) {
      const { errors } = await portal.graphql(query);
      expect(errors?.length).withContext(query).toBeGreaterThan(0);
      expect(JSON.stringify(errors)).not.toMatch(/did you mean|viewer"\?|customerIds/i);
    }
    const page = await fetch(`${portal.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(405);
    expect(await page.text()).not.toContain('<html');
  });
});
