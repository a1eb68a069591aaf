import { build } from 'esbuild';
import { join } from 'node:path';
import { root } from '../../scripts/lib/programs.mjs';

/**
 * Builds `e2e/fixtures/portal-page` with the built library.
 *
 * @param worker The number of the worker. Each worker has its own build.
 * @returns The output folder, relative to the root.
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
    // The page imports the app at run time.
    external: ['/app.js*'],
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
    logLevel: 'error',
  });
  return folder;
}
