import { join } from 'node:path';
import { SchematicTestRunner, type UnitTestTree } from '@angular-devkit/schematics/testing';
import type { Schema } from './schema';

const runner = new SchematicTestRunner(
  'ngx-chargebee-portal',
  join(__dirname, '..', 'collection.json'),
);
const angular = '@schematics/angular';
const answers: Schema = { site: 'acme-test', backend: 'http', url: '/graphql' };

/** A fresh workspace with one app in it, as `ng new` makes it. */
async function freshApp({ standalone }: { standalone: boolean }): Promise<UnitTestTree> {
  const workspace = { name: 'workspace', newProjectRoot: 'projects', version: '21.0.0' };
  const tree = await runner.runExternalSchematic<object>(angular, 'workspace', workspace);
  return addApp(tree, 'shop', standalone);
}

function addApp(tree: UnitTestTree, name: string, standalone: boolean): Promise<UnitTestTree> {
  const app = { name, standalone, skipTests: true, skipInstall: true, zoneless: standalone };
  return runner.runExternalSchematic<object>(angular, 'application', app, tree);
}

function ngAdd(tree: UnitTestTree, options: Partial<Schema> = {}): Promise<UnitTestTree> {
  return runner.runSchematic<object>('ng-add', { ...answers, ...options }, tree);
}

/** Without layout, so that an expectation is about the code. */
function code(tree: UnitTestTree, path: string): string {
  return tree.readText(path).replaceAll(/\s+/g, ' ');
}

const config = '/projects/shop/src/app/app.config.ts';
const appModule = '/projects/shop/src/app/app-module.ts';

describe('ng add ngx-chargebee-portal', () => {
  it('provides the portal, on HttpClient, in a standalone app', async () => {
    const tree = await ngAdd(await freshApp({ standalone: true }));
    expect(code(tree, config)).toContain(
      `provideChargebeePortal({ site: 'acme-test' }, withGraphql({ url: '/graphql' }))`,
    );
    expect(code(tree, config)).toContain(
      `import { provideChargebeePortal, withGraphql } from 'ngx-chargebee-portal'`,
    );
  });

  it('imports the module in an app made of NgModules', async () => {
    const tree = await ngAdd(await freshApp({ standalone: false }));
    expect(code(tree, appModule)).toMatch(
      /imports: \[[^\]]*ChargebeePortalModule\.forRoot\(\{ site: 'acme-test' \}, withGraphql\(\{ url: '\/graphql' \}\)\)/,
    );
    expect(code(tree, appModule)).toContain(
      `import { ChargebeePortalModule, withGraphql } from 'ngx-chargebee-portal'`,
    );
  });

  for (const [kind, standalone, path] of [
    ['a standalone app', true, config],
    ['an app made of NgModules', false, appModule],
  ] as const) {
    it(`installs and provides Apollo in ${kind} that has none`, async () => {
      const url = 'https://api.example.com/graphql';
      const tree = await ngAdd(await freshApp({ standalone }), { backend: 'apollo', url });
      expect(code(tree, path)).toContain(`withApollo()`);
      expect(code(tree, path)).toContain(
        `import { withApollo } from 'ngx-chargebee-portal/apollo'`,
      );
      expect(code(tree, path)).toContain(`create({ uri: '${url}' })`);
      const { dependencies } = tree.readJson('/package.json') as {
        dependencies: Record<string, string>;
      };
      expect(Object.keys(dependencies)).toEqual(
        jasmine.arrayContaining(['@apollo/client', 'apollo-angular', 'graphql']),
      );
    });
  }

  it('uses the Apollo that an app has already', async () => {
    const tree = await freshApp({ standalone: true });
    tree.create(
      '/projects/shop/src/app/apollo.ts',
      'export const apollo = provideApollo(options);',
    );
    const manifest = tree.readJson('/package.json') as { dependencies: Record<string, string> };
    manifest.dependencies['apollo-angular'] = '13.0.0';
    tree.overwrite('/package.json', JSON.stringify(manifest));

    const after = await ngAdd(tree, { backend: 'apollo' });
    expect(code(after, config)).not.toContain('provideApollo');
    expect(code(after, config)).toContain('withApollo()');
    expect(after.readJson('/package.json')).toEqual(
      jasmine.objectContaining({
        dependencies: jasmine.objectContaining({ 'apollo-angular': '13.0.0' }),
      }),
    );
  });

  it('changes nothing in an app that is set up already', async () => {
    const once = await ngAdd(await freshApp({ standalone: true }));
    const before = once.readText(config);
    const twice = await ngAdd(once, { site: 'another-site' });
    expect(twice.readText(config)).toBe(before);
  });

  it('sees that also where imports have double quotes', async () => {
    const once = await ngAdd(await freshApp({ standalone: true }));
    const doubled = once.readText(config).replaceAll("'", '"');
    once.overwrite(config, doubled);
    const twice = await ngAdd(once, { site: 'another-site' });
    expect(twice.readText(config)).toBe(doubled);
  });

  it('sets up an app that has nothing but the directive', async () => {
    const tree = await freshApp({ standalone: true });
    const component = "import { ChargebeePortalDirective } from 'ngx-chargebee-portal';";
    tree.create('/projects/shop/src/app/billing.ts', component);
    expect(code(await ngAdd(tree), config)).toContain('provideChargebeePortal');
  });

  it('sets up the app that was named, and no other', async () => {
    const tree = await addApp(await freshApp({ standalone: true }), 'admin', true);
    const after = await ngAdd(tree, { project: 'admin' });
    expect(code(after, '/projects/admin/src/app/app.config.ts')).toContain(
      'provideChargebeePortal',
    );
    expect(code(after, config)).not.toContain('provideChargebeePortal');
  });

  it('asks for a name where there are several apps, and says which there are', async () => {
    const tree = await addApp(await freshApp({ standalone: true }), 'admin', true);
    await expectAsync(ngAdd(tree)).toBeRejectedWithError(/--project: shop, admin/);
    await expectAsync(ngAdd(tree, { project: 'shp' })).toBeRejectedWithError(
      /no app named "shp".*shop, admin/,
    );
  });

  it('keeps a quote in an answer from ending the string', async () => {
    const url = `https://api.example.com/o'clock`;
    const tree = await ngAdd(await freshApp({ standalone: true }), { url });
    expect(code(tree, config)).toContain(String.raw`{ url: 'https://api.example.com/o\'clock' }`);
  });

  for (const site of ['', 'acme test', 'acme.chargebee.com', 'https://acme']) {
    it(`refuses "${site}" as a site, and says what a site is`, async () => {
      await expectAsync(
        ngAdd(await freshApp({ standalone: true }), { site }),
      ).toBeRejectedWithError(/such as acme-test/);
    });
  }

  for (const url of ['', 'graphql', '//api.example.com', 'ftp://api.example.com', 'javascript:0']) {
    it(`refuses "${url}" as a URL, and says what it may be`, async () => {
      await expectAsync(ngAdd(await freshApp({ standalone: true }), { url })).toBeRejectedWithError(
        /such as https:\/\/api\.example\.com\/graphql or \/graphql/,
      );
    });
  }
});
