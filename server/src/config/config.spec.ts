import { exportPKCS8, exportSPKI, generateKeyPair } from 'jose';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig, loadOperationsConfig } from './config.js';
import { ConfigurationError, type Environment } from './environment.js';
import { assertListenable } from './listen.js';
import { VARIABLES } from './variables.js';

const SECRET = 'a secret of thirty-two bytes and more';
const MINIMAL: Environment = {
  CHARGEBEE_SITE: 'acme-test',
  CHARGEBEE_API_KEY: 'test_key',
  AUTH_JWT_SECRET: SECRET,
};
/** Any that can be read. */
const A_FILE = fileURLToPath(import.meta.url);
const load = (env: Environment = {}) => loadConfig({ ...MINIMAL, ...env });

/** The faults of an environment, each cut down to the variable it is about. */
function faultsOf(env: Environment, hostAuthenticates = false): string[] {
  try {
    assertListenable(loadConfig(env, { identity: hostAuthenticates }));
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.faults.map((fault) => fault.split(' ')[0]?.replace(',', '') ?? '');
  }
}

describe('the configuration', () => {
  it('has safe defaults for all but the required variables', () => {
    expect(load()).toEqual({
      listen: {
        host: '0.0.0.0',
        port: 4000,
        metricsHost: '0.0.0.0',
        metricsPort: undefined,
      },
      listenFaults: [],
      tls: undefined,
      chargebee: {
        site: 'acme-test',
        apiKeys: ['test_key'],
        baseUrl: undefined,
        requestsPerMinute: 100,
        maxConcurrency: 40,
        timeoutMs: 5000,
      },
      links: {
        redirectOrigins: [],
        portalOrigins: ['https://acme-test.chargebeeportal.com'],
      },
      userRequestsPerMinute: 20,
      requestDeadlineMs: 9000,
      redis: undefined,
      instances: undefined,
      idempotencySecret: undefined,
      proxy: undefined,
      secretFiles: [],
      warnings: [],
      identity: {
        verification: { kind: 'secret', secret: new TextEncoder().encode(SECRET) },
        algorithms: ['HS256'],
        issuers: undefined,
        audiences: undefined,
        audienceClaim: 'aud',
        customer: { from: 'claim', claim: 'chargebee_customer_id' },
        requiredClaim: undefined,
      },
      corsOrigins: [],
      keepAliveTimeoutMs: 75_000,
      trustProxy: false,
      logLevel: 'info',
      introspection: false,
    });
  });

  it('reads every variable', () => {
    const config = load({
      HOST: '127.0.0.1',
      PORT: '8443',
      TLS_CERT_FILE: A_FILE,
      TLS_KEY_FILE: A_FILE,
      CHARGEBEE_BASE_URL: 'http://localhost:4010/',
      CHARGEBEE_REQUESTS_PER_MINUTE: '500',
      CHARGEBEE_MAX_CONCURRENCY: '30',
      CHARGEBEE_TIMEOUT_MS: '4000',
      REQUEST_DEADLINE_MS: '8000',
      USER_REQUESTS_PER_MINUTE: '7',
      CORS_ORIGINS: 'https://app.example.com/, http://localhost:4200',
      REDIRECT_ORIGINS: 'https://www.example.com',
      REDIS_URL: 'redis://redis.example.com:6380/1',
      INSTANCES: '3',
      METRICS_PORT: '9100',
      TRUST_PROXY: '10.0.0.0/8, ::1, loopback',
      LOG_LEVEL: 'debug',
      GRAPHQL_INTROSPECTION: 'true',
      CUSTOMER_LOOKUP: 'subject',
    });
    expect(config).toEqual(
      jasmine.objectContaining({
        listen: {
          host: '127.0.0.1',
          port: 8443,
          metricsHost: '127.0.0.1',
          metricsPort: 9100,
        },
        tls: { certFile: A_FILE, keyFile: A_FILE },
        userRequestsPerMinute: 7,
        requestDeadlineMs: 8000,
        corsOrigins: ['https://app.example.com', 'http://localhost:4200'],
        redis: jasmine.objectContaining({ kind: 'single', database: 1 }),
        instances: 3,
        trustProxy: ['10.0.0.0/8', '::1', 'loopback'],
        logLevel: 'debug',
        introspection: true,
      }),
    );
    expect(config.links).toEqual({
      redirectOrigins: ['https://www.example.com'],
      portalOrigins: ['https://acme-test.chargebeeportal.com', 'http://localhost:4010'],
    });
    expect(config.chargebee.baseUrl?.origin).toBe('http://localhost:4010');
    expect(config.identity?.customer).toEqual({ from: 'subject' });
    expect(load({ TRUST_PROXY: '2' }).trustProxy).toBe(2);
    expect(load({ TRUST_PROXY: 'false' }).trustProxy).toBeFalse();
    expect(load({ PORTAL_ORIGINS: 'https://billing.example.com' }).links.portalOrigins).toEqual([
      'https://billing.example.com',
    ]);
  });

  it('accepts the site in upper case, and converts it to lower case', () => {
    const { chargebee, links } = load({ CHARGEBEE_SITE: 'Acme-TEST' });
    expect(chargebee.site).toBe('acme-test');
    expect(links.portalOrigins).toEqual(['https://acme-test.chargebeeportal.com']);
  });

  it('treats an empty variable as not set', () => {
    expect(load({ PORT: '', CORS_ORIGINS: ' ', CHARGEBEE_BASE_URL: '' }).listen.port).toBe(4000);
    expect(faultsOf({ ...MINIMAL, CHARGEBEE_SITE: ' ' })).toEqual(['CHARGEBEE_SITE']);
  });

  it('accepts origins of apps in web views, as they send them', () => {
    const { corsOrigins } = load({ CORS_ORIGINS: 'capacitor://localhost, ionic://localhost/' });
    expect(corsOrigins).toEqual(['capacitor://localhost', 'ionic://localhost']);
  });

  it('normalizes origins to the form that browsers send', () => {
    const list =
      'Capacitor://LocalHost, HTTPS://App.Example.com:443, http://localhost:80/, https://bücher.example';
    const { corsOrigins, links } = load({
      CORS_ORIGINS: list,
      PORTAL_ORIGINS: 'Https://Pay.example',
    });
    const asSent = [
      'capacitor://localhost',
      'https://app.example.com',
      'http://localhost',
      'https://xn--bcher-kva.example',
    ];
    expect(corsOrigins).toEqual(asSent);
    expect(links.redirectOrigins).toEqual(asSent);
    expect(links.portalOrigins).toEqual(['https://pay.example']);
  });

  for (const [what, env, warning] of [
    [
      'an issuer list with spaces',
      { AUTH_ISSUER: 'https://a https://b' },
      /^AUTH_ISSUER is sep.*commas/,
    ],
    [
      'an audience list in JSON',
      { AUTH_AUDIENCE: '["a"]' },
      /^AUTH_AUDIENCE is separated by commas/,
    ],
    [
      'a role in quotes',
      { AUTH_REQUIRED_CLAIM: 'role="owner"' },
      /^AUTH_REQUIRED_CLAIM is separated by \|/,
    ],
    [
      'roles with commas',
      { AUTH_REQUIRED_CLAIM: 'role=owner,admin' },
      /^AUTH_REQUIRED_CLAIM is sep/,
    ],
    [
      'a time-out in seconds',
      { CHARGEBEE_TIMEOUT_MS: '5' },
      /^CHARGEBEE_TIMEOUT_MS is in milliseconds/,
    ],
    [
      'a claim beside the subject',
      { CUSTOMER_LOOKUP: 'subject', CUSTOMER_ID_CLAIM: 'org' },
      /^CUSTOMER_ID_CLAIM has no effect/,
    ],
  ] as const) {
    it(`warns of ${what}`, () => {
      expect(load(env).warnings).toEqual([jasmine.stringMatching(warning)]);
    });
  }

  it('does not warn of lists and values as they should be', () => {
    const { warnings } = load({
      AUTH_ISSUER: 'https://a.example/, https://b.example/',
      AUTH_AUDIENCE: 'api://acme,00000003-0000-0000-c000-000000000000',
      AUTH_REQUIRED_CLAIM: 'groups=CN=billing,OU=groups,DC=acme|https://acme.example/roles/owner',
      CHARGEBEE_TIMEOUT_MS: '100',
      CUSTOMER_LOOKUP: 'claim',
      CUSTOMER_ID_CLAIM: 'org',
    });
    expect(warnings).toEqual([]);
  });

  it('says that quotation marks belong to the path of a file that cannot be read', () => {
    const env = { CHARGEBEE_API_KEY: undefined, CHARGEBEE_API_KEY_FILE: '"/run/secrets/key"' };
    expect(() => load(env)).toThrowError(/cannot be read \(ENOENT\); it begins and ends with quot/);
  });

  it('warns of values in quotation marks, without quoting them', () => {
    const quoted = { AUTH_AUDIENCE: '"the-app"', AUTH_JWT_SECRET: `'${SECRET}'` };
    const { warnings } = load(quoted);
    expect(warnings).toEqual(
      jasmine.arrayWithExactContents([
        jasmine.stringMatching(/^AUTH_AUDIENCE begins and ends with quotation marks/),
        jasmine.stringMatching(/^AUTH_JWT_SECRET begins and ends with quotation marks/),
      ]),
    );
    expect(warnings.join()).not.toMatch(/the-app|thirty-two/);
    expect(() => load({ CHARGEBEE_API_KEY: "'key'" })).toThrowError(
      /CHARGEBEE_API_KEY must be a key alone.*; it begins and ends with quotation marks/,
    );
    expect(() => load({ AUTH_JWKS_URL: '"https://login.example.com/keys"' })).toThrowError(
      /AUTH_JWKS_URL must be an absolute URL; it begins and ends with quotation marks/,
    );
  });

  it('accepts unencrypted http to INSECURE_HTTP_HOSTS, with a warning', () => {
    const url = 'http://emulator:4010';
    const { chargebee, warnings } = load({
      CHARGEBEE_BASE_URL: url,
      INSECURE_HTTP_HOSTS: 'keycloak.auth.svc, Emulator',
    });
    expect(chargebee.baseUrl?.origin).toBe(url);
    expect(warnings).toEqual([jasmine.stringMatching(/INSECURE_HTTP_HOSTS.*emulator/)]);
    expect(
      faultsOf({
        ...MINIMAL,
        CHARGEBEE_BASE_URL: url,
        INSECURE_HTTP_HOSTS: 'mulator,emulator.svc',
      }),
    ).toEqual(['CHARGEBEE_BASE_URL']);
  });

  it('accepts any name or address that a URL may have in INSECURE_HTTP_HOSTS', () => {
    for (const [host, inUrl] of Object.entries({
      auth_server: 'auth_server:8080',
      'keycloak.auth.svc.': 'keycloak.auth.svc.',
      'fd00::A': '[fd00:0::a]:8080',
      '[fd00::b]': '[fd00::b]',
    })) {
      const env = { CHARGEBEE_BASE_URL: `http://${inUrl}`, INSECURE_HTTP_HOSTS: host };
      expect(() => load(env))
        .withContext(host)
        .not.toThrow();
    }
  });

  it('reads the usual variables of proxies, with precedence for lower case', () => {
    expect(load({ HTTPS_PROXY: 'http://user:pass@proxy:3128', no_proxy: '.svc' }).proxy).toEqual({
      httpProxy: undefined,
      httpsProxy: 'http://user:pass@proxy:3128',
      noProxy: '.svc',
    });
    expect(
      load({ HTTP_PROXY: 'http://upper:1', http_proxy: 'lower:3128', NO_PROXY: '*' }).proxy,
    ).toEqual({ httpProxy: 'http://lower:3128', httpsProxy: undefined, noProxy: '*' });
    expect(load({ NO_PROXY: '*' }).proxy).toBeUndefined();
  });

  it('warns of entries of NO_PROXY that have no effect', () => {
    const NO_PROXY = '10.0.0.0/8,.svc,10.0.0.0/33 https://keycloak:8080';
    const { warnings } = load({ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY });
    expect(warnings.map((warning) => /"(.*)"/.exec(warning)?.[1])).toEqual([
      '10.0.0.0/33',
      'https://keycloak:8080',
    ]);
  });

  it('does not show a password in such an entry', () => {
    const NO_PROXY = 'http://user:hunter2/,z@proxy:3128';
    const { warnings } = load({ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY });
    expect(warnings.join()).toContain('NO_PROXY has an entry without effect');
    expect(warnings.join()).not.toContain('hunter2');
  });

  it('accepts two API keys during a rotation', () => {
    expect(load({ CHARGEBEE_API_KEY: 'new_key\r\nold_key' }).chargebee.apiKeys).toEqual([
      'new_key',
      'old_key',
    ]);
  });

  it('accepts the same port for metrics on another address', () => {
    const { listen: config } = load({
      METRICS_HOST: '127.0.0.1',
      METRICS_PORT: '4000',
      HOST: '10.0.0.1',
    });
    expect([config.metricsHost, config.metricsPort]).toEqual(['127.0.0.1', 4000]);
  });

  it('ignores values that Kubernetes injects for Services, with a warning', () => {
    const injected = VARIABLES.filter((name) => name.endsWith('_PORT'));
    expect(injected).toContain('METRICS_PORT');
    for (const name of injected) {
      const { warnings, ...config } = load({ [name]: 'tcp://10.96.0.7:9100' });
      const { warnings: _none, ...unset } = load();
      expect(config).withContext(name).toEqual(unset);
      expect(warnings.length).withContext(name).toBeLessThan(2);
    }
    expect(load({ METRICS_PORT: 'tcp://10.96.0.7:9100' }).warnings).toEqual([
      jasmine.stringMatching(/^METRICS_PORT is ignored/),
    ]);
    expect(
      load({ AUTH_PORT_8080_TCP_ADDR: '10.0.0.7', CHARGEBEE_SERVICE_HOST: '10.0.0.7' }).warnings,
    ).toEqual([]);
  });

  it('does not ignore such a value in variables that Kubernetes does not inject', () => {
    expect(load({ AUTH_AUDIENCE: 'tcp://10.0.0.1:80' }).identity?.audiences).toEqual([
      'tcp://10.0.0.1:80',
    ]);
    for (const name of ['REDIS_URL', 'CHARGEBEE_BASE_URL', 'CHARGEBEE_REQUESTS_PER_MINUTE']) {
      expect(() => load({ [name]: 'tcp://10.0.0.1:6379' }))
        .withContext(name)
        .toThrowError(ConfigurationError, new RegExp(name));
    }
  });

  it('suggests the variable that was probably meant by a misspelt one', () => {
    for (const [name, meant] of Object.entries({
      CORS_ORIGIN: 'CORS_ORIGINS',
      CHARGEBEE_KEY: 'CHARGEBEE_API_KEY',
      CHARGEBEE_SITE_NAME: 'CHARGEBEE_SITE',
      AUTH_JWKS_URI: 'AUTH_JWKS_URL',
      AUTH_SECRET: 'AUTH_JWT_SECRET',
      REDIRECT_ORIGIN: 'REDIRECT_ORIGINS',
      CUSTOMER_CLAIM: 'CUSTOMER_ID_CLAIM',
      CHARGEBEE_APIKEY_FILE: 'CHARGEBEE_API_KEY_FILE',
      cors_origins: 'CORS_ORIGINS',
    })) {
      const { warnings } = load({ [name]: 'hidden' });
      if (name === 'cors_origins') expect(warnings).toEqual([]);
      else
        expect(warnings).toEqual([
          `${name} is not a variable of this server; did you mean ${meant}?`,
        ]);
    }
  });

  it('names a misspelt variable together with the fault that it causes', () => {
    const { AUTH_JWT_SECRET, CHARGEBEE_SITE, ...others } = MINIMAL;
    const faults = (env: Environment, hostAuthenticates: boolean): readonly string[] => {
      try {
        if (hostAuthenticates) loadOperationsConfig(env);
        else loadConfig(env);
      } catch (error) {
        return (error as ConfigurationError).faults;
      }
      return [];
    };
    const env = { ...others, AUTH_JWT_SECRETS: AUTH_JWT_SECRET, CHARGEBEE_SITES: CHARGEBEE_SITE };
    for (const hostAuthenticates of [false, true]) {
      expect(faults(env, hostAuthenticates)).toContain(
        'CHARGEBEE_SITES is not a variable of this server; did you mean CHARGEBEE_SITE?',
      );
    }
    expect(faults(env, false)).toContain(
      'AUTH_JWT_SECRETS is not a variable of this server; did you mean AUTH_JWT_SECRET?',
    );
  });

  it('does not warn of the variables of other programs', () => {
    const others =
      'PATH HOME HOSTNAME USER SHELL LANG NODE_ENV NODE_OPTIONS PWD TERM npm_config_host KUBERNETES_PORT DATABASE_URL ' +
      'OTEL_SERVICE_NAME REDIS_SERVICE_HOST POSTGRES_HOST SSH_AUTH_SOCK COLORTERM LOGNAME';
    const env = Object.fromEntries(others.split(/\s+/).map((name) => [name, 'x']));
    expect(load(env).warnings).toEqual([]);
  });

  it('reports all faults at once', () => {
    expect(faultsOf({}).sort()).toEqual([
      'AUTH_AUDIENCE',
      'AUTH_ISSUER',
      'AUTH_JWKS_URL',
      'CHARGEBEE_API_KEY',
      'CHARGEBEE_SITE',
    ]);
  });

  it('reports unreadable TLS files together with all other faults', () => {
    const TLS_CERT_FILE = '/nowhere/tls.crt';
    const TLS_KEY_FILE = '/nowhere/tls.key';
    expect(faultsOf({ ...MINIMAL, PORT: 'abc', TLS_CERT_FILE, TLS_KEY_FILE })).toEqual([
      'PORT',
      'TLS_CERT_FILE',
      'TLS_KEY_FILE',
    ]);
    expect(() => load({ TLS_CERT_FILE, TLS_KEY_FILE: A_FILE })).toThrowError(
      /^The configuration has faults:\n {2}TLS_CERT_FILE names a file that cannot be read \(ENOENT\)$/,
    );
  });

  for (const [name, values] of Object.entries({
    CHARGEBEE_SITE: ['acme.chargebee.com', 'a/b', '-acme', 'acme test', '../acme'],
    CHARGEBEE_API_KEY: [
      'two words',
      'three\nline\nkeys',
      'ключ',
      '"test_key"',
      '{"api-key":"test_key"}',
      'CHARGEBEE_API_KEY=test_key',
      'test_key:',
    ],
    CHARGEBEE_BASE_URL: [
      'http://chargebee.example.com',
      'http://localhost.example.com',
      'ftp://localhost',
      'localhost:4010',
      'https://user:password@acme.chargebee.com',
      'https://acme.chargebee.com/api/v2',
      'https://acme.chargebee.com/?a=b',
    ],
    PORT: ['-1', '65536', '4e3', '80.5', 'http', '0x50'],
    METRICS_PORT: ['65536', '4000'],
    KEEP_ALIVE_TIMEOUT_MS: ['0', '999', '75s'],
    INSECURE_HTTP_HOSTS: ['http://keycloak', 'keycloak:8080', '*', ' , ', '*.svc', '[fd00::1]:80'],
    HTTPS_PROXY: [
      'ftp://proxy.example.com',
      'http://',
      'socks5://proxy:1080',
      'http://user:100%@proxy:3128',
      'http://50%:password@proxy:3128',
      'http://proxy:3128/path',
      'http://proxy:3128?country=de',
    ],
    IDEMPOTENCY_SECRET: ['too short'],
    AUTH_AUDIENCE_CLAIM: ['sub', 'aud'],
    AUTH_JWT_SECRET_ENCODING: ['hex', 'base64'],
    AUTH_REQUIRED_CLAIM: ['scope', '=owner', 'scope=', 'roles=a||b'],
    AUTH_ISSUER: [','],
    CHARGEBEE_REQUESTS_PER_MINUTE: ['0', '-5', 'many'],
    CHARGEBEE_MAX_CONCURRENCY: ['0'],
    CHARGEBEE_TIMEOUT_MS: ['0', '9001', '5s'],
    REQUEST_DEADLINE_MS: ['0', '1000000'],
    USER_REQUESTS_PER_MINUTE: ['0'],
    INSTANCES: ['0', '41'],
    CORS_ORIGINS: [
      '*',
      'null',
      'https://*.example.com',
      'app.example.com',
      'https://app.example.com/path',
      'https://app.example.com,*',
      'ftp://app.example.com',
      'https://user@app.example.com',
      'https://@app.example.com',
      'https://app.example.com//',
      'https:app.example.com',
      'https://app.example.com?',
      'https://app.example.com#',
    ],
    REDIRECT_ORIGINS: [
      '*',
      'javascript:alert(1)',
      'javascript://localhost',
      'data://x',
      'file:///etc',
    ],
    PORTAL_ORIGINS: ['*'],
    TRUST_PROXY: [
      'true',
      '10.0.0.0/33',
      'everybody',
      '10.0.0.0/8/8',
      'fe80::/129',
      '0.0.0.0/0',
      '::/0',
      ',',
    ],
    LOG_LEVEL: ['verbose'],
    GRAPHQL_INTROSPECTION: ['yes', '1'],
    CUSTOMER_LOOKUP: ['email'],
    AUTH_ALGORITHMS: ['none', 'RS256', 'HS256,none', ','],
    AUTH_JWT_SECRET: ['short'],
    TLS_CERT_FILE: [A_FILE],
    TLS_KEY_FILE: [A_FILE],
  })) {
    for (const value of values) {
      it(`refuses ${name}=${JSON.stringify(value)}, without quoting the value`, () => {
        const env = { ...MINIMAL, [name]: value };
        // Where a value is only invalid beside another variable, the fault names that one.
        const otherVariables: Record<string, string> = {
          TLS_CERT_FILE: 'TLS_KEY_FILE',
          TLS_KEY_FILE: 'TLS_CERT_FILE',
          ...(value === 'base64' && { AUTH_JWT_SECRET_ENCODING: 'AUTH_JWT_SECRET' }),
        };
        expect(faultsOf(env)).toEqual([otherVariables[name] ?? name]);
        if (value.length > 6) {
          expect(() => loadConfig(env)).toThrowMatching(
            ({ message }: Error) => !message.includes(`"${value}"`),
          );
        }
      });
    }
  }
});

