import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCommand, UsageError } from '../src/cli/arguments.js';
import { check } from '../src/cli/check.js';
import { createCertificate, writeCertificate } from './support/certificate.js';
import { Chargebee } from './support/chargebee.js';
import { MAIN } from './support/compiled-programs.js';
import { IdentityProvider } from './support/identity-provider.js';
import { Program } from './support/program.js';
import { deferred } from './support/deferred.js';
import { describeWithRedis } from './support/redis.js';

describe('the command line', () => {
  it('has the commands serve, check, help and version', () => {
    expect(parseCommand([])).toEqual({ kind: 'serve', envFile: undefined });
    expect(parseCommand(['--env-file', '.env'])).toEqual({ kind: 'serve', envFile: '.env' });
    expect(parseCommand(['check', '--token', '-', '--customer=acme'])).toEqual({
      kind: 'check',
      envFile: undefined,
      token: '-',
      customer: 'acme',
    });
    for (const flag of ['--help', '-h']) expect(parseCommand([flag]).kind).toBe('help');
    expect(parseCommand(['check', '--version']).kind).toBe('version');
  });

  for (const args of [
    ['--port', '4000'],
    ['start'],
    ['check', 'now'],
    ['--token', 'x'],
    ['check', '--token'],
    // As with a variable that is not set.
    ['check', '--token', ''],
    ['check', '--customer='],
    ['--env-file'],
    ['--env-file', 'one', '--env-file', 'two'],
    ['check', '--token', 'x', '--token=y'],
    ['-x'],
    ['check', `eyJ${'x'.repeat(100)}`],
  ]) {
    it(`refuses ${args.join(' ')}, and refers to --help`, () => {
      expect(() => parseCommand(args)).toThrowMatching(
        (error: Error) =>
          error instanceof UsageError &&
          error.message.includes('--help') &&
          !error.message.includes('eyJxxxxxxx'),
      );
    });
  }
});

