import { execFile, spawn } from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { call } from '../support.js';

const run = promisify(execFile);
const HERE = fileURLToPath(new URL('../..', import.meta.url));
const TSC = createRequire(import.meta.url).resolve('typescript-api/bin/tsc');
/** npm and the compiler are slow on a busy machine. */
const TIMEOUT = 300_000;

interface Manifest {
  bin: Record<string, string>;
  dependencies: Record<string, string>;
}

/** Returns the folder of one of the emulator's dependencies, resolved as Node does. */
async function folderOf(name: string): Promise<string> {
  let folder = HERE;
  for (;;) {
    const found = await realpath(join(folder, 'node_modules', name)).catch(() => undefined);
    if (found) return found;
    if (folder === dirname(folder)) throw new Error(`${name} is not installed.`);
    folder = dirname(folder);
  }
}

describe('the package', () => {
  let app: string;
  let files: string[];

  // The package is installed into an app as npm does it. Only its declared dependencies are available there.
  beforeAll(async () => {
    app = await mkdtemp(join(tmpdir(), 'emulator-package-'));
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', app], {
      cwd: HERE,
    });
    const [packed] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
    files = packed.files.map(({ path }) => path);
    if (!files.includes('dist/index.js')) {
      throw new Error('There is no build: run `npm run build emulator` at the root.');
    }

    const modules = join(app, 'node_modules');
    const installed = join(modules, 'chargebee-emulator');
    await mkdir(installed, { recursive: true });
    const tarball = join(app, packed.filename);
    await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
    const manifest = await readFile(join(installed, 'package.json'), 'utf8');
    const { bin, dependencies } = JSON.parse(manifest) as Manifest;
    for (const name of Object.keys(dependencies)) {
      await mkdir(dirname(join(modules, name)), { recursive: true });
      await symlink(await folderOf(name), join(modules, name));
    }
    await mkdir(join(modules, '.bin'));
    for (const [name, path] of Object.entries(bin)) {
      await chmod(join(installed, path), 0o755);
      await symlink(join('..', 'chargebee-emulator', path), join(modules, '.bin', name));
    }
    await writeFile(join(app, 'package.json'), '{ "type": "module", "private": true }');
  }, TIMEOUT);

  afterAll(() => rm(app, { recursive: true }));

  it('contains the required files and nothing else', async () => {
    for (const file of [
      'README.md',
      'LICENSE',
      'SECURITY.md',
      'docs/chargebee-js.md',
      'dist/index.d.ts',
    ]) {
      expect(files).toContain(file);
    }
    for (const script of ['chargebee', 'portal', 'home']) {
      expect(files).toContain(`dist/browser/${script}.js`);
    }
    expect(
      files.filter((file) => /\.map$|\.tsx?$|spec/.test(file.replace(/\.d\.ts$/, ''))),
    ).toEqual([]);
    const texts = await Promise.all(
      (await readdir(join(app, 'node_modules/chargebee-emulator/dist'), { recursive: true }))
        .filter((file) => file.endsWith('.js'))
        .map((file) => readFile(join(app, 'node_modules/chargebee-emulator/dist', file), 'utf8')),
    );
    expect(texts.filter((text) => text.includes('sourceMappingURL=')).length).toBe(0);
  });

  it(
    'has no publint findings',
    async () => {
      await expectAsync(
        run('npx', ['publint', '--strict', join(app, 'node_modules/chargebee-emulator')], {
          cwd: HERE,
        }),
      ).toBeResolved();
    },
    TIMEOUT,
  );

  it(
    'contains a working command',
    async () => {
      const args = ['--no', '--', 'chargebee-emulator', '--port', '0', '--data', 'f.json'];
      // Use a separate process group, because npx starts the program as a child process.
      const child = spawn('npx', args, {
        cwd: app,
        detached: true,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      // The output is read to its end: only then has the emulator, a grandchild, exited, and writes no file any more.
      const ended = new Promise((resolve) => child.once('close', resolve));
      try {
        let printed = '';
        const isReady = new Promise<void>((resolve) => {
          child.stdout.setEncoding('utf8').on('data', (text: string) => {
            printed += text;
            if (printed.includes('\n')) resolve();
          });
        });
        await Promise.race([isReady, ended]);
        const url = /ready at (http:\S+)/.exec(printed)?.[1] ?? '';
        expect((await call({ url }, 'POST', '/customers', 'id=kept')).status).toBe(200);
        // The latest changes are in the log beside the data file.
        expect(await readFile(join(app, 'f.json.log'), 'utf8')).toContain('"kept"');
        for (const path of ['/v2/chargebee.js', '/portal/v2/portal.js', '/_emulator/page.js']) {
          const script = await fetch(`${url}${path}`);
          expect([script.status, (await script.text()).length > 1000])
            .withContext(path)
            .toEqual([200, true]);
        }
      } finally {
        if (child.pid) process.kill(-child.pid, 'SIGTERM');
        await ended;
      }
    },
    TIMEOUT,
  );

  it(
    'type-checks in an app with strict TypeScript',
    async () => {
      const text = `import { startEmulator } from 'chargebee-emulator';
import type { Emulator, FaultInput, SeedInput } from 'chargebee-emulator';

const seed: SeedInput = { customers: [{ id: 'tea-house', company: 'Tea House' }] };
const fault: FaultInput = { route: 'api', status: 503, count: 1 };
const emulator: Emulator = await startEmulator({ port: 0, seed });
emulator.faults.add(fault);
const names: string[] = emulator.store.customers.list().map(({ id }) => id);
console.log(names.join(), emulator.faults.list().length);
// @ts-expect-error There is no such option.
export const wrong = () => startEmulator({ prot: 0 });
await emulator.close();
`;
      await writeFile(join(app, 'app.ts'), text);
      const options =
        '--strict --target es2023 --module nodenext --moduleResolution nodenext --types node';
      await mkdir(join(app, 'node_modules/@types'), { recursive: true });
      await symlink(await folderOf('@types/node'), join(app, 'node_modules/@types/node'));
      const compiled = await run(process.execPath, [TSC, 'app.ts', ...options.split(' ')], {
        cwd: app,
      }).then(
        ({ stdout }) => stdout,
        ({ stdout }: { stdout: string }) => stdout,
      );
      expect(compiled).toBe('');
      const { stdout } = await run(process.execPath, ['app.js'], { cwd: app });
      expect(stdout).toBe('tea-house 1\n');
    },
    TIMEOUT,
  );
});
