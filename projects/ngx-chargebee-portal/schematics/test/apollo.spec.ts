import type { UnitTestTree } from '@angular-devkit/schematics/testing';
import { expectToCompile } from './type-check';
import {
  addApp,
  addLibrary,
  APP_MODULE,
  changedFiles,
  code,
  CONFIG,
  count,
  addDependencies,
  edit,
  freshApp,
  MAIN,
  ngAdd,
  snapshot,
  type Outcome,
} from './workspace';

const URL = 'https://billing.example.com/graphql';
const APOLLO = { 'apollo-angular': '^14.2.0', '@apollo/client': '^4.3.8', graphql: '^16.15.0' };
const PROVIDED = `import { inject } from '@angular/core';
import { InMemoryCache } from '@apollo/client';
import { provideApollo } from 'apollo-angular';
import { HttpLink } from 'apollo-angular/http';

export const apollo = provideApollo(() => ({
  link: inject(HttpLink).create({ uri: '/graphql' }),
  cache: new InMemoryCache(),
}));
`;

function addWithApollo(tree: UnitTestTree, url?: string): Promise<Outcome> {
  return ngAdd(tree, { backend: 'apollo', url: url ?? '' });
}

function dependencies(tree: UnitTestTree): Record<string, string> {
  return (tree.readJson('/package.json') as { dependencies: Record<string, string> }).dependencies;
}

describe('ng add --backend apollo, in an app without Apollo', () => {
  for (const [name, standalone, path] of [
    ['a standalone app', true, CONFIG],
    ['an app of NgModules', false, APP_MODULE],
  ] as const) {
    it(`adds a separate Apollo client in ${name}, and its dependencies`, async () => {
      const tree = await freshApp({ standalone });
      const before = snapshot(tree);
      const { tree: after, tasks } = await addWithApollo(tree, URL);
      expect(changedFiles(before, snapshot(after))).toEqual(['/package.json', path]);
      expect(code(after, path)).toContain(
        `provideNamedApollo(() => ({ chargebeePortal: { link: inject(HttpLink).create({ uri: '${URL}' }), cache: new InMemoryCache(), }, }))`,
      );
      expect(code(after, path)).toContain(`withApollo({ client: 'chargebeePortal' })`);
      expect(code(after, path)).not.toContain('provideApollo');
      expect(dependencies(after)).toEqual(jasmine.objectContaining(APOLLO));
      expect(tasks.map(({ name }) => name)).toEqual(['node-package']);
      expectToCompile(after, MAIN);
    });
  }

  it('lets the CLI choose the package manager', async () => {
    for (const lockfile of ['/pnpm-lock.yaml', '/yarn.lock', '/package-lock.json']) {
      const tree = await freshApp();
      tree.create(lockfile, '');
      const { tasks } = await addWithApollo(tree, URL);
      expect(tasks[0].options).toEqual(
        jasmine.objectContaining({ command: 'install', workingDirectory: '/' }),
      );
      expect((tasks[0].options as { packageManager?: string }).packageManager).toBeUndefined();
    }
  });

  it('does not mistake a keyword in package.json for a dependency', async () => {
    const tree = await freshApp();
    edit(tree, '/package.json', '{', '{\n  "keywords": ["graphql", "apollo-angular"],');
    const { tree: after } = await addWithApollo(tree, URL);
    expect(dependencies(after)).toEqual(jasmine.objectContaining(APOLLO));
  });

  it('names the packages to install if there is no package.json', async () => {
    for (const content of [undefined, '', '[]']) {
      const tree = await freshApp();
      if (content === undefined) tree.delete('/package.json');
      else tree.overwrite('/package.json', content);
      const { tree: after, messages, tasks } = await ngAdd(tree, { backend: 'apollo' });
      expect(messages).toContain('Install @apollo/client, apollo-angular, graphql by hand.');
      expect(code(after, CONFIG)).toContain('provideNamedApollo(');
      expect(tasks).toEqual([]);
    }
  });

  it('adds no package that is a dependency of any kind already', async () => {
    const tree = await freshApp();
    edit(tree, '/package.json', '"devDependencies": {', '"devDependencies": {"graphql": "16.8.0",');
    const { tree: after } = await addWithApollo(tree, URL);
    expect(dependencies(after).graphql).toBeUndefined();
    expect(dependencies(after)['apollo-angular']).toBeDefined();
  });

  it('changes no other line of package.json, also with tabs, CRLF and a byte order mark', async () => {
    const tree = await freshApp();
    const before = tree.readText('/package.json').replaceAll('  ', '\t').replaceAll('\n', '\r\n');
    tree.overwrite('/package.json', `\uFEFF${before}`);
    const { tree: after } = await addWithApollo(tree, URL);
    const text = after.read('/package.json')!.toString('utf8');
    const added = text.split('\r\n').filter((line) => !before.split('\r\n').includes(line));
    expect(text.startsWith('\uFEFF{')).toBeTrue();
    expect(added.map((line) => line.replace('\uFEFF{', '')).filter(Boolean)).toEqual([
      '\t\t"@apollo/client": "^4.3.8",',
      '\t\t"apollo-angular": "^14.2.0",',
      '\t\t"graphql": "^16.15.0",',
    ]);
    expect(JSON.parse(text.slice(1))).toEqual(jasmine.any(Object));
  });

  it('fails without a URL, and asks for it', async () => {
    await expectAsync(addWithApollo(await freshApp())).toBeRejectedWithError(
      /No Apollo client was found in this app. Set --url/,
    );
  });

  it('adds a client in an app whose packages do not depend on Apollo', async () => {
    const tree = await freshApp();
    addDependencies(tree, { ...APOLLO, '@acme/ui': '^1.0.0' });
    tree.create('/node_modules/@acme/ui/package.json', '{ "dependencies": { "tslib": "^2.0.0" } }');
    edit(tree, CONFIG, /^/, `import { Button } from '@acme/ui';\n`);
    expect(code((await addWithApollo(tree, URL)).tree, CONFIG)).toContain('provideNamedApollo(');
  });

  it('adds a client in an app if only another app of the workspace has Apollo', async () => {
    const tree = await addApp(await freshApp(), { name: 'admin' });
    addDependencies(tree, APOLLO);
    tree.create('/projects/admin/src/app/apollo.ts', PROVIDED);
    edit(tree, '/projects/admin/src/app/app.config.ts', /^/, `import './apollo';\n`);
    const { tree: after } = await ngAdd(tree, { project: 'shop', backend: 'apollo', url: URL });
    expect(code(after, CONFIG)).toContain('provideNamedApollo(');
  });
});

