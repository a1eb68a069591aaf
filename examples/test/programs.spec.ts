import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../scripts/lib/programs.mjs';
import { examples, isInstalled, missingFor, RunningExample, type Example } from './programs.js';
import { startStack, USER_LIMIT, type Stack } from './stack.js';
import { Upstream } from './upstream.js';

/** The members of a portal session, as Chargebee's guide shows them. */
const GUIDE = [
  'id',
  'token',
  'access_url',
  'status',
  'created_at',
  'expires_at',
  'object',
  'customer_id',
];

interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** How long it took, in milliseconds. */
  took: number;
}

interface Problem {
  status: number;
  code: string;
  detail: string;
  retryAfter?: number;
}

const problemOf = ({ headers, text }: Answer): Problem => {
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(headers.get('cache-control')).toBe('no-store');
  return JSON.parse(text) as Problem;
};

const runnable = examples.filter((example) => missingFor(example).length === 0);

describe('the examples that are programs', () => {
  let stack: Stack;
  let upstream: Upstream;
  const running = new Map<string, RunningExample>();
  const startErrors = new Map<string, unknown>();
  /** Requests whose answer takes long by design, sent to all at once. */
  const slow = new Map<string, Record<'hang' | 'drip', Promise<Answer>>>();

  async function ask(
    folder: string,
    token: string | undefined,
    { path = '/portal-session', method = 'POST', body = undefined as string | undefined } = {},
  ): Promise<Answer> {
    const url = running.get(folder)?.url;
    if (!url) throw new Error(`It does not run: ${String(startErrors.get(folder))}`);
    const startedAt = Date.now();
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      took: Date.now() - startedAt,
    };
  }

  beforeAll(async () => {
    stack = await startStack();
    upstream = await Upstream.start(stack.serverUrl);
    await Promise.all(
      runnable.map(async (example) => {
        try {
          running.set(example.folder, await RunningExample.start(example, upstream.url));
        } catch (error) {
          startErrors.set(example.folder, error);
        }
      }),
    );
    for (const { folder } of runnable) {
      const of = (token: string) => {
        const answer = ask(folder, token);
        answer.catch(() => undefined); // the spec that waits for it reports it
        return answer;
      };
      slow.set(folder, { hang: of('mode-hang-secret'), drip: of('mode-drip-secret') });
    }
    // Specs take the upstream down. What is slow has to be in flight by then, also from a JVM that has only started.
    await upstream.received(2 * slow.size);
  });

  afterAll(async () => {
    await Promise.all([...running.values()].map((example) => example.stop()));
    upstream?.stop();
    await stack?.stop();
  });

  for (const example of examples) {
    describe(example.folder, () => {
      const missing = missingFor(example);
      if (missing.length) {
        it('is the endpoint of Chargebee’s guide', () =>
          pending(`${missing.join(' and ')} is missing`));
      } else {
        keepsTheContract(example);
      }
    });
  }

  it('answer the request that their READMEs show', async () => {
    if (!isInstalled('jq')) return pending('jq is missing');
    const requests = examples.map(({ folder }) => {
      const readme = readFileSync(join(root, 'examples', folder, 'README.md'), 'utf8');
      return /^TOKEN=.*\ncurl .*$/m.exec(readme)?.[0];
    });
    const [script] = requests;
    expect(new Set(requests)).toEqual(new Set([script]));
    const [folder] = running.keys();
    const here = (script ?? '')
      .replace('http://localhost:4010', stack.emulatorUrl)
      .replace('http://localhost:4301', running.get(folder ?? '')?.url ?? '');
    const { stdout } = await promisify(execFile)('bash', ['-c', here]);
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual(GUIDE);
  });

  function keepsTheContract({ folder, command }: Example): void {
    it('is started as its README says', () => {
      const readme = readFileSync(join(root, 'examples', folder, 'README.md'), 'utf8');
      expect(readme).toContain(command);
    });

    it('returns the portal session, to the letter', async () => {
      const answer = await ask(folder, await stack.token('juniper'));
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json(;|$)/);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.text).toBe(upstream.lastAnswer);
      const session = JSON.parse(answer.text) as Record<string, unknown>;
      expect(Object.keys(session)).toEqual(GUIDE);
      expect(session).toEqual(
        jasmine.objectContaining({
          status: 'created',
          object: 'portal_session',
          customer_id: 'juniper-bakery',
        }),
      );
    });

    it('returns the page for managing payment sources', async () => {
      const token = await stack.token('juniper');
      const answer = await ask(folder, token, { path: '/manage-payment-sources', body: '{}' });
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.text)).toEqual(
        jasmine.objectContaining({ object: 'hosted_page', type: 'manage_payment_sources' }),
      );
    });

    it('passes the arguments on, for a user with several customers', async () => {
      const token = await stack.token('lumen');
      const body = JSON.stringify({ customer_id: 'harbor-cycles' });
      const answer = await ask(folder, token, { body });
      expect(answer.status).toBe(200);
      expect(answer.text).toContain('"customer_id":"harbor-cycles"');
      expect((await ask(folder, token)).status).toBe(400);
    });

    it('refuses another customer', async () => {
      const body = JSON.stringify({ customer_id: 'harbor-cycles' });
      const answer = await ask(folder, await stack.token('juniper'), { body });
      expect(answer.status).toBe(403);
      expect(problemOf(answer).code).toBe('FORBIDDEN');
    });

    it('refuses who has no token, without asking the server', async () => {
      for (const token of [undefined, '', 'two words', 'quo"te', 'new%0aline\\n']) {
        const answer = await ask(folder, token);
        expect(answer.status).withContext(String(token)).toBe(401);
        expect(answer.headers.get('www-authenticate')).toBe('Bearer');
        expect(problemOf(answer).code).toBe('UNAUTHENTICATED');
      }
      for (const { authorization } of upstream.requests) {
        expect(authorization).toMatch(/^Bearer [\w.-]+$/);
      }
    });

    it('passes on that a token is wrong', async () => {
      const answer = await ask(folder, 'wrong.token.here');
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(problemOf(answer).code).toBe('UNAUTHENTICATED');
    });

    it('passes on how long to wait', async () => {
      const answer = await ask(folder, 'mode-limited');
      expect(answer.status).toBe(429);
      expect(answer.headers.get('retry-after')).toBe('17');
      expect(problemOf(answer).retryAfter).toBe(17);
    });

    it('passes on that its user has asked too often', async () => {
      const token = await stack.token('newcomer');
      const url = `${stack.serverUrl}/portal-session`;
      const headers = { authorization: `Bearer ${token}` };
      let spent = false;
      for (let count = 0; count <= USER_LIMIT && !spent; count += 1) {
        spent = (await fetch(url, { method: 'POST', headers })).status === 429;
      }
      const answer = await ask(folder, token);
      expect(answer.status).toBe(429);
      const { code, retryAfter } = problemOf(answer);
      expect(code).toBe('RATE_LIMITED');
      expect(answer.headers.get('retry-after')).toBe(String(retryAfter));
    });

    it('passes on no other headers, and lets nothing be stored', async () => {
      const answer = await ask(folder, 'mode-leaky');
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-request-id')).toBe('request-1');
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(answer.headers.get('x-internal')).toBeNull();
    });

    for (const mode of ['html', 'huge', 'redirect', 'cut', 'reset']) {
      it(`answers as JSON when the server's answer is unusable: ${mode}`, async () => {
        const before = upstream.requests.length;
        const answer = await ask(folder, `mode-${mode}`);
        expect(answer.status).toBe(503);
        expect(problemOf(answer).code).toBe('BILLING_UNAVAILABLE');
        const paths = upstream.requests.slice(before).map(({ path }) => path);
        expect(paths).not.toContain('/elsewhere');
      });
    }

    for (const mode of ['hang', 'drip'] as const) {
      it(`waits for no more than its deadline when the server's answer does not come: ${mode}`, async () => {
        const answer = await slow.get(folder)?.[mode];
        if (!answer) throw new Error('It was not asked.');
        expect(answer.status).toBe(503);
        expect(problemOf(answer).code).toBe('BILLING_UNAVAILABLE');
        expect(answer.took).toBeGreaterThan(9_000);
        expect(answer.took).toBeLessThan(30_000);
      });
    }

    it('answers as JSON when the server is down, and recovers with it', async () => {
      const token = await stack.token('juniper');
      upstream.down();
      try {
        const answer = await ask(folder, token);
        expect(answer.status).toBe(503);
        expect(problemOf(answer).code).toBe('BILLING_UNAVAILABLE');
      } finally {
        await upstream.up();
      }
      expect((await ask(folder, token)).status).toBe(200);
    });

    it('takes POST alone, at its two paths alone, and no large bodies', async () => {
      const token = await stack.token('juniper');
      const read = await ask(folder, token, { method: 'GET' });
      expect([read.status, read.headers.get('allow')]).toEqual([405, 'POST']);
      for (const path of ['/', '/graphql', '/portal-session/x/logout', '/portal-session/../x']) {
        const answer = await ask(folder, token, { path });
        expect(answer.status).withContext(path).toBe(404);
      }
      const body = JSON.stringify({ customer_id: 'x'.repeat(20_000) });
      // A server may refuse the body while it is still being sent.
      const large = await ask(folder, token, { body }).catch((error: unknown) => {
        expect(String(error)).toContain('fetch failed');
      });
      if (large) expect(large.status).toBe(413);
      expect((await ask(folder, token)).status).toBe(200);
    });

    it('lets no header slip into its own request to the server', async () => {
      const { hostname, port } = new URL(running.get(folder)?.url ?? '');
      await new Promise<void>((resolve, reject) => {
        const socket = connect(Number(port), hostname);
        socket.once('error', reject).once('close', () => resolve());
        socket.resume();
        socket.setTimeout(10_000, () => socket.destroy());
        socket.end(
          [
            'POST /portal-session HTTP/1.1',
            'Host: localhost',
            'Authorization: Bearer mode-leaky',
            ' X-Folded: injected',
            'X-Forwarded-Host: evil.example',
            'Content-Length: 0',
            'Connection: close',
            '\r\n',
          ].join('\r\n'),
        );
      });
      for (const { authorization } of upstream.requests) {
        expect(authorization).toMatch(/^Bearer [\w.-]+$/);
      }
    });

    it('never shows the token, neither in its output nor in a command line', async () => {
      const example = running.get(folder);
      const token = await stack.token('juniper');
      await ask(folder, token);
      await ask(folder, 'mode-html');
      const hangingToken = `mode-hang-${folder}`;
      ask(folder, hangingToken).catch(() => undefined);
      const hanging = () =>
        upstream.requests.some(({ authorization }) => authorization === `Bearer ${hangingToken}`);
      while (!hanging()) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(example?.commandLines).not.toContain('mode-hang');
      expect(example?.output).not.toContain(token);
      expect(example?.output).not.toContain('mode-');
      expect(example?.output).not.toContain('"token"');
      expect(example?.output).not.toContain('portal/access');
    });
  }
});