describe('the program’s commands', () => {
  let folder: string;
  let chargebee: Chargebee;
  let idp: IdentityProvider;
  const run = (args: string[], env: Record<string, string> = {}) =>
    new Program(env, [MAIN, ...args]);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portal-cli-'));
    [chargebee, idp] = await Promise.all([Chargebee.start(), IdentityProvider.start()]);
  });

  afterAll(() => Promise.all([chargebee.stop(), idp.stop(), rm(folder, { recursive: true })]));

  it('print help and version, and refuse unknown flags with 2', async () => {
    const [help, version, wrong] = [run(['--help']), run(['--version']), run(['--prot', '1'])];
    expect((await help.exit).code).toBe(0);
    expect(help.stdout).toContain('--env-file FILE');
    expect((await version.exit).code).toBe(0);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
    expect((await wrong.exit).code).toBe(2);
    expect(wrong.stderr).toMatch(/^Unknown option '--prot'\n.*--help/);
  });

  it('read variables from a file, with lower precedence than those that are set and not empty', async () => {
    const file = join(folder, 'env');
    const env = { ...chargebee.env, ...idp.env, HOST: '127.0.0.1', PORT: '1', LOG_LEVEL: 'info' };
    const lines = Object.entries(env).map(([name, value]) => `${name}="${value}"\r\n`);
    // With the byte order mark of Windows, and as Windows PowerShell writes files by `>`.
    for (const encoding of ['utf8', 'utf16le'] as const) {
      await writeFile(file, `\uFEFF${lines.join('')}`, encoding);
      const program = run(['--env-file', file], { PORT: '0', HOST: '', CHARGEBEE_SITE: ' ' });
      expect(new URL((await program.listening()).url).hostname).toBe('127.0.0.1');
      program.signal('SIGTERM');
      expect((await program.exit).code).toBe(0);
    }

    const none = run(['--env-file', join(folder, 'none')]);
    // Node 20 also reads this flag among the program's arguments, and reports the missing file first.
    expect((await none.exit).code).toBeGreaterThan(0);
    expect(none.stderr).toMatch(
      /--env-file names a file that cannot be read \(ENOENT\)|none: not found/,
    );
  });

  it('refuse a file in which a value would be cut off at a #, but accept comments', async () => {
    const file = join(folder, 'env');
    const lines = [
      '# REDIS_URL=redis://:a#b@redis',
      'AUTH_JWT_SECRET=a-secret-of-more-than-32-characters#and-more',
      'export OTEL_EXPORTER_OTLP_HEADERS = key=a#b # a comment',
      'AUTH_REQUIRED_CLAIM="scope=a#b"',
      'LOG_LEVEL=silent # a comment',
      'OF_ANOTHER_PROGRAM=a#b',
    ];
    await writeFile(file, lines.join('\n'));
    const program = run(['--env-file', file], {});
    expect((await program.exit).code).toBe(1);
    const fault = 'is cut off at its # in the file of --env-file: put the value in quotation marks';
    const faults = ['AUTH_JWT_SECRET', 'OTEL_EXPORTER_OTLP_HEADERS'].map(
      (name) => `  ${name} ${fault}`,
    );
    expect(program.stderr.trimEnd().split('\n').slice(1)).toEqual(faults);
  });

  it('exit with 1 when a signal interrupts a check', async () => {
    const called = deferred();
    chargebee.intercept = () => {
      called.resolve();
      return true;
    };
    const program = run(['check'], { ...chargebee.env, ...idp.env });
    await called.promise;
    program.signal('SIGTERM');
    expect((await program.exit).code).toBe(1);
    chargebee.intercept = undefined;
  });

  it('finish a check although its output is no longer read, as with head', async () => {
    const child = spawn(process.execPath, [MAIN, 'check', '--customer', 'acme'], {
      env: { PATH: process.env.PATH, ...chargebee.env, ...idp.env },
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    chargebee.intercept = () => {
      child.stdout.destroy();
      return false;
    };
    const [code] = (await once(child, 'close')) as [number];
    chargebee.intercept = undefined;
    expect(errors).toBe('');
    expect(code).toBe(0);
    expect([...chargebee.sessions.values()].at(-1)?.status).toBe('logged_out');
  });

  it('take a token from standard input, and print nothing but single claims of it', async () => {
    const token = await idp.token();
    const child = spawn(process.execPath, [MAIN, 'check', '--token', '-'], {
      env: { PATH: process.env.PATH, ...chargebee.env, ...idp.env },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stdin.end(`${token}\n`);
    const [code] = (await once(child, 'close')) as [number];
    expect(output).toContain('ok    token: is accepted');
    expect(code).toBe(0);
    for (const part of token.split('.')) expect(output).not.toContain(part);
    expect(output).not.toContain('test_key');
  });
});

describe('the check of a configuration', () => {
  let chargebee: Chargebee;
  let idp: IdentityProvider;

  beforeAll(async () => {
    [chargebee, idp] = await Promise.all([Chargebee.start(), IdentityProvider.start()]);
  });

  beforeEach(() => {
    chargebee.intercept = undefined;
    idp.intercept = undefined;
  });

  afterAll(() => Promise.all([chargebee.stop(), idp.stop()]));

  const checkWith = async (
    env: Record<string, string> = {},
    options: { token?: string; customer?: string } = {},
  ) => {
    const lines: string[] = [];
    const isGood = await check({
      env: { ...chargebee.env, ...idp.env, ...env },
      token: options.token,
      customer: options.customer,
      print: (line) => lines.push(line),
    });
    return { isGood, lines, text: lines.join('\n') };
  };

  it('passes when everything is in order, and changes nothing', async () => {
    chargebee.calls.length = 0;
    const { isGood, text } = await checkWith();
    expect(text.match(/^ok {4}(configuration|key set|Chargebee)/gm)?.length).toBe(3);
    expect(text).not.toContain('FAIL');
    expect(isGood).toBeTrue();
    expect(chargebee.calls.map(({ method }) => method)).toEqual(['GET']);
  });

  it('creates a session of a customer and logs it out', async () => {
    const { isGood, text } = await checkWith({}, { customer: 'acme' });
    expect(text).toContain('ok    portal session: its status is logged_out');
    expect(isGood).toBeTrue();
    const last = [...chargebee.sessions.values()].at(-1);
    expect([last?.customer_id, last?.status]).toEqual(['acme', 'logged_out']);
    expect(text).not.toContain(last?.token ?? '');
    expect((await checkWith({}, { customer: 'nobody' })).text).toMatch(
      /CUSTOMER_NOT_FOUND.*\. Is it a customer of the site in CHARGEBEE_SITE\?/,
    );
  });

  it('reports each service that fails', async () => {
    idp.intercept = (response) => response.writeHead(302, { location: '/' }).end();
    chargebee.failCalls(401, 'api_authentication_failed');
    const { isGood, text } = await checkWith({ REDIS_URL: 'redis://:hunter2@127.0.0.1:1' });
    expect(isGood).toBeFalse();
    expect(text).toMatch(/^FAIL {2}key set: .*status 302/m);
    expect(text).toMatch(/^FAIL {2}Redis: cannot be used \(.*ECONNREFUSED.*\); see REDIS_URL$/m);
    expect(text).toMatch(/^FAIL {2}Chargebee: /m);
    expect(text).not.toMatch(/hunter2|test_key/);
  });

  for (const [status, code, remedy] of [
    [401, 'api_authentication_failed', 'Is CHARGEBEE_API_KEY a key of the site in CHARGEBEE_SITE?'],
    [403, 'api_authorization_failed', 'Is CHARGEBEE_API_KEY a full-access key?'],
    [404, 'site_not_found', 'Is CHARGEBEE_SITE right?'],
    [400, 'configuration_incompatible', 'Is the portal allowed via API?'],
  ] as const) {
    it(`names what to look at when Chargebee answers ${code}`, async () => {
      chargebee.intercept = (_call, response) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ message: 'no', api_error_code: code }));
        return true;
      };
      const { isGood, text } = await checkWith({}, { customer: 'acme' });
      expect(isGood).toBeFalse();
      for (const step of ['Chargebee', 'portal session']) {
        const line = text.split('\n').find((each) => each.startsWith(`FAIL  ${step}: `));
        expect(line).withContext(step).toContain(`${code}). ${remedy}`);
      }
    });
  }

  describeWithRedis('with a Redis', (redis) => {
    it('reports why it cannot be used, without the password', async () => {
      const url = redis().url.replace('//', '//portal:hunter2@');
      for (const REDIS_URL of [url, url.replace('redis:', 'redis+cluster:')]) {
        const { isGood, text } = await checkWith({ REDIS_URL });
        expect(text).toMatch(/^FAIL {2}Redis: cannot be used \(.*WRONGPASS.*\); see REDIS_URL$/m);
        expect(text).not.toContain('hunter2');
        expect(isGood).toBeFalse();
      }
    });

    it('reports that Chargebee was not called after a start of Redis, and when to try again', async () => {
      chargebee.calls.length = 0;
      const { isGood, text } = await checkWith({ REDIS_URL: redis().url });
      expect(text).toContain('ok    Redis: answers');
      expect(text).toMatch(/^FAIL {2}Chargebee: .* was not called: .*Try again in 7\d seconds$/m);
      expect(chargebee.calls).toEqual([]);
      expect(isGood).toBeFalse();
    });
  });

  it('names the proxy of the connections that fail, without its password', async () => {
    const { isGood, text } = await checkWith({
      CHARGEBEE_BASE_URL: 'https://chargebee.invalid',
      https_proxy: 'http://user:hunter2@127.0.0.1:1',
      no_proxy: '.svc',
    });
    expect(isGood).toBeFalse();
    expect(text).toMatch(/^note {2}proxy: http:\/\/127\.0\.0\.1:1 stands.*NO_PROXY: \.svc$/m);
    expect(text).toMatch(/^FAIL {2}Chargebee: .*ECONNREFUSED/m);
    expect(text).not.toContain('hunter2');
    const { text: other } = await checkWith({
      https_proxy: 'http://127.0.0.1:1',
      no_proxy: 'http://user:hunter2@127.0.0.1:1',
    });
    expect(other).toContain('NO_PROXY');
    expect(other).not.toContain('hunter2');
    expect((await checkWith()).text).not.toContain('proxy');
  });

  it('lists every fault and warning of the variables', async () => {
    const { isGood, text } = await checkWith({ PORT: 'x', CHARGEBEE_SITE: '' });
    expect(isGood).toBeFalse();
    expect(text.match(/^FAIL {2}configuration: (PORT|CHARGEBEE_SITE) /gm)?.length).toBe(2);
    expect((await checkWith({ CORS_ORIGIN: 'x' })).text).toContain('did you mean CORS_ORIGINS?');
  });

  it('fails for other faults with which the server would not start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portal-check-'));
    const file = (name: string) => join(folder, name);
    await Promise.all([writeFile(file('crt'), 'no cert'), writeFile(file('key'), 'no key')]);
    const { isGood, text } = await checkWith({
      TLS_CERT_FILE: file('crt'),
      TLS_KEY_FILE: file('key'),
    });
    await rm(folder, { recursive: true });
    expect(isGood).toBeFalse();
    expect(text).toMatch(/^FAIL {2}configuration: TLS_CERT_FILE and TLS_KEY_FILE cannot be used/m);
  });

  it('fails for a certificate of the server that has expired', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portal-check-'));
    const expired = await createCertificate('localhost', {
      notBeforeDate: new Date('2020-01-01'),
      notAfterDate: new Date('2021-01-01'),
    });
    const { isGood, text } = await checkWith(await writeCertificate(folder, expired));
    await rm(folder, { recursive: true });
    expect(isGood).toBeFalse();
    expect(text).toMatch(/^FAIL {2}certificate: that of TLS_CERT_FILE expired at 2021-01-01T/m);
  });

  for (const [what, claims, options, lines] of [
    [
      'another app’s',
      { aud: 'other' },
      {},
      [/FAIL {2}aud: "other"; accepted: "the-app"/, /claim_aud/],
    ],
    ['another issuer’s', { iss: 'https://x.example' }, {}, [/FAIL {2}iss: "https:\/\/x/]],
    ['an expired', {}, { expiresIn: -600 }, [/FAIL {2}exp: expired at 20/, /is refused: expired/]],
    [
      'one whose times are texts',
      { iat: 'today' as unknown as number, nbf: '1' as unknown as number },
      {},
      [/FAIL {2}nbf: "1"; must be a number/, /FAIL {2}iat: "today"; must be a number/],
    ],
    [
      'one with a long subject',
      { sub: 'x'.repeat(256) },
      {},
      [/FAIL {2}sub: "x+…"; must be a string of 1 to 255 characters/, /is refused: claim_sub/],
    ],
    [
      'one with an unknown key',
      {},
      { header: { kid: 'x' } },
      [/FAIL {2}signature: key id "x", of which the key set has no key for "RS256"/],
    ],
    [
      'a logout token',
      {},
      { header: { typ: 'logout+jwt' } },
      [/FAIL {2}typ: "logout\+jwt"; must be an access token/, /is refused: type/],
    ],
    [
      'one with a number as customer',
      { chargebee_customer_id: 7 },
      {},
      [/FAIL {2}customer.*a number; must/, /FAIL {2}token: .*BILLING_MISCONFIGURED/],
    ],
    [
      'one without a customer',
      { chargebee_customer_id: undefined },
      {},
      [
        /FAIL {2}customer.*nothing/,
        /note {2}customer.*the token's claims are \[.*"sub".*\]/,
        /FAIL {2}token: .*CUSTOMER_NOT_FOUND/,
      ],
    ],
    [
      'one without the role',
      { role: 'user' },
      {},
      [/FAIL {2}role: "user"; accepted: owner/, /FAIL {2}token: .*FORBIDDEN/],
    ],
  ] as const) {
    it(`explains a token: ${what}`, async () => {
      const token = await idp.token({ role: 'owner', ...claims }, options);
      const { isGood, text } = await checkWith({ AUTH_REQUIRED_CLAIM: 'role=owner' }, { token });
      for (const line of lines) expect(text).toMatch(line);
      expect(isGood).toBeFalse();
    });
  }

  it('accepts a token with the header name and scheme of a request', async () => {
    const token = await idp.token({ role: 'owner' });
    for (const given of [`Bearer ${token}`, `authorization: bearer ${token}\n`, ` ${token} `]) {
      const { isGood, text } = await checkWith({}, { token: given });
      expect(text).toContain('ok    token: is accepted');
      expect(text.includes('without what stands before it')).toBe(/bearer/i.test(given));
      expect(isGood).toBeTrue();
    }
  });

  it('distinguishes a claim that is a list from one that is a string', async () => {
    const token = await idp.token({ iss: [idp.issuer] as unknown as string });
    const { isGood, text } = await checkWith({}, { token });
    expect(text).toContain(`FAIL  iss: ["${idp.issuer}"]; accepted: "${idp.issuer}"`);
    expect(isGood).toBeFalse();
  });

  it('does not print an API key in the URL of a key set', async () => {
    const { text } = await checkWith({ AUTH_JWKS_URL: `${idp.env.AUTH_JWKS_URL}?apikey=hunter2` });
    expect(text).toContain(`ok    key set: fetched from ${idp.env.AUTH_JWKS_URL}`);
    expect(text).not.toContain('hunter2');
  });

  it('explains a token whose times are not numbers', async () => {
    const token = await idp.token({ exp: 1e300, nbf: 1e300 });
    const { isGood, text } = await checkWith({}, { token });
    expect(text).toContain('ok    exp: expires at a number');
    expect(text).toContain('FAIL  nbf: good from a number on');
    expect(isGood).toBeFalse();
  });

  it('escapes line breaks and commands for the terminal in claims', async () => {
    const token = await idp.token({ iss: 'x\nok    token: is accepted\u001b[2J\u009b2J' });
    const { lines } = await checkWith({}, { token });
    expect(lines.join('')).not.toMatch(/\p{Cc}/u);
    expect(lines.join('')).toContain('"x\\u000aok    token: is accepted\\u001b[2J\\u009b2J"');
  });

  it('finds no customer in a token without a subject', async () => {
    const token = await idp.token({ sub: undefined });
    const { text } = await checkWith({ CUSTOMER_LOOKUP: 'subject' }, { token });
    expect(text).toContain('FAIL  customer, from sub: nothing: this user is no customer');
  });

  it('names the claim that the path of the customer’s claim cannot go beyond', async () => {
    const token = await idp.token({ app_metadata: '{"customer":"acme"}' });
    const { isGood, text } = await checkWith(
      { CUSTOMER_ID_CLAIM: 'app_metadata.customer' },
      { token },
    );
    expect(isGood).toBeFalse();
    expect(text).toContain(
      'customer, from app_metadata.customer: app_metadata is a string of 19 characters, not an object;',
    );
  });

  it('names the claim that the path of the required claim cannot go beyond', async () => {
    const token = await idp.token({ realm_access: 'billing' });
    const { isGood, text } = await checkWith(
      { AUTH_REQUIRED_CLAIM: 'realm_access.roles=billing' },
      { token },
    );
    expect(isGood).toBeFalse();
    expect(text).toContain(
      'FAIL  realm_access.roles: realm_access is a string of 7 characters, not an object; accepted: billing',
    );
  });

  it('accepts a token that a terminal has broken into lines', async () => {
    const token = await idp.token();
    const { isGood, text } = await checkWith({}, { token: token.replace(/(.{80})/g, '$1\n') });
    expect(text).toContain('note  token: taken without the spaces and line breaks in it');
    expect(text).toContain('ok    token: is accepted');
    expect(isGood).toBeTrue();
  });

  it('does not report an invalid token when the keys cannot be fetched', async () => {
    idp.intercept = (response) => response.writeHead(500).end();
    const { text } = await checkWith({}, { token: await idp.token() });
    expect(text).toContain('FAIL  token: is refused: unverifiable (BILLING_UNAVAILABLE)');
  });

  it('reports that a key set has no usable key', async () => {
    idp.intercept = (response) => response.end('{"keys":[]}');
    const { isGood, text } = await checkWith({}, { token: await idp.token() });
    expect(text).toMatch(/^FAIL {2}key set: the identity provider publishes no key [^(]*$/m);
    expect(text).not.toContain('ok    key set');
    expect(isGood).toBeFalse();
  });

  it('reports a key without an id that cannot be used', async () => {
    idp.intercept = (response) => response.end('{"keys":[{"kty":"RSA"}]}');
    const { text } = await checkWith();
    expect(text).toContain('(the one without an id: it is malformed');
  });

  it('reports a malformed token', async () => {
    expect((await checkWith({}, { token: 'abc' })).text).toContain('FAIL  token: is not a JWT');
  });
});