describe('the configuration of identity', () => {
  const without: Environment = { ...MINIMAL, AUTH_JWT_SECRET: undefined };
  const named = { AUTH_ISSUER: 'https://id.example.com', AUTH_AUDIENCE: 'the-app' };
  const pem = async (algorithm: string) => {
    const { publicKey } = await generateKeyPair(algorithm, { extractable: true });
    return exportSPKI(publicKey);
  };

  it('requires exactly one way to verify tokens', async () => {
    const AUTH_JWKS_URL = 'https://id.example.com/jwks.json';
    const AUTH_PUBLIC_KEY = await pem('RS256');
    expect(faultsOf({ ...MINIMAL, ...named, AUTH_JWKS_URL })).toEqual(['AUTH_JWKS_URL']);
    expect(faultsOf({ ...without, ...named, AUTH_JWKS_URL, AUTH_PUBLIC_KEY })).toEqual([
      'AUTH_JWKS_URL',
    ]);
    expect(faultsOf({ ...without, ...named, AUTH_JWKS_URL })).toEqual([]);
    expect(faultsOf({ ...without, ...named, AUTH_PUBLIC_KEY })).toEqual([]);
  });

  it('requires issuer and audience, except with a secret', async () => {
    const AUTH_JWKS_URL = 'https://id.example.com/jwks.json';
    expect(faultsOf({ ...without, AUTH_JWKS_URL })).toEqual(['AUTH_ISSUER', 'AUTH_AUDIENCE']);
    expect(faultsOf({ ...without, AUTH_PUBLIC_KEY: await pem('ES256') })).toEqual([
      'AUTH_ISSUER',
      'AUTH_AUDIENCE',
    ]);
  });

  it('requires https for the key set, except on this machine', () => {
    const faults = (AUTH_JWKS_URL: string) => faultsOf({ ...without, ...named, AUTH_JWKS_URL });
    expect(faults('http://id.example.com/jwks.json')).toEqual(['AUTH_JWKS_URL']);
    for (const host of ['localhost:4010', '127.0.0.1', '[::1]:80', 'idp.localhost']) {
      expect(faults(`http://${host}/jwks.json`))
        .withContext(host)
        .toEqual([]);
    }
  });

  it('accepts only the algorithms that fit the key', async () => {
    const algorithmsFor = (AUTH_PUBLIC_KEY: string, AUTH_ALGORITHMS?: string) =>
      loadConfig({ ...without, ...named, AUTH_PUBLIC_KEY, AUTH_ALGORITHMS }).identity?.algorithms;
    const rsa = await pem('RS256');
    expect(algorithmsFor(rsa)).toEqual(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']);
    expect(algorithmsFor(await pem('ES256'))).toEqual(['ES256']);
    expect(algorithmsFor(await pem('ES512'))).toEqual(['ES512']);
    expect(algorithmsFor(await pem('Ed25519'))).toEqual(['EdDSA', 'Ed25519']);
    expect(algorithmsFor(rsa, 'PS256, RS256')).toEqual(['PS256', 'RS256']);
    for (const wrong of ['HS256', 'ES256', 'none', 'RS256,HS256', ' , ']) {
      expect(faultsOf({ ...without, ...named, AUTH_PUBLIC_KEY: rsa, AUTH_ALGORITHMS: wrong }))
        .withContext(wrong)
        .toEqual(['AUTH_ALGORITHMS']);
    }
    const jwks = { ...without, ...named, AUTH_JWKS_URL: 'https://id.example.com/jwks.json' };
    expect(faultsOf({ ...jwks, AUTH_ALGORITHMS: 'HS256' })).toEqual(['AUTH_ALGORITHMS']);
    expect(faultsOf({ ...MINIMAL, AUTH_ALGORITHMS: 'HS384' })).toEqual(['AUTH_JWT_SECRET']);
  });

  it('refuses keys that are private, weak, unsuitable, malformed or several', async () => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const spki = { format: 'pem', type: 'spki' } as const;
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export(spki);
    const agreement = generateKeyPairSync('x25519').publicKey.export(spki);
    const curve = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export(spki);
    const several = `${await pem('RS256')}\n${await pem('RS256')}`;
    const keys = [await exportPKCS8(privateKey), weak, agreement, curve, several, 'no key'];
    for (const key of keys) {
      const env = { ...without, ...named, AUTH_PUBLIC_KEY: String(key) };
      expect(faultsOf(env)).toEqual(['AUTH_PUBLIC_KEY']);
    }
  });

  it('accepts several issuers and audiences', () => {
    const { identity } = load({
      AUTH_ISSUER: 'https://a.example, https://b.example',
      AUTH_AUDIENCE: 'web,ios',
    });
    expect(identity?.issuers).toEqual(['https://a.example', 'https://b.example']);
    expect(identity?.audiences).toEqual(['web', 'ios']);
  });

  it('reads a required claim with one or several values', () => {
    const required = (AUTH_REQUIRED_CLAIM: string) =>
      load({ AUTH_REQUIRED_CLAIM }).identity?.requiredClaim;
    expect(required('scope=billing:manage')).toEqual({
      claim: 'scope',
      values: ['billing:manage'],
    });
    expect(required('realm_access.roles = billing|owner = 1')).toEqual({
      claim: 'realm_access.roles',
      values: ['billing', 'owner = 1'],
    });
  });

  it('decodes a secret according to AUTH_JWT_SECRET_ENCODING', () => {
    const bytes = new Uint8Array(Buffer.from(SECRET));
    for (const encoding of ['base64', 'base64url'] as const) {
      const AUTH_JWT_SECRET = Buffer.from(SECRET).toString(encoding);
      expect(
        load({ AUTH_JWT_SECRET, AUTH_JWT_SECRET_ENCODING: encoding }).identity?.verification,
      ).toEqual({ kind: 'secret', secret: bytes });
    }
    const short = Buffer.from('too short').toString('base64');
    expect(
      faultsOf({ ...MINIMAL, AUTH_JWT_SECRET: short, AUTH_JWT_SECRET_ENCODING: 'base64' }),
    ).toEqual(['AUTH_JWT_SECRET']);
  });

  it('accepts PEM with escaped line breaks, also those of Windows', async () => {
    const text = await pem('ES256');
    for (const lineBreak of ['\\n', '\\r\\n', '\r\n']) {
      const AUTH_PUBLIC_KEY = text.trim().replaceAll('\n', lineBreak);
      expect(faultsOf({ ...without, ...named, AUTH_PUBLIC_KEY })).toEqual([]);
    }
  });

  it('is not required when the host app authenticates', () => {
    expect(faultsOf(without, true)).toEqual([]);
    expect(loadConfig(without, { identity: true }).identity).toBeUndefined();
    expect(loadOperationsConfig(without).chargebee.site).toBe('acme-test');
  });

  it('causes a warning when a claim is required that the host app would have to check', () => {
    const env = { ...MINIMAL, AUTH_REQUIRED_CLAIM: 'role=owner' };
    const isWarning = (warning: string) => warning.startsWith('AUTH_REQUIRED_CLAIM has no effect');
    expect(loadConfig(env, { identity: true }).warnings.some(isWarning)).toBeTrue();
    expect(loadOperationsConfig(env).warnings.some(isWarning)).toBeTrue();
    expect(loadConfig(env).warnings.some(isWarning)).toBeFalse();
  });
});

