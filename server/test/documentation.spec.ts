import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../src/config/config.js';
import { ConfigurationError } from '../src/config/environment.js';
import { assertListenable } from '../src/config/listen.js';
import { VARIABLES } from '../src/config/variables.js';
import { STATUS_BY_CODE } from '../src/errors.js';
import { createCertificate, writeCertificate } from './support/certificate.js';
import { Portal } from './support/portal.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFile(join(ROOT, path), 'utf8');

/** The code blocks of a language in a guide. */
const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, code = '']) => code,
  );

const GUIDES = ['index', 'configuration', 'embedding', 'operations', 'scaling'].map(
  (name) => `docs/server/${name}.md`,
);

describe('docs/server and the README', () => {
  let guides: string;
  let configuration: string;
  let operations: string;

  beforeAll(async () => {
    guides = (await Promise.all(GUIDES.map(read))).join('\n');
    configuration = await read('docs/server/configuration.md');
    operations = await read('docs/server/operations.md');
  });

  it('list exactly the variables that the server reads', () => {
    const asked = new Set<string>();
    const env = new Proxy<Record<string, string>>(
      {},
      {
        get: (_target, name) => {
          // The variables of proxies also have lower-case names.
          if (typeof name === 'string' && name === name.toUpperCase()) asked.add(name);
          return undefined;
        },
      },
    );
    expect(() => loadConfig(env)).toThrowMatching(({ message }: Error) => message !== '');
    const table = /## Variables\n([\s\S]*?)\n## /.exec(configuration)?.[1] ?? '';
    const rows = table.split('\n').filter((line) => line.startsWith('| `'));
    const listed = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([A-Z_]+)`/g)]);
    const names = listed.map(([, name]) => name ?? '');
    // The others that end so are another way to give a secret.
    const files = ['TLS_CERT_FILE', 'TLS_KEY_FILE', 'REDIS_CA_FILE'];
    const read = [...asked].filter((name) => !name.endsWith('_FILE') || files.includes(name));
    expect(names.sort()).toEqual(read.sort());
    // The variables that misspelt ones are compared with.
    for (const name of asked) expect(VARIABLES).withContext(name).toContain(name);
    for (const name of [...asked].filter(
      (name) => name.endsWith('_FILE') && !read.includes(name),
    )) {
      expect(configuration).toContain(`\`${name.replace(/_FILE$/, '')}\``);
    }
  });

  it('show configurations that the server accepts', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portal-docs-'));
    const key = join(folder, 'key');
    await writeFile(key, 'live_key');
    for (const text of [await read('docs/server/index.md'), await read('server/README.md')]) {
      const [block = ''] = blocks(text, 'sh');
      const env = Object.fromEntries(
        block
          .trim()
          .split('\n')
          .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
      );
      expect(env.CHARGEBEE_API_KEY_FILE).toBe('/run/secrets/chargebee-api-key');
      const config = loadConfig({ ...env, CHARGEBEE_API_KEY_FILE: key });
      expect(config.chargebee.apiKeys).toEqual(['live_key']);
    }
    await rm(folder, { recursive: true });
  });

  it('explain what to do about every error code of the contract', () => {
    const explained = [...operations.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, code]) => code);
    expect(explained).toEqual(jasmine.arrayContaining(Object.keys(STATUS_BY_CODE)));
  });

  it('name only metrics that exist', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portal-docs-'));
    const files = await writeCertificate(folder, await createCertificate('localhost'));
    // Some metrics exist only with a certificate, or when a Redis is configured, even if it does not respond.
    const portal = await Portal.start({ REDIS_URL: 'redis://127.0.0.1:1', ...files });
    const exposed = await (await fetch(portal.metricsUrl)).text();
    const section = operations.slice(operations.indexOf('## Dashboards and alerts'));
    const named = new Set(section.match(/\b(?:portal|chargebee|http)_[a-z_]+\b/g));
    expect(named.size).toBeGreaterThan(10);
    for (const name of named) expect(exposed).withContext(name).toContain(name);
    await portal.stop();
    await rm(folder, { recursive: true });
  });

  it('show only variables that exist', () => {
    for (const block of blocks(guides, 'dotenv')) {
      for (const [, name = ''] of block.matchAll(/^(\w+)=/gm)) {
        expect(VARIABLES).withContext(name).toContain(name);
      }
    }
  });
});

/** A valid configuration, and changes that each cause faults. */
const SOUND = {
  CHARGEBEE_SITE: 'acme-test',
  CHARGEBEE_API_KEY: 'key',
  AUTH_JWKS_URL: 'https://login.example.com/jwks.json',
  AUTH_ISSUER: 'https://login.example.com/',
  AUTH_AUDIENCE: 'billing',
};
const UNSOUND: Record<string, string>[] = [
  { CHARGEBEE_SITE: '', CHARGEBEE_API_KEY: '', AUTH_JWKS_URL: '', AUTH_ISSUER: '' },
  { CHARGEBEE_SITE: 'https://acme-test.chargebee.com' },
  { CHARGEBEE_API_KEY: '', CHARGEBEE_API_KEY_FILE: '/nowhere' },
  { CHARGEBEE_API_KEY_FILE: '/nowhere' },
  { CHARGEBEE_API_KEY: '', CHARGEBEE_API_KEY_FILE: join(ROOT, 'package.json') },
  { AUTH_JWT_SECRET: 'too short' },
  { AUTH_JWKS_URL: '', AUTH_JWT_SECRET: 'too short' },
  { AUTH_JWKS_URL: 'http://keycloak:8080/certs' },
  { CORS_ORIGINS: '*' },
  { HTTPS_PROXY: 'http://user:100%@proxy:3128' },
  { TRUST_PROXY: 'true' },
  { PORT: '99999' },
  { PORT: '4000', METRICS_PORT: '4000' },
  { TLS_CERT_FILE: fileURLToPath(import.meta.url) },
  { CHARGEBEE_TIMEOUT_MS: '9999' },
  { INSTANCES: '1000' },
  { REDIS_URL: 'localhost:6379' },
  { REDIS_URL: 'redis://localhost', REDIS_TLS_SERVERNAME: 'redis.internal' },
];

describe('docs/troubleshooting.md', () => {
  it('quotes the messages of configuration faults exactly', async () => {
    const faults = new Set<string>();
    for (const env of UNSOUND) {
      try {
        assertListenable(loadConfig({ ...SOUND, ...env }));
        fail(`no fault in ${JSON.stringify(env)}`);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigurationError);
        for (const fault of (error as ConfigurationError).faults) faults.add(fault);
      }
    }
    const guide = await read('docs/troubleshooting.md');
    const section = /## The server does not start\n([\s\S]*?)\n## /.exec(guide)?.[1] ?? '';
    const quoted = [...section.matchAll(/^\| `(.+?)` +\|/gm)].map(([, fault = '']) => fault);
    expect(quoted.length).toBeGreaterThan(15);
    for (const fault of quoted)
      expect([...faults])
        .withContext(fault)
        .toContain(fault);
  });
});
