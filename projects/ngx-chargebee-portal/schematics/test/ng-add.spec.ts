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
  edit,
  emptyWorkspace,
  freshApp,
  lostLines,
  MAIN,
  ngAdd,
  snapshot,
} from './workspace';

describe('ng add ngx-chargebee-portal', () => {
  for (const zoneless of [true, false]) {
    it(`provides the portal in a standalone app, ${zoneless ? 'zoneless' : 'with zone.js'}`, async () => {
      const tree = await freshApp({ zoneless });
      const before = snapshot(tree);
      const { tree: after } = await ngAdd(tree);
      expect(changedFiles(before, snapshot(after))).toEqual([CONFIG]);
      expect(lostLines(before[CONFIG], after.readText(CONFIG))).toEqual([]);
      expect(code(after, CONFIG)).toContain(
        `provideRouter(routes), provideChargebeePortal( { site: 'acme-test' }, withGraphql({ url: '/graphql' }), // `,
      );
      expectToCompile(after, MAIN);
    });

    it(`imports the module in an app of NgModules, ${zoneless ? 'zoneless' : 'with zone.js'}`, async () => {
      const tree = await freshApp({ standalone: false, zoneless });
      const before = snapshot(tree);
      const { tree: after } = await ngAdd(tree);
      expect(changedFiles(before, snapshot(after))).toEqual([APP_MODULE]);
      expect(lostLines(before[APP_MODULE], after.readText(APP_MODULE))).toEqual([]);
      expect(code(after, APP_MODULE)).toContain(
        `AppRoutingModule, ChargebeePortalModule.forRoot( { site: 'acme-test' }, withGraphql({ url: '/graphql' }), // `,
      );
      expectToCompile(after, MAIN);
    });
  }

  it('adds withRest() with the backend rest', async () => {
    const url = 'https://api.example.com';
    const { tree } = await ngAdd(await freshApp(), { backend: 'rest', url });
    expect(code(tree, CONFIG)).toContain(`withRest({ url: '${url}' })`);
    expect(code(tree, CONFIG)).toContain(
      `import { provideChargebeePortal, withIdentity, withRest } from 'ngx-chargebee-portal';`,
    );
    expectToCompile(tree, MAIN);
  });

  it('reports the steps that are left, and the place of the placeholder', async () => {
    const { messages } = await ngAdd(await freshApp());
    expect(messages).toContain('set up in projects/shop/src/app/app.config.ts:15');
    expect(messages).toContain('Replace REPLACE_WITH_THE_SIGNED_IN_USER_ID in withIdentity()');
    expect(messages).toContain('ChargebeePortalDirective');
  });

  it('installs no packages without Apollo', async () => {
    for (const backend of ['graphql', 'rest'] as const) {
      expect((await ngAdd(await freshApp(), { backend })).tasks).toEqual([]);
    }
  });

  it('does not change the server’s configuration in an app with server-side rendering', async () => {
    const tree = await freshApp({ ssr: true });
    const before = snapshot(tree);
    const { tree: after, messages } = await ngAdd(tree);
    expect(Object.keys(before)).toContain('/projects/shop/src/app/app.config.server.ts');
    expect(changedFiles(before, snapshot(after))).toEqual([CONFIG]);
    expect(messages).not.toContain('cannot be rendered');
  });
});

