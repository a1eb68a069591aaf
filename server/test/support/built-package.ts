import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SERVER = fileURLToPath(new URL('../..', import.meta.url));
const ROOT = join(SERVER, '..');
/** The compiler of `npm run build`. */
const BUILD_TSC = join(SERVER, 'node_modules/typescript/bin/tsc');
/** TypeScript 5, which most hosts still use. */
const HOST_TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

let built: Promise<string> | undefined;

/** Returns a folder in which `chargebee-portal-server` is installed as it is published. It is built once for all tests. */
export function folderWithPackage(): Promise<string> {
  return (built ??= build());
}

async function build(): Promise<string> {
  // Inside the workspace, so that the package finds its dependencies.
  const cache = join(SERVER, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'portal-'));
  const installed = join(folder, 'node_modules/chargebee-portal-server');
  await mkdir(installed, { recursive: true });
  await cp(join(SERVER, 'package.json'), join(installed, 'package.json'));
  const project = join(SERVER, 'tsconfig.build.json');
  const outDir = join(installed, 'dist');
  // `npm run build` checks the types.
  await run(process.execPath, [BUILD_TSC, '-p', project, '--noCheck', '--outDir', outDir]);
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  return folder;
}

/** Returns the code blocks of a guide whose first line is a comment with a file name, by that name. */
export async function snippetsOf(guide: string): Promise<Map<string, string>> {
  const text = await readFile(join(ROOT, 'docs', guide), 'utf8');
  const blocks = text.matchAll(/```ts\n(\/\/ (\S+\.ts)\n[\s\S]*?)```/g);
  return new Map([...blocks].map(([, code = '', name = '']) => [name, code]));
}

/** Type-checks the files in strict mode, and compiles them in place. Rejects with the compiler's errors. */
export async function compile(folder: string, files: string[]): Promise<void> {
  const options = '--strict --target es2023 --module nodenext --types node --skipLibCheck';
  await run(process.execPath, [HOST_TSC, ...options.split(' '), ...files], { cwd: folder }).catch(
    ({ stdout }: { stdout: string }) => {
      throw new Error(stdout);
    },
  );
}