describe('ng add --backend apollo, in an app that has Apollo', () => {
  /** Workspaces by the place at which they provide Apollo. */
  const places: Record<string, () => Promise<UnitTestTree>> = {
    'its configuration': async () => {
      const tree = await freshApp();
      tree.create('/projects/shop/src/app/apollo.ts', PROVIDED);
      edit(tree, CONFIG, 'providers: [', 'providers: [\n    apollo,');
      edit(tree, CONFIG, /^/, `import { apollo } from './apollo';\n`);
      return tree;
    },
    'an NgModule': async () => {
      const tree = await freshApp({ standalone: false });
      const graphqlModule = `import { NgModule } from '@angular/core';\n${PROVIDED}\n@NgModule({ providers: [apollo] })\nexport class GraphQLModule {}\n`;
      tree.create(
        '/projects/shop/src/app/graphql.module.ts',
        graphqlModule.replace(/(import \{ inject \}.*)\n/, '$1\n'),
      );
      edit(tree, APP_MODULE, /^/, `import { GraphQLModule } from './graphql.module';\n`);
      edit(tree, APP_MODULE, 'BrowserModule,\n', 'BrowserModule,\n    GraphQLModule,\n');
      return tree;
    },
    'a library of the workspace': async () => {
      const tree = await addLibrary(await freshApp(), 'data');
      tree.overwrite('/projects/data/src/lib/data.ts', PROVIDED);
      edit(tree, CONFIG, 'providers: [', 'providers: [\n    apollo,');
      edit(tree, CONFIG, /^/, `import { apollo } from 'data';\n`);
      return tree;
    },
    'an entry point of such a library': async () => {
      const tree = await addLibrary(await freshApp(), 'data');
      tree.create('/projects/data/graphql/src/public-api.ts', PROVIDED);
      edit(tree, CONFIG, /^/, `import { apollo } from 'data/graphql';\n`);
      return tree;
    },
    'a folder with an alias': async () => {
      const tree = await freshApp();
      tree.create('/shared/graphql/index.ts', PROVIDED);
      edit(
        tree,
        '/tsconfig.json',
        '"compilerOptions": {',
        '"compilerOptions": { /* aliases */ "paths": { "@shared/*": ["./shared/*"], },',
      );
      edit(tree, CONFIG, /^/, `import { apollo } from '@shared/graphql';\n`);
      return tree;
    },
    'a package': async () => {
      const tree = await freshApp();
      tree.create(
        '/node_modules/@acme/graphql/package.json',
        '{ "peerDependencies": { "apollo-angular": ">=13" } }',
      );
      edit(tree, CONFIG, /^/, `import { provideAcmeGraphql } from '@acme/graphql/provide';\n`);
      return tree;
    },
    'a built library that is no project of the workspace': async () => {
      const tree = await freshApp();
      tree.create('/dist/data/index.d.ts', 'export declare function provideData(): never[];\n');
      edit(
        tree,
        '/tsconfig.json',
        '"compilerOptions": {',
        '"compilerOptions": { "paths": { "data": ["./dist/data"] },',
      );
      edit(tree, CONFIG, /^/, `import { provideData } from 'data';\n`);
      return tree;
    },
    'a package of the monorepo': async () => {
      const tree = await freshApp();
      addDependencies(tree, { '@acme/graphql': 'workspace:*' });
      tree.create('/node_modules/@acme/graphql/package.json', '{ "name": "@acme/graphql" }');
      edit(tree, CONFIG, /^/, `import { provideAcmeGraphql } from '@acme/graphql';\n`);
      return tree;
    },
    'a package that cannot be read': async () => {
      const tree = await freshApp();
      edit(tree, CONFIG, /^/, `import { provideAcmeGraphql } from '@acme/graphql';\n`);
      return tree;
    },
    'a lazy route': async () => {
      const tree = await freshApp();
      tree.create('/projects/shop/src/app/orders.ts', `${PROVIDED}export default [];\n`);
      const routes = `export const routes = [{ path: '', loadChildren: () => import('./orders') }];\n`;
      tree.overwrite('/projects/shop/src/app/app.routes.ts', routes);
      return tree;
    },
  };

  for (const [place, workspace] of Object.entries(places)) {
    it(`in ${place}: does not change it, and requests the URL with HttpClient`, async () => {
      const tree = await workspace();
      addDependencies(tree, APOLLO);
      const before = snapshot(tree);
      const { tree: after, messages, tasks } = await addWithApollo(tree, URL);
      const root = tree.exists(APP_MODULE) ? APP_MODULE : CONFIG;
      expect(changedFiles(before, snapshot(after))).toEqual([root]);
      expect(code(after, root)).toContain(`withGraphql({ url: '${URL}' })`);
      expect(count(after, root, 'Apollo(')).toBe(0);
      expect(messages).toContain('its clients were left as they are');
      // The app is set up now, so another run would change nothing.
      expect(messages).not.toContain('run ng add');
      expect(tasks).toEqual([]);
    });

    it(`in ${place}: uses it if no URL is given`, async () => {
      const tree = await workspace();
      addDependencies(tree, APOLLO);
      const { tree: after, messages } = await addWithApollo(tree);
      const root = tree.exists(APP_MODULE) ? APP_MODULE : CONFIG;
      expect(code(after, root)).toContain(`withApollo(),`);
      expect(count(after, root, 'provideApollo(')).toBe(0);
      expect(messages).not.toContain('were left as they are');
    });
  }

  for (const url of ['/graphql', '']) {
    it(`uses the client that an earlier run has added, ${url ? 'with' : 'without'} a URL`, async () => {
      const { tree } = await ngAdd(await freshApp(), { backend: 'apollo' });
      edit(tree, CONFIG, / *provideChargebeePortal\([^]*\n {4}\),?\n/, '');
      const { tree: after, messages } = await ngAdd(tree, { backend: 'apollo', url });
      expect(code(after, CONFIG)).toContain(`withApollo({ client: 'chargebeePortal' }),`);
      expect(count(after, '/projects/shop', 'provideNamedApollo(')).toBe(1);
      expect(messages).not.toContain('has Apollo already');
      expectToCompile(after, MAIN);
    });
  }

  for (const value of [`'/billing'`, `{ path: 'billing' }`]) {
    it(`does not mistake a property chargebeePortal for a client if it is ${value}`, async () => {
      const tree = await places['its configuration']();
      addDependencies(tree, APOLLO);
      const file = '/projects/shop/src/app/apollo.ts';
      edit(tree, file, /$/, `export const links = { chargebeePortal: ${value} };\n`);
      expect(code((await addWithApollo(tree, '')).tree, CONFIG)).toContain('withApollo()');
    });
  }

  it('adds code that compiles', async () => {
    for (const url of [URL, '']) {
      const tree = await places['a library of the workspace']();
      addDependencies(tree, APOLLO);
      const { tree: after } = await addWithApollo(tree, url);
      expectToCompile(after, MAIN, { data: ['/projects/data/src/public-api.ts'] });
      const module = await places['an NgModule']();
      addDependencies(module, APOLLO);
      expectToCompile((await addWithApollo(module, url)).tree, MAIN);
    }
  });

  it('fails for an Apollo that is too old, and suggests graphql', async () => {
    const tree = await places['its configuration']();
    addDependencies(tree, { ...APOLLO, 'apollo-angular': '^10.0.3' });
    await expectAsync(addWithApollo(tree)).toBeRejectedWithError(
      /apollo-angular 10, and needs 14. Use --backend graphql/,
    );
    tree.create('/node_modules/apollo-angular/package.json', '{ "version": "14.2.0" }');
    expect(code((await addWithApollo(tree)).tree, CONFIG)).toContain('withApollo()');
  });

  it('fails for a graphql package that is too old for Apollo', async () => {
    const tree = await freshApp();
    addDependencies(tree, { graphql: '15.8.0' });
    await expectAsync(addWithApollo(tree, URL)).toBeRejectedWithError(/graphql 15, and needs 16/);
  });
});