describe('ng add --local', () => {
  for (const [standalone, path] of [
    [true, CONFIG],
    [false, APP_MODULE],
  ] as const) {
    it(`uses the emulator in development builds of ${standalone ? 'a standalone app' : 'an app of NgModules'}`, async () => {
      const answers = { site: 'acme', url: 'https://api.example.com/graphql', local: true };
      const { tree, messages } = await ngAdd(await freshApp({ standalone }), answers);
      expect(code(tree, path)).toContain(
        [
          `isDevMode() ? { site: 'acme-test', domain: 'http://localhost:4010' } // chargebee-emulator`,
          `: { site: 'acme' },`,
          `withGraphql({ url: isDevMode() ? 'http://localhost:4000/graphql' : 'https://api.example.com/graphql' }),`,
          `...(isDevMode() ? [withScriptUrl('http://localhost:4010/v2/chargebee.js')] : []),`,
        ].join(' '),
      );
      expect(messages).toContain('start chargebee-emulator');
      expectToCompile(tree, MAIN);
    });
  }

  it('uses the URL of the server without a path with the backend rest', async () => {
    const answers = { backend: 'rest', url: '/billing', local: true } as const;
    const { tree } = await ngAdd(await freshApp(), answers);
    expect(code(tree, CONFIG)).toContain(
      `withRest({ url: isDevMode() ? 'http://localhost:4000' : '/billing' })`,
    );
  });
});

describe('ng add, in a workspace of several projects', () => {
  const admin = '/projects/admin/src/app/app.config.ts';

  it('sets up only the app that was named', async () => {
    const tree = await addApp(await freshApp(), { name: 'admin' });
    const before = snapshot(tree);
    const { tree: after } = await ngAdd(tree, { project: 'admin' });
    expect(changedFiles(before, snapshot(after))).toEqual([admin]);
  });

  it('sets up the other app in a second run', async () => {
    const tree = await addApp(await freshApp(), { name: 'admin' });
    const once = await ngAdd(tree, { project: 'admin' });
    const { tree: after } = await ngAdd(once.tree, { project: 'shop' });
    expect(count(after, '/projects/', 'provideChargebeePortal(')).toBe(2);
    expect(count(after, CONFIG, 'provideChargebeePortal(')).toBe(1);
  });

  it('fails without a name, and lists the apps', async () => {
    const tree = await addApp(await freshApp(), { name: 'admin' });
    await expectAsync(ngAdd(tree)).toBeRejectedWithError(/--project: shop, admin/);
    await expectAsync(ngAdd(tree, { project: 'shp' })).toBeRejectedWithError(
      /no app named "shp".*shop, admin/,
    );
  });

  it('finds the only app among libraries, and fails for a library', async () => {
    const tree = await addLibrary(await freshApp(), 'ui');
    expect(code((await ngAdd(tree)).tree, CONFIG)).toContain('provideChargebeePortal(');
    await expectAsync(ngAdd(tree, { project: 'ui' })).toBeRejectedWithError(
      /"ui" is a library.*--project: shop/,
    );
  });

  it('fails if there is no app', async () => {
    const tree = await addLibrary(await emptyWorkspace(), 'ui');
    await expectAsync(ngAdd(tree)).toBeRejectedWithError(/no app to set up/);
  });

  for (const [what, change] of [
    ['without angular.json, as with Nx', (tree) => tree.delete('/angular.json')],
    [
      'with an angular.json of an unknown version',
      (tree) => tree.overwrite('/angular.json', '{ "version": 9 }'),
    ],
  ] as [string, (tree: UnitTestTree) => void][]) {
    it(`says what to do in a workspace ${what}`, async () => {
      const tree = await freshApp();
      change(tree);
      await expectAsync(ngAdd(tree)).toBeRejectedWithError(/angular\.json cannot be read.*by hand/);
    });
  }

  it('sets up an app of a workspace with the file .angular.json', async () => {
    const tree = await freshApp();
    tree.rename('/angular.json', '/.angular.json');
    expect(code((await ngAdd(tree)).tree, CONFIG)).toContain('provideChargebeePortal(');
  });

  it('sets up an app at the root of the workspace that has a library below it', async () => {
    const tree = await addLibrary(await freshApp({ projectRoot: '' }), 'ui');
    const before = snapshot(tree);
    const { tree: after } = await ngAdd(tree);
    expect(changedFiles(before, snapshot(after))).toEqual(['/src/app/app.config.ts']);
  });
});

