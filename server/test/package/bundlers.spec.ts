import { build } from 'esbuild';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from '../../scripts/bundle.mjs';

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

interface Manifest {
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional: boolean }>;
}

describe('a bundler of a host’s code, such as Angular’s or Next’s', () => {
  it('finds only imports, static or dynamic, of packages that are installed with the library', async () => {
    const manifest = JSON.parse(await readFile(path('package.json'), 'utf8')) as Manifest;
    const optional = Object.keys(manifest.peerDependenciesMeta);
    const required = Object.keys(manifest.peerDependencies).filter(
      (name) => !optional.includes(name),
    );
    // The build puts Chargebee's SDK into the library.
    const installed = [...Object.keys(manifest.dependencies), ...required, 'chargebee'];
    const { metafile } = await build({
      entryPoints: [path('src/index.ts')],
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      metafile: true,
    });
    const imported = Object.values(metafile.inputs)
      .flatMap(({ imports }) => imports)
      .filter((each) => each.external && !isBuiltin(each.path))
      .map((each) => each.path);
    expect(imported).toContain('graphql');
    const missing = imported.filter(
      (name) => !installed.some((other) => name === other || name.startsWith(`${other}/`)),
    );
    expect([...new Set(missing)]).toEqual([]);
  });
});

describe('the bundled program', () => {
  it('hashes by Node, not by code of a package', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portal-bundle-'));
    const { metafile } = await bundleProgram(folder);
    await rm(folder, { recursive: true });
    const inputs = Object.keys(metafile?.inputs ?? {});
    expect(
      inputs.filter((name) => name.includes('node_modules/@apollo/utils.createhash/')),
    ).toHaveSize(1);
    expect(inputs.filter((name) => name.includes('node_modules/sha.js/'))).toEqual([]);
  });
});
