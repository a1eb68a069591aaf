import { build } from 'esbuild';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The programs that tests start, compiled once per test process, which halves the time of each start. Dependencies are not
 * bundled. Coverage needs the source maps.
 */
const folder = await compile([
  'src/main.ts',
  'src/healthcheck.ts',
  'src/index.ts',
  'src/observability/tracing.ts',
  'test/support/quota-instance-program.ts',
]);

/** The library, and what starts tracing in the program. */
export const LIBRARY = join(folder, 'src/index.mjs');
export const TRACING = join(folder, 'src/observability/tracing.mjs');
/** The program of the server. */
export const MAIN = join(folder, 'src/main.mjs');
export const HEALTHCHECK = join(folder, 'src/healthcheck.mjs');
export const QUOTA_INSTANCE = join(folder, 'test/support/quota-instance-program.mjs');

async function compile(entryPoints: string[]): Promise<string> {
  // Inside the workspace, so that the programs find their dependencies in node_modules.
  const coverage = join(SERVER, 'coverage');
  await mkdir(coverage, { recursive: true });
  const outdir = await mkdtemp(join(coverage, 'programs-'));
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true }));
  await build({
    absWorkingDir: SERVER,
    entryPoints,
    outbase: '.',
    outdir,
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    outExtension: { '.js': '.mjs' },
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outdir;
}