describe('ng add, at a second run', () => {
  for (const [name, standalone] of [
    ['a standalone app', true],
    ['an app of NgModules', false],
  ] as const) {
    it(`changes nothing in ${name}`, async () => {
      const once = await ngAdd(await freshApp({ standalone }));
      const before = snapshot(once.tree);
      const twice = await ngAdd(once.tree, { site: 'another-site', backend: 'apollo' });
      expect(changedFiles(before, snapshot(twice.tree))).toEqual([]);
      expect(twice.tasks).toEqual([]);
      expect(twice.messages).toMatch(/shop is set up already, in projects\/shop\/src\/app\/app/);
      expect(twice.messages).toContain(
        'REPLACE_WITH_THE_SIGNED_IN_USER_ID is still to be replaced',
      );
    });
  }

  it('changes nothing in an app without sourceRoot', async () => {
    const tree = await freshApp();
    edit(tree, '/angular.json', '"sourceRoot": "projects/shop/src",', '');
    const once = await ngAdd(tree);
    expect(count(once.tree, '/projects/', 'provideChargebeePortal(')).toBe(1);
    const twice = await ngAdd(once.tree);
    expect(count(twice.tree, '/projects/', 'provideChargebeePortal(')).toBe(1);
  });

  it('does not mention a placeholder that was replaced', async () => {
    const { tree } = await ngAdd(await freshApp());
    edit(tree, CONFIG, 'REPLACE_WITH_THE_SIGNED_IN_USER_ID', `'user-1'`);
    expect((await ngAdd(tree)).messages).not.toContain('REPLACE_WITH');
  });
});

