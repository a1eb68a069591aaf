import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Entry points of the browser scripts: chargebee.js, the portal's pages and the emulator's own page. */
export const browserScripts = {
  chargebee: 'chargebee-js/browser/main.ts',
  portal: 'portal/browser/main.ts',
  home: 'home/browser/main.tsx',
} as const;

export type BrowserScript = keyof typeof browserScripts;

const scripts = new Map<BrowserScript, Promise<string>>();

/** Returns a script that the build has bundled. When the emulator runs from its source, bundles it once. */
export function readBrowserScript(name: BrowserScript): Promise<string> {
  const built = new URL(`./browser/${name}.js`, import.meta.url);
  const read = () => (existsSync(built) ? readFile(built, 'utf8') : bundle(name, 'inline'));
  const script = scripts.get(name) ?? read();
  scripts.set(name, script);
  return script;
}

/** Bundles a script and its imports into one file. */
export async function bundle(name: BrowserScript, sourcemap: 'inline' | false): Promise<string> {
  // esbuild is a development dependency: the published package contains the bundled scripts.
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`./${browserScripts[name]}`, import.meta.url))],
    // Nothing is written. The paths in the source map are relative to this file.
    outfile: fileURLToPath(new URL(`./browser/${name}.js`, import.meta.url)),
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    sourcemap,
  });
  return outputFiles[0]?.text ?? '';
}

/** Writes all scripts to a folder, for `npm run build`. */
export async function writeBrowserScripts(folder: URL): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of Object.keys(browserScripts) as BrowserScript[]) {
    await writeFile(new URL(`${name}.js`, folder), await bundle(name, false));
  }
}
