import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript-api';
import { environmentOutsideRepository } from '../../../scripts/lib/environment.mjs';
import { Chargebee } from '../support/chargebee.js';
import { Program } from '../support/program.js';

const run = promisify(execFile);
const SERVER = fileURLToPath(new URL('../..', import.meta.url));

/** Merges the portal into a host's API, and prints the answer to a caller without a token. */
const EMBEDDING = `
  import { buildSchema, graphql } from 'graphql';
  import { addPortalToSchema, createPortalContext, createPortalServer } from 'chargebee-portal-server';
  const portal = createPortalContext({ authenticate: () => null, resolveCustomerIds: () => [] });
  const schema = addPortalToSchema(buildSchema('type Query { hello: String }'));
  const { errors } = await graphql({
    schema,
    source: 'mutation { createPortalSession { id } }',
    contextValue: portal({ headers: {} }),
  });
  const server = await createPortalServer();
  const { status } = await server.fetch(new Request('http://host.example/healthz'));
  console.log('embedded', errors[0].extensions.code, status);
  await Promise.all([portal.close(), server.close()]);`;

const NPM_ENV = { ...environmentOutsideRepository(), npm_config_prefer_offline: 'true' };

// Of what `npm test` has built before.
describe('the package, installed in an empty folder', () => {
  let folder: string;
  let env: Record<string, string>;
  let chargebee: Chargebee;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portal-package-'));
    chargebee = await Chargebee.start();
    env = { ...chargebee.env, AUTH_JWT_SECRET: 'a secret of thirty-two bytes and more' };
    const npm = (args: string[], cwd: string) => run('npm', args, { cwd, env: NPM_ENV });
    await npm(['pack', '--pack-destination', folder], SERVER);
    const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
    await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
    const flags = ['--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'];
    await npm(['install', ...flags, `./${tarball}`], folder);
    await writeFile(join(folder, 'embedding.js'), EMBEDDING);
    // Downloads the packages that npm has not cached.
  }, 600_000);

  afterAll(async () => {
    await chargebee.stop();
    await rm(folder, { recursive: true });
  });

  it('runs its program', async () => {
    const bin = join(folder, 'node_modules/.bin/chargebee-portal-server');
    const { stdout } = await run(bin, ['--version'], { env: NPM_ENV });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);

    const program = new Program({ ...env, HOST: '127.0.0.1', PORT: '0' }, [bin]);
    const { url } = await program.listening();
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    program.signal('SIGTERM');
    expect(await program.exit).toEqual({ code: 0, signal: null });
    expect(program.stderr).toBe('');
  });

  it('uses the host’s own graphql when embedded', async () => {
    const program = new Program(env, [join(folder, 'embedding.js')]);
    const [, code, status] = await program.prints(/embedded (\w+) (\d+)\n/);
    expect([code, status]).toEqual(['UNAUTHENTICATED', '200']);
    expect((await program.exit).code).toBe(0);
  });

  it('can be resolved by TypeScript with Nest’s settings, and by require', async () => {
    const { resolvedModule } = ts.resolveModuleName(
      'chargebee-portal-server',
      join(folder, 'main.ts'),
      // TypeScript's own choice for `"module": "commonjs"`.
      { moduleResolution: ts.ModuleResolutionKind.Node10 },
      ts.sys,
    );
    expect(resolvedModule?.resolvedFileName).toMatch(/dist\/index\.d\.ts$/);
    const code = "console.log(typeof require('chargebee-portal-server').addPortalToSchema)";
    const { stdout } = await run(process.execPath, ['--input-type=commonjs', '--eval', code], {
      cwd: folder,
      env: NPM_ENV,
    });
    expect(stdout.trim()).toBe('function');
  });

  it('has declarations that need only packages installed with it', async () => {
    const installed = join(folder, 'node_modules/chargebee-portal-server');
    const { dependencies, peerDependencies } = JSON.parse(
      await readFile(join(installed, 'package.json'), 'utf8'),
    ) as Record<string, Record<string, string>>;
    const declared = Object.keys({ ...dependencies, ...peerDependencies });
    const files = new Set([join(installed, 'dist/index.d.ts')]);
    const foreign = new Set<string>();
    // Iterating over a set includes items that are added meanwhile.
    for (const file of files) {
      for (const { fileName } of ts.preProcessFile(await readFile(file, 'utf8')).importedFiles) {
        const isOwn = fileName.startsWith('.');
        if (isOwn) files.add(join(file, '..', fileName.replace(/\.js$/, '.d.ts')));
        else if (!isBuiltin(fileName)) foreign.add(fileName);
      }
    }
    expect(files.size).toBeGreaterThan(10);
    expect(foreign).toContain('graphql');
    const missing = [...foreign].filter(
      (name) => !declared.some((other) => name === other || name.startsWith(`${other}/`)),
    );
    expect(missing).toEqual([]);
  });

  it('contains the schema, and the licences of bundled packages', async () => {
    const installed = join(folder, 'node_modules/chargebee-portal-server');
    expect(await readdir(installed)).toEqual(
      jasmine.arrayContaining(['LICENSE', 'README.md', 'schema.graphql']),
    );
    expect(await readdir(join(installed, 'dist'))).toContain('THIRD-PARTY-NOTICES.txt');
  });
});
