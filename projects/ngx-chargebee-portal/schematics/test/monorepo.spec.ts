// Runs ng add in workspaces within a monorepo, whose packages are installed above the workspace's own folder.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { UnitTestTree } from '@angular-devkit/schematics/testing';
import {
  code,
  CONFIG,
  count,
  addDependencies,
  edit,
  freshApp,
  ngAdd,
  type Outcome,
} from './workspace';

const URL = 'https://billing.example.com/graphql';
const PACKAGE = '@acme/data';
const APOLLO = '{ "dependencies": { "apollo-angular": "^14.2.0" } }';
const NOTHING = '{}';

describe('ng add --backend apollo, in a workspace of a monorepo', () => {
  const home = process.cwd();
  let monorepo: string;

  beforeEach(() => {
    monorepo = realpathSync(mkdtempSync(join(tmpdir(), 'ng-add-monorepo-')));
  });

  afterEach(() => {
    process.chdir(home);
    rmSync(monorepo, { recursive: true });
  });

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(monorepo, path)), { recursive: true });
    writeFileSync(join(monorepo, path), text);
  }

  /** Writes a package of the monorepo, and links it into the root's `node_modules`, as npm and Yarn do. */
  function link(manifest: string): void {
    write('packages/data/package.json', manifest);
    mkdirSync(join(monorepo, 'node_modules/@acme'), { recursive: true });
    symlinkSync(
      join(monorepo, 'packages/data'),
      join(monorepo, 'node_modules', PACKAGE),
      'junction',
    );
  }

  /** Returns an app that uses the package, in the folder `apps/web`, which becomes the current folder. */
  async function appThatUsesPackage(): Promise<UnitTestTree> {
    const tree = await freshApp();
    addDependencies(tree, { [PACKAGE]: '^1.0.0' });
    edit(tree, CONFIG, /^/, `import { provideData } from '${PACKAGE}';\n`);
    write('apps/web/package.json', tree.readText('/package.json'));
    mkdirSync(join(monorepo, 'apps/web/src'));
    process.chdir(join(monorepo, 'apps/web/src'));
    return tree;
  }

  function expectOnlyHttp({ tree, messages }: Outcome): void {
    expect(code(tree, CONFIG)).toContain(`withGraphql({ url: '${URL}' })`);
    expect(count(tree, CONFIG, 'Apollo(')).toBe(0);
    expect(messages).toContain(`the package ${PACKAGE}`);
  }

  it('leaves alone the Apollo of a package that is installed above the workspace', async () => {
    write(`node_modules/${PACKAGE}/package.json`, APOLLO);
    expectOnlyHttp(await ngAdd(await appThatUsesPackage(), { backend: 'apollo', url: URL }));
  });

  it('leaves alone the Apollo of a package of the monorepo', async () => {
    link(APOLLO);
    expectOnlyHttp(await ngAdd(await appThatUsesPackage(), { backend: 'apollo', url: URL }));
  });

  it('leaves alone the Apollo of a package of the monorepo, if only the root declares it', async () => {
    link(NOTHING);
    write('package.json', APOLLO);
    expectOnlyHttp(await ngAdd(await appThatUsesPackage(), { backend: 'apollo', url: URL }));
  });

  it('adds a client if neither the package nor the monorepo has Apollo', async () => {
    link(NOTHING);
    const { tree } = await ngAdd(await appThatUsesPackage(), { backend: 'apollo', url: URL });
    expect(count(tree, CONFIG, 'provideNamedApollo(')).toBe(1);
  });

  it('adds a client if a package from the registry does not depend on the Apollo of another app', async () => {
    write(`node_modules/${PACKAGE}/package.json`, NOTHING);
    write('package.json', APOLLO);
    const { tree } = await ngAdd(await appThatUsesPackage(), { backend: 'apollo', url: URL });
    expect(count(tree, CONFIG, 'provideNamedApollo(')).toBe(1);
  });

  it('adds a client if only the root declares a package from the registry, which does not depend on Apollo', async () => {
    write('node_modules/@acme/ui/package.json', NOTHING);
    write(
      'package.json',
      APOLLO.replace('"apollo-angular"', '"@acme/ui": "^1.0.0", "apollo-angular"'),
    );
    const tree = await freshApp();
    edit(tree, CONFIG, /^/, `import { Button } from '@acme/ui';\n`);
    write('apps/web/package.json', tree.readText('/package.json'));
    process.chdir(join(monorepo, 'apps/web'));
    const { tree: after } = await ngAdd(tree, { backend: 'apollo', url: URL });
    expect(count(after, CONFIG, 'provideNamedApollo(')).toBe(1);
  });

  it('takes the version of Apollo that is installed above the workspace', async () => {
    write('node_modules/@apollo/client/package.json', '{ "version": "4.3.8" }');
    const tree = await freshApp();
    addDependencies(tree, { '@apollo/client': '^3.0.0 || ^4.0.0' });
    write('apps/web/package.json', tree.readText('/package.json'));
    process.chdir(join(monorepo, 'apps/web'));
    const { tree: after } = await ngAdd(tree, { backend: 'apollo', url: URL });
    expect(count(after, CONFIG, 'provideNamedApollo(')).toBe(1);
  });
});
