import { rmSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { browserScripts, readBrowserScript } from '../src/browser-scripts.js';
import type { BrowserScript } from '../src/browser-scripts.js';

export interface CompiledEmulator {
  /** The path of the command. */
  main: string;
  /** The path of the module entry point. */
  index: string;
}

let compiled: Promise<CompiledEmulator> | undefined;

/** Compiles the emulator once per process, because programs started through tsx take ten times as long. */
export function compileEmulator(): Promise<CompiledEmulator> {
  compiled ??= compile();
  return compiled;
}

async function compile(): Promise<CompiledEmulator> {
  const toPath = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  // The folder is inside the package, so that Node resolves its dependencies.
  const folder = toPath(`../node_modules/.cache/test-${process.pid}`);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const out = `${folder}/dist/cli`;
  await build({
    entryPoints: ['../src/main.ts', '../src/index.ts'].map(toPath),
    outdir: out,
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    // Source maps give the coverage of child processes.
    sourcemap: 'inline',
  });
  // The bundle expects these files in the same places as in the build.
  await copyFile(toPath('../package.json'), `${folder}/package.json`);
  await mkdir(`${out}/browser`);
  for (const name of Object.keys(browserScripts) as BrowserScript[]) {
    await writeFile(`${out}/browser/${name}.js`, await readBrowserScript(name));
  }
  return { main: `${out}/main.js`, index: `${out}/index.js` };
}