describe('ng add, deciding whether an app is set up', () => {
  const SETUP_CODE = `import { provideChargebeePortal } from 'ngx-chargebee-portal';\nexport const portal = provideChargebeePortal({ site: 'acme' });\n`;
  const billing = '/projects/shop/src/app/billing.ts';

  for (const [what, text] of [
    ['a comment', '// provideChargebeePortal({ site: "acme" })\nexport const a = 1;'],
    ['a string', 'export const help = "call provideChargebeePortal() first";'],
    ['an export', "export { ChargebeePortalDirective } from 'ngx-chargebee-portal';"],
    ['the fake for tests', 'export const fake = provideChargebeePortalTesting();'],
    [
      'a function of its own with this name',
      'const provideChargebeePortal = () => [];\nexport const none = provideChargebeePortal();',
    ],
  ] as const) {
    it(`does not recognise ${what}`, async () => {
      const tree = await freshApp();
      tree.create(billing, text);
      edit(tree, CONFIG, /^/, `import './billing';\n`);
      expect(code((await ngAdd(tree)).tree, CONFIG)).toContain('provideChargebeePortal( {');
    });
  }

  it('does not recognise a test or an unused file', async () => {
    const tree = await freshApp();
    tree.create('/projects/shop/src/app/billing.spec.ts', SETUP_CODE);
    tree.create('/projects/shop/src/app/unused.ts', SETUP_CODE);
    expect(code((await ngAdd(tree)).tree, CONFIG)).toContain('provideChargebeePortal( {');
  });

  for (const [what, text] of [
    ['a call in another file', SETUP_CODE],
    [
      'a renamed import',
      `import { provideChargebeePortal as portal } from 'ngx-chargebee-portal';\nexport const p = portal({ site: 'acme' });`,
    ],
    [
      'an import of all',
      `import * as portal from 'ngx-chargebee-portal';\nexport const p = portal.provideChargebeePortal({ site: 'acme' });`,
    ],
    [
      'a module with forRoot()',
      `import { ChargebeePortalModule as M } from 'ngx-chargebee-portal';\nexport const p = M.forRoot({ site: 'acme' });`,
    ],
    [
      'a module under another name',
      `import { ChargebeePortalModule } from 'ngx-chargebee-portal'; const M = ChargebeePortalModule;\nexport const p = M.forRoot({ site: 'acme' });`,
    ],
    [
      'a function under another name',
      `import { provideChargebeePortal } from 'ngx-chargebee-portal'; const portal = provideChargebeePortal;\nexport const p = portal({ site: 'acme' });`,
    ],
    ...['.apply(null, args)', '.call(null, args)', '.bind(null, args)()'].map(
      (call) =>
        [
          `a function that is called by ${call}`,
          `import { provideChargebeePortal as portal } from 'ngx-chargebee-portal'; declare const args: any;\nexport const p = portal${call};`,
        ] as const,
    ),
    [
      'a function that is passed to another one',
      `import { provideChargebeePortal } from 'ngx-chargebee-portal';\nexport const p = Reflect.apply(provideChargebeePortal, null, []);`,
    ],
    [
      'a function that the app re-exports under another name',
      `import { portal } from './billing';\nexport const p = portal({ site: 'acme' });\nexport { provideChargebeePortal as portal } from 'ngx-chargebee-portal';`,
    ],
    [
      'a function of a package that is imported lazily',
      `export const p = import('@acme/billing').then(({ provideChargebeePortal: portal }) =>\n  portal({ site: 'acme' }));`,
    ],
    [
      'a function of a package',
      `import { provideChargebeePortal as portal } from '@acme/billing';\nexport const p = portal({ site: 'acme' });`,
    ],
  ] as const) {
    it(`recognises ${what}`, async () => {
      const tree = await freshApp();
      tree.create(billing, text);
      edit(tree, CONFIG, /^/, `import './billing';\n`);
      const before = snapshot(tree);
      const { tree: after, messages } = await ngAdd(tree);
      expect(changedFiles(before, snapshot(after))).toEqual([]);
      expect(messages).toContain('projects/shop/src/app/billing.ts:2');
    });
  }

  it('recognises a lazily loaded set-up', async () => {
    const tree = await freshApp();
    tree.create(billing, SETUP_CODE);
    const routes = '/projects/shop/src/app/app.routes.ts';
    tree.overwrite(
      routes,
      `export const routes = [{ path: 'billing', loadChildren: () => import('./billing') }];\n`,
    );
    expect((await ngAdd(tree)).messages).toContain('set up already');
  });

  it('recognises a set-up in a library of the workspace that the app imports as a package', async () => {
    const tree = await addLibrary(await freshApp(), 'billing');
    tree.overwrite('/projects/billing/src/lib/billing.ts', SETUP_CODE);
    edit(tree, CONFIG, /^/, `import { portal } from 'billing';\n`);
    expect((await ngAdd(tree)).messages).toContain('projects/billing/src/lib/billing.ts:2');
  });
});

describe('ng add, validating its options', () => {
  it('normalises the name of a site', async () => {
    const { tree } = await ngAdd(await freshApp(), { site: ' Acme-Test ' });
    expect(code(tree, CONFIG)).toContain("{ site: 'acme-test' }");
  });

  for (const site of [undefined, '', 'acme test', 'acme.chargebee.com', 'https://acme']) {
    it(`fails for the site "${site}", and shows an example`, async () => {
      await expectAsync(ngAdd(await freshApp(), { site })).toBeRejectedWithError(
        /such as acme-test/,
      );
    });
  }

  for (const url of [
    undefined,
    '',
    'graphql',
    '//api.example.com',
    'ftp://api.example.com',
    'javascript:0',
    'https://api.example\n.com',
  ]) {
    it(`fails for the URL ${JSON.stringify(url)}, and shows examples`, async () => {
      await expectAsync(ngAdd(await freshApp(), { url })).toBeRejectedWithError(
        /such as https:\/\/api\.example\.com\/graphql or \/graphql/,
      );
    });
  }

  it('escapes quotes and backslashes in an option', async () => {
    const url = `https://api.example.com/o'clock\\`;
    const { tree } = await ngAdd(await freshApp(), { url });
    expect(code(tree, CONFIG)).toContain(
      String.raw`withGraphql({ url: 'https://api.example.com/o\'clock\\' })`,
    );
  });
});
