import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The scripts that run in the browser: chargebee.js, and those of the portal's pages and of the emulator's own. */
export const browserScripts = {
  chargebee: 'chargebee-js/browser/main.ts',
  portal: 'portal/browser/main.ts',
  home: 'home/browser/main.tsx',
} as const;

export type BrowserScript = keyof typeof browserScripts;

const scripts = new Map<BrowserScript, Promise<string>>();

/** A script's text: as the build has left it, or, when the emulator runs from its source, made once. */
export function readBrowserScript(name: BrowserScript): Promise<string> {
  const built = new URL(`./browser/${name}.js`, import.meta.url);
  const read = () => (existsSync(built) ? readFile(built, 'utf8') : bundle(name, 'inline'));
  const script = scripts.get(name) ?? read();
  scripts.set(name, script);
  return script;
}

/** Makes one file of a script and all it imports. */
export async function bundle(name: BrowserScript, sourcemap: 'inline' | false): Promise<string> {
  // esbuild is there for development only: the published package carries what it made.
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`./${browserScripts[name]}`, import.meta.url))],
    // Where its source map takes the sources to be, seen from.
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

/** Writes the scripts into a folder, for `npm run build`. */
export async function writeBrowserScripts(folder: URL): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of Object.keys(browserScripts) as BrowserScript[]) {
    await writeFile(new URL(`${name}.js`, folder), await bundle(name, false));
  }
}
