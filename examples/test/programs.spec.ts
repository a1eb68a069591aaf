import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { root } from '../../scripts/lib/programs.mjs';
import { FaultyProxy, LEAKED_TOKEN, MALFORMED_MODES } from './faulty-proxy.js';
import { examples, isInstalled, missingFor, RunningExample, type Example } from './programs.js';
import { startStack, USER_LIMIT, type Stack } from './stack.js';

/** The members of a portal session in Chargebee's guide. */
const SESSION_MEMBERS = [
  'id',
  'token',
  'access_url',
  'status',
  'created_at',
  'expires_at',
  'object',
  'customer_id',
];

/** The time for the last lines of an example's output to arrive. */
const OUTPUT_DELAY_MS = 500;

interface Answer {
  status: number;
  headers: Headers;
  text: string;
  durationMs: number;
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

describe('the server examples', () => {
  let stack: Stack;
  let proxy: FaultyProxy;
  const running = new Map<string, RunningExample>();
  const startErrors = new Map<string, unknown>();
  /** Requests that run into the examples' timeouts, sent in parallel to save time. */
  const slowRequests = new Map<string, Record<'hang' | 'drip', Promise<Answer>>>();

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
      durationMs: Date.now() - startedAt,
    };
  }

  /** Sends a request with these header lines as they are, and waits for the end of the response. */
  async function sendRaw(folder: string, headerLines: readonly string[]): Promise<void> {
    const { hostname, port, host } = new URL(running.get(folder)?.url ?? '');
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      socket.once('error', reject).once('close', () => resolve());
      socket.resume();
      socket.setTimeout(10_000, () => socket.destroy());
      const lines = ['POST /portal-session HTTP/1.1', `Host: ${host}`, ...headerLines];
      lines.push('Content-Length: 0', 'Connection: close', '\r\n');
      // Not `end`: some servers abort a request when the client closes its side.
      socket.write(lines.join('\r\n'));
    });
  }

  beforeAll(async () => {
    stack = await startStack();
    proxy = await FaultyProxy.start(stack.serverUrl);
    await Promise.all(
      runnable.map(async (example) => {
        try {
          running.set(example.folder, await RunningExample.start(example, proxy.url));
        } catch (error) {
          startErrors.set(example.folder, error);
        }
      }),
    );
    for (const { folder } of runnable) {
      const start = (token: string) => {
        const answer = ask(folder, token);
        answer.catch(() => undefined); // reported by the spec that awaits it
        return answer;
      };
      slowRequests.set(folder, {
        hang: start('mode-hang-secret'),
        drip: start('mode-drip-secret'),
      });
    }
    // The slow requests must be in flight before a spec takes the proxy down; a JVM that has just started needs some time.
    await proxy.waitForRequests(2 * slowRequests.size);
  });

  afterAll(async () => {
    await Promise.all([...running.values()].map((example) => example.stop()));
    proxy?.stop();
    await stack?.stop();
  });

  for (const example of examples) {
    describe(example.folder, () => {
      const missing = missingFor(example);
      if (missing.length) {
        it('implements the endpoint of Chargebee’s guide', () =>
          pending(`${missing.join(' and ')} is missing`));
      } else {
        describeContract(example);
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
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual(SESSION_MEMBERS);
  });

  /** The specs that every example must pass. */
  function describeContract(example: Example): void {
    describeForwarding(example);
    describeErrors(example);
    describeFaults(example);
    describeProtection(example);
  }

  function describeForwarding({ folder, command }: Example): void {
    it('is started as its README says', () => {
      const readme = readFileSync(join(root, 'examples', folder, 'README.md'), 'utf8');
      expect(readme).toContain(command);
    });

    it('returns the portal session unchanged', async () => {
      const answer = await ask(folder, await stack.token('juniper'));
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json(;|$)/);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.text).toBe(proxy.lastAnswer);
      const session = JSON.parse(answer.text) as Record<string, unknown>;
      expect(Object.keys(session)).toEqual(SESSION_MEMBERS);
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

    it('forwards the arguments, for a user with several customers', async () => {
      const token = await stack.token('lumen');
      const body = JSON.stringify({ customer_id: 'harbor-cycles' });
      const answer = await ask(folder, token, { body });
      expect(answer.status).toBe(200);
      expect(answer.text).toContain('"customer_id":"harbor-cycles"');
      expect((await ask(folder, token)).status).toBe(400);
    });

    it('forwards no other headers, and responds with no-store', async () => {
      const answer = await ask(folder, 'mode-leaky');
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-request-id')).toBe('request-1');
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(answer.headers.get('x-internal')).toBeNull();
    });
  }

  function describeErrors({ folder }: Example): void {
    it('rejects another user’s customer', async () => {
      const body = JSON.stringify({ customer_id: 'harbor-cycles' });
      const answer = await ask(folder, await stack.token('juniper'), { body });
      expect(answer.status).toBe(403);
      expect(problemOf(answer).code).toBe('FORBIDDEN');
    });

    it('rejects requests without a valid bearer token, without calling the server', async () => {
      for (const token of [undefined, '', 'two words', 'quo"te', 'new%0aline\\n']) {
        const answer = await ask(folder, token);
        expect(answer.status).withContext(String(token)).toBe(401);
        expect(answer.headers.get('www-authenticate')).toBe('Bearer');
        expect(problemOf(answer).code).toBe('UNAUTHENTICATED');
      }
      for (const { authorization } of proxy.requests) {
        expect(authorization).toMatch(/^Bearer [\w.-]+$/);
      }
    });

    it('forwards the error of a wrong token', async () => {
      const answer = await ask(folder, 'wrong.token.here');
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(problemOf(answer).code).toBe('UNAUTHENTICATED');
    });

    it('forwards Retry-After', async () => {
      const answer = await ask(folder, 'mode-limited');
      expect(answer.status).toBe(429);
      expect(answer.headers.get('retry-after')).toBe('17');
      expect(problemOf(answer).retryAfter).toBe(17);
    });

    it('forwards the error of a user who exceeds the rate limit', async () => {
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
  }

  /** The specs with a server that does not answer as it should. */
  function describeFaults({ folder }: Example): void {
    for (const mode of ['html', 'huge', 'redirect', 'cut', 'reset', 'notice', 'comma', 'json']) {
      it(`responds with JSON when the server's response is unusable: ${mode}`, async () => {
        const before = proxy.requests.length;
        const answer = await ask(folder, `mode-${mode}`);
        expect(answer.status).toBe(503);
        expect(problemOf(answer).code).toBe('BILLING_UNAVAILABLE');
        expect(answer.text).not.toContain(LEAKED_TOKEN);
        const paths = proxy.requests.slice(before).map(({ path }) => path);
        expect(paths).not.toContain('/elsewhere');
      });
    }

    for (const mode of ['hang', 'drip'] as const) {
      it(`responds after its timeout when the server's response does not arrive: ${mode}`, async () => {
        const answer = await slowRequests.get(folder)?.[mode];
        if (!answer) throw new Error('The request was not sent.');
        expect(answer.status).toBe(503);
        expect(problemOf(answer).code).toBe('BILLING_UNAVAILABLE');
        expect(answer.durationMs).toBeGreaterThan(9_000);
        expect(answer.durationMs).toBeLessThan(30_000);
      });
    }

    it('responds with JSON when the server is down, and works again when the server is back', async () => {
      const token = await stack.token('juniper');
      proxy.down();
      try {
        const answer = await ask(folder, token);
        expect(answer.status).toBe(503);
        expect(problemOf(answer).code).toBe('BILLING_UNAVAILABLE');
      } finally {
        await proxy.up();
      }
      expect((await ask(folder, token)).status).toBe(200);
    });
  }

  function describeProtection({ folder }: Example): void {
    it('accepts only POST, at its two paths only, and no large bodies', async () => {
      const token = await stack.token('juniper');
      const read = await ask(folder, token, { method: 'GET' });
      expect([read.status, read.headers.get('allow')]).toEqual([405, 'POST']);
      for (const path of ['/', '/graphql', '/portal-session/x/logout', '/portal-session/../x']) {
        const answer = await ask(folder, token, { path });
        expect(answer.status).withContext(path).toBe(404);
      }
      const body = JSON.stringify({ customer_id: 'x'.repeat(20_000) });
      // A server may close the connection while the body is being sent.
      const large = await ask(folder, token, { body }).catch((error: unknown) => {
        expect(String(error)).toContain('fetch failed');
      });
      if (large) expect(large.status).toBe(413);
      expect((await ask(folder, token)).status).toBe(200);
    });

    it('cannot be made to send injected headers to the server', async () => {
      const before = proxy.requests.length;
      // A server may refuse a folded header, so the other one is in a request of its own.
      await sendRaw(folder, ['Authorization: Bearer mode-leaky', ' X-Folded: injected']);
      await sendRaw(folder, ['Authorization: Bearer mode-leaky', 'X-Forwarded-Host: evil.example']);
      const requests = proxy.requests.slice(before);
      expect(requests.length).toBeGreaterThan(0);
      for (const { authorization, headers } of requests) {
        expect(authorization).toBe('Bearer mode-leaky');
        expect(headers['x-folded']).toBeUndefined();
        expect(headers['x-forwarded-host']).toBeUndefined();
      }
    });

    it('does not reveal the token in its output or in command lines', async () => {
      const example = running.get(folder);
      const token = await stack.token('juniper');
      await ask(folder, token);
      await ask(folder, 'mode-html');
      const hangingToken = `mode-hang-${folder}`;
      ask(folder, hangingToken).catch(() => undefined);
      await proxy.waitForRequests(1, ({ authorization }) => authorization.endsWith(hangingToken));
      expect(example?.commandLines).not.toContain('mode-hang');
      expect(example?.output).not.toContain(token);
      expect(example?.output).not.toContain('mode-');
      expect(example?.output).not.toContain('"token"');
      expect(example?.output).not.toContain('portal/access');
    });

    it('does not reveal the token of a malformed response in its output', async () => {
      // An example may fail to forward what it does not notice.
      for (const mode of MALFORMED_MODES) await ask(folder, `mode-${mode}`).catch(() => undefined);
      await setTimeout(OUTPUT_DELAY_MS);
      expect(running.get(folder)?.output).not.toContain(LEAKED_TOKEN);
    });
  }
});
