import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../src/config/config.js';
import { STATUS_BY_CODE } from '../src/errors.js';
import { Portal } from './support/portal.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFile(join(ROOT, path), 'utf8');

/** The code blocks of a language in a guide. */
const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, code = '']) => code,
  );

describe('docs/operations.md and the README', () => {
  let operations: string;

  beforeAll(async () => {
    operations = await read('docs/operations.md');
  });

  it('list exactly the variables that the server reads', () => {
    const asked = new Set<string>();
    const env = new Proxy<Record<string, string>>(
      {},
      {
        get: (_target, name) => {
          if (typeof name === 'string') asked.add(name);
          return undefined;
        },
      },
    );
    expect(() => loadConfig(env)).toThrowMatching(({ message }: Error) => message !== '');
    const table = /## Variables\n([\s\S]*?)\n## /.exec(operations)?.[1] ?? '';
    const rows = table.split('\n').filter((line) => line.startsWith('| `'));
    const listed = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([A-Z_]+)`/g)]);
    const names = listed.map(([, name]) => name ?? '');
    const read = [...asked].filter((name) => !name.endsWith('_FILE') || name.startsWith('TLS_'));
    expect(names.sort()).toEqual(read.sort());
    for (const name of [...asked].filter(
      (name) => name.endsWith('_FILE') && !read.includes(name),
    )) {
      expect(operations).toContain(`\`${name.replace(/_FILE$/, '')}\``);
    }
  });

  it('show configurations that the server takes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portal-docs-'));
    const key = join(folder, 'key');
    await writeFile(key, 'live_key');
    for (const text of [operations, await read('server/README.md')]) {
      const [block = ''] = blocks(text, 'sh');
      const env = Object.fromEntries(
        block
          .trim()
          .split('\n')
          .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
      );
      expect(env.CHARGEBEE_API_KEY_FILE).toBe('/run/secrets/chargebee-api-key');
      const config = loadConfig({ ...env, CHARGEBEE_API_KEY_FILE: key });
      expect(config.chargebee.apiKey).toBe('live_key');
    }
    await rm(folder, { recursive: true });
  });

  it('tell what to do about every code of the contract', () => {
    const explained = [...operations.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, code]) => code);
    expect(explained).toEqual(jasmine.arrayContaining(Object.keys(STATUS_BY_CODE)));
  });

  it('name metrics that there are', async () => {
    // Some are there only where a Redis is set up, whether it answers or not.
    const portal = await Portal.start({ REDIS_URL: 'redis://127.0.0.1:1' });
    await portal.post('/portal-session');
    const exposed = await (await fetch(portal.metricsUrl)).text();
    const section = operations.slice(operations.indexOf('## Dashboards and alerts'));
    const named = new Set(section.match(/\b(?:portal|chargebee|http)_[a-z_]+\b/g));
    expect(named.size).toBeGreaterThan(10);
    for (const name of named) expect(exposed).withContext(name).toContain(name);
    await portal.stop();
  });

  it('link only to what there is', async () => {
    for (const [path, text] of [
      ['docs', operations],
      ['docs', await read('docs/embedding.md')],
      ['server', await read('server/README.md')],
    ] as const) {
      for (const [, target = ''] of text.matchAll(/\]\(([^)#:]+)\)/g)) {
        await expectAsync(readFile(join(ROOT, path, target))).toBeResolved();
      }
    }
  });
});
