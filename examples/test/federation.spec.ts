import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { startGateway } from '../federation/gateway.mjs';
import { startSubgraph } from '../federation/subgraph.mjs';
import { freePort } from '../../scripts/lib/ports.mjs';
import { root, startProgram, type RunningProgram } from '../../scripts/lib/programs.mjs';
import { isInstalled } from './programs.js';
import { startStack, type Stack } from './stack.js';

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions?: Record<string, unknown> }[];
}

describe('the federation example', () => {
  let stack: Stack;
  let example: RunningProgram;
  let url: string;

  beforeAll(async () => {
    stack = await startStack();
    const port = await freePort();
    url = `http://localhost:${port}/graphql`;
    example = await startProgram({
      name: 'federation',
      port,
      url,
      readyUrl: `${url}?query={__typename}`,
      args: ['examples/federation/index.mjs'],
      env: { PORT: String(port), CHARGEBEE_BASE_URL: stack.emulatorUrl },
    });
  });

  afterAll(async () => {
    expect(await example.stop())
      .withContext('the exit code after SIGTERM')
      .toBe(0);
    await stack?.stop();
  });

  async function ask(query: string, token?: string): Promise<Answer> {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query }),
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
    return (await response.json()) as Answer;
  }

  const CREATE = 'mutation { createPortalSession { token accessUrl customerId status } }';

  it('answers its own queries through the gateway', async () => {
    expect(await ask('{ plans { name } }')).toEqual({
      data: { plans: [{ name: 'Growth' }, { name: 'Scale' }] },
    });
  });

  it('creates a session for the caller of the gateway', async () => {
    const { data, errors } = await ask(CREATE, await stack.token('juniper'));
    expect(errors).toBeUndefined();
    expect(data?.createPortalSession).toEqual(
      jasmine.objectContaining({ customerId: 'juniper-bakery', status: 'CREATED' }),
    );
    const other = await ask(CREATE, await stack.token('harbor'));
    expect(other.data?.createPortalSession).toEqual(
      jasmine.objectContaining({ customerId: 'harbor-cycles' }),
    );
  });

  it('rejects requests without a valid token and for other customers, with the documented code', async () => {
    for (const token of [undefined, 'wrong.token.here']) {
      const { errors } = await ask(CREATE, token);
      expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
      expect(errors?.[0]?.extensions?.stacktrace).toBeUndefined();
    }
    const { errors } = await ask(
      'mutation { createPortalSession(input: { customerId: "harbor-cycles" }) { token } }',
      await stack.token('juniper'),
    );
    expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  it('answers the request that its README shows', async () => {
    if (!isInstalled('jq')) return pending('jq is missing');
    const readme = await readFile(join(root, 'examples/federation/README.md'), 'utf8');
    const script = (/^TOKEN=.*\ncurl .*$/m.exec(readme)?.[0] ?? '')
      .replace('http://localhost:4010', stack.emulatorUrl)
      .replace('http://localhost:4301/graphql', url);
    const { stdout } = await promisify(execFile)('bash', ['-c', script]);
    expect((JSON.parse(stdout) as Answer).data?.createPortalSession).toEqual({
      token: jasmine.any(String),
    });
  });

  it('creates a page for managing payment sources', async () => {
    const { data } = await ask(
      'mutation { createManagePaymentSourcesPage { type url } }',
      await stack.token('juniper'),
    );
    expect(data?.createManagePaymentSourcesPage).toEqual(
      jasmine.objectContaining({ type: 'manage_payment_sources' }),
    );
  });

  it('prints no token', async () => {
    const token = await stack.token('juniper');
    const { data } = await ask(CREATE, token);
    const session = data?.createPortalSession as { token: string };
    expect(example.output()).not.toContain(token);
    expect(example.output()).not.toContain(session.token);
  });
});

describe('the subgraph of the federation example', () => {
  const ISSUER = 'https://login.example';
  const tokens = (jwksUrl: string) => ({ jwksUrl, issuer: ISSUER, audience: 'shop' });
  const env = {
    CHARGEBEE_SITE: 'acme-test',
    CHARGEBEE_API_KEY: 'test_key',
    CHARGEBEE_BASE_URL: 'http://127.0.0.1:1', // nothing here calls it
  };

  /** Starts it with an identity provider, and resolves to the codes of the errors that a caller with `token` gets. */
  async function codesFor(token: string, keySet: { status?: number; body: unknown }) {
    const provider = createServer((_, response) =>
      response.writeHead(keySet.status ?? 200).end(JSON.stringify(keySet.body)),
    );
    provider.listen(0, '127.0.0.1');
    await once(provider, 'listening');
    const { port } = provider.address() as AddressInfo;
    const subgraph = await startSubgraph({ tokens: tokens(`http://127.0.0.1:${port}/`), env });
    try {
      const answer = await fetch(subgraph.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: 'mutation { createPortalSession { token } }' }),
      });
      return ((await answer.json()) as Answer).errors?.map(({ extensions }) => extensions?.code);
    } finally {
      await subgraph.stop();
      provider.close();
    }
  }

  it('does not sign users out while the identity provider answers with an error', async () => {
    const { token } = await signedToken();
    for (const keySet of [{ status: 502, body: {} }, { body: { error: 'try again' } }]) {
      expect(await codesFor(token, keySet)).toEqual(['INTERNAL_SERVER_ERROR']);
    }
  });

  it('rejects a token that never expires', async () => {
    const { token, keys } = await signedToken();
    expect(await codesFor(token, { body: { keys } })).toEqual(['UNAUTHENTICATED']);
  });

  /** Returns a token without an expiry, and the key set that verifies it. */
  async function signedToken() {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const key = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256' };
    const token = await new SignJWT({ chargebee_customer_id: 'juniper-bakery' })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setSubject('juniper')
      .setIssuer(ISSUER)
      .setAudience('shop')
      .sign(privateKey);
    return { token, keys: [key] };
  }
});

describe('the gateway of the federation example', () => {
  const SDL = `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.0")
    type Query { plans: String }
    type Mutation { createPortalSession: Session! }
    type Session { token: String! }
  `;

  it('neither prints nor forwards the token of a malformed answer of a subgraph', async () => {
    const subgraph = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        const isForSchema = body.includes('_service');
        response.setHeader('content-type', 'application/json');
        response.end(
          isForSchema
            ? JSON.stringify({ data: { _service: { sdl: SDL } } })
            : 'Notice: {"data":{"createPortalSession":{"token":"leaked-token"}}}',
        );
      });
    });
    subgraph.listen(0, '127.0.0.1');
    await once(subgraph, 'listening');
    const { port } = subgraph.address() as AddressInfo;
    const printed = spyOn(console, 'error');
    const gateway = await startGateway({ shop: `http://127.0.0.1:${port}/graphql` });
    try {
      const answer = await fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: 'mutation { createPortalSession { token } }' }),
      });
      const text = await answer.text();
      expect(text).toContain('errors');
      expect(text).not.toContain('leaked-token');
      expect(printed.calls.allArgs()).toEqual([
        [jasmine.stringMatching(/^gateway: \w+ RESPONSE_VALIDATION_FAILED$/)],
      ]);
    } finally {
      await gateway.stop();
      subgraph.close();
    }
  });
});