describe('the level of the log', () => {
  it('applies to an embedded portal, too', () => {
    expect(loadOperationsConfig({ ...MINIMAL, LOG_LEVEL: 'warn' }).logLevel).toBe('warn');
    expect(() => loadOperationsConfig({ ...MINIMAL, LOG_LEVEL: 'verbose' })).toThrowError(
      ConfigurationError,
      /LOG_LEVEL/,
    );
  });

  it('is not read when the host app provides a logger, which may have other levels', () => {
    const env = { ...MINIMAL, LOG_LEVEL: 'verbose' };
    expect(loadOperationsConfig(env, { logger: true }).logLevel).toBe('info');
    expect(loadConfig(env, { logger: true }).logLevel).toBe('info');
  });
});

describe('secrets from files', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portal-secrets-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  const file = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };

  it('are read in UTF-16 as well, in which Windows PowerShell writes them', async () => {
    const CHARGEBEE_API_KEY_FILE = join(folder, 'key');
    await writeFile(CHARGEBEE_API_KEY_FILE, '\uFEFFlive_key\r\n', 'utf16le');
    const config = load({ CHARGEBEE_API_KEY: undefined, CHARGEBEE_API_KEY_FILE });
    expect(config.chargebee.apiKeys).toEqual(['live_key']);
  });

  it('are read without a trailing line break', async () => {
    const config = loadConfig({
      CHARGEBEE_SITE: 'acme-test',
      CHARGEBEE_API_KEY_FILE: await file('key', 'live_key\n'),
      AUTH_JWT_SECRET_FILE: await file('secret', `${SECRET}\n`),
      REDIS_URL_FILE: await file('redis', 'redis://:password@redis:6379\n'),
    });
    expect(config.chargebee.apiKeys).toEqual(['live_key']);
    expect(config.redis?.password).toBe('password');
    expect(config.identity?.verification).toEqual({
      kind: 'secret',
      secret: new TextEncoder().encode(SECRET),
    });
  });

  it('are warned of, or refused with that cause, when they are in quotation marks', async () => {
    const AUTH_JWT_SECRET_FILE = await file('secret', `"${SECRET}"\n`);
    expect(load({ AUTH_JWT_SECRET: undefined, AUTH_JWT_SECRET_FILE }).warnings).toEqual([
      jasmine.stringMatching(
        /^AUTH_JWT_SECRET_FILE names a file whose content begins and ends with quotation marks/,
      ),
    ]);
    const CHARGEBEE_API_KEY_FILE = await file('key', '"live_key"');
    expect(() => load({ CHARGEBEE_API_KEY: undefined, CHARGEBEE_API_KEY_FILE })).toThrowError(
      /CHARGEBEE_API_KEY_FILE names a file whose content must be a key.*; it begins and ends with quotation marks/,
    );
  });

  it('are reported when set twice, missing or invalid, without being quoted', async () => {
    const base = { ...MINIMAL, CHARGEBEE_API_KEY: undefined };
    const good = await file('key', 'live_key');
    expect(faultsOf({ ...MINIMAL, CHARGEBEE_API_KEY_FILE: good })).toEqual([
      'CHARGEBEE_API_KEY_FILE',
    ]);
    expect(faultsOf({ ...base, CHARGEBEE_API_KEY_FILE: join(folder, 'none') })).toEqual([
      'CHARGEBEE_API_KEY_FILE',
    ]);
    const empty = await file('empty', '\n');
    for (const [name, env] of Object.entries({
      CHARGEBEE_API_KEY_FILE: base,
      AUTH_JWT_SECRET_FILE: { ...MINIMAL, AUTH_JWT_SECRET: undefined },
    })) {
      expect(faultsOf({ ...env, [name]: empty })).toEqual([name]);
    }
    const wrong = await file('wrong', 'hidden words');
    expect(() => loadConfig({ ...base, CHARGEBEE_API_KEY_FILE: wrong })).toThrowMatching(
      ({ message }: Error) => !message.includes('hidden'),
    );
  });
});
