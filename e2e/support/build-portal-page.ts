import { build } from 'esbuild';
import { join } from 'node:path';
import { root } from '../../scripts/lib/programs.mjs';

/**
 * Builds the page of `e2e/fixtures/portal-page` with the library's built package.
 *
 * @param worker The number of the worker, each of which has a build of its own.
 * @returns Where it is, below the root.
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
    // Absolute imports are those of the page itself, at run time.
    external: ['/app.js*'],
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
    logLevel: 'error',
  });
  return folder;
}
