import { build } from 'esbuild';
import { join } from 'node:path';
import { root } from '../../scripts/lib/programs.mjs';

/**
 * Bundles `e2e/fixtures/portal-page`, an app that uses the built library, for a stack to serve.
 *
 * @param worker the index of Playwright's worker, each of which has its own stack
 * @returns the output folder, relative to the root
 */
export async function buildPortalPage(worker: number): Promise<string> {
  const folder = `dist/e2e-portal-page/${worker}`;
  const source = join(root, 'e2e/fixtures/portal-page');
  await build({
    entryPoints: ['page.ts', 'app.ts', 'index.html'].map((name) => join(source, name)),
    outdir: join(root, folder),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    loader: { '.html': 'copy' },
    alias: { 'ngx-chargebee-portal': join(root, 'dist/ngx-chargebee-portal') },
    // page.ts imports app.js at run time, because a test with two copies of the library loads it twice.
    external: ['/app.js*'],
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
    logLevel: 'error',
  });
  return folder;
}
