// A fresh app, made and changed as its developer would.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';

/** What `ng add` leaves to be filled in. */
const IDENTITY_PLACEHOLDER = 'REPLACE_WITH_THE_SIGNED_IN_USER_ID';

/**
 * @typedef {object} Consumer
 * @property {string} name
 * @property {21 | 22} angular
 * @property {'vitest' | 'karma'} runner of its unit tests
 * @property {boolean} standalone or else made of NgModules, with zone.js
 * @property {'graphql' | 'apollo' | 'rest'} [backend] what `ng add` is told; without it the library is only installed
 */

/**
 * `ng new`, by the newest Angular CLI of a major.
 * @param {string} name
 * @param {21 | 22} angular
 * @param {string[]} options of `ng new`
 * @param {{ folder: string, env?: Record<string, string>, like?: string }} where `like`: the folder of another app of
 *   this major, whose installed packages are taken over; npm then adds and removes only what differs
 */
export async function ngNew(name, angular, options, { folder, env, like }) {
  const version = await newestCli(angular, folder);
  await run(
    'npm',
    [
      'exec',
      '--yes',
      `--package=@angular/cli@${version}`,
      '--',
      'ng',
      'new',
      name,
      '--defaults',
      '--skip-git',
      '--style=css',
      '--ssr=false',
      ...options,
      ...(like ? ['--skip-install'] : []),
    ],
    { cwd: folder, env },
  );
  const app = join(folder, name);
  keepBuildCache(app);
  if (!like) return;
  // Hard links: a second copy of some 300 MB would cost what the installation does.
  await run('cp', ['-al', join(like, 'node_modules'), app], { cwd: folder });
  await run('cp', [join(like, 'package-lock.json'), app], { cwd: folder });
  await run('npm', ['install'], { cwd: app, env });
}

/** Has the CLI keep what it has compiled for the next command, which it does on a developer's machine but not in CI. */
function keepBuildCache(app) {
  const file = join(app, 'angular.json');
  const workspace = JSON.parse(readFileSync(file, 'utf8'));
  workspace.cli = { ...workspace.cli, cache: { enabled: true, environment: 'all' } };
  writeFileSync(file, JSON.stringify(workspace, null, 2));
}

/** The newest Angular CLI of a major for which the registry has the builder too: a mirror may lag with one of them. */
export async function newestCli(angular, folder) {
  const [cli, builder] = await Promise.all(
    ['@angular/cli', '@angular/build'].map(async (name) => {
      const args = ['view', `${name}@${angular}`, 'version', '--json'];
      return JSON.parse(await run('npm', args, { cwd: folder }));
    }),
  );
  return [cli].flat().findLast((version) => [builder].flat().includes(version));
}

export async function installLibrary(app, { env }, tarball) {
  await run('npm', ['install', tarball], { cwd: app, env });
}

/** `ng add` of the tarball, with the answers that it would ask for. */
export async function ngAdd({ backend }, app, { env }, { tarball, url }) {
  const answers = ['--site', 'acme-test', '--backend', backend, '--url', url];
  await run('npx', ['ng', 'add', tarball, '--skip-confirmation', ...answers], { cwd: app, env });
  const { dependencies } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'));
  if (!dependencies['ngx-chargebee-portal']) {
    throw new Error('ng add left no dependency on the library in package.json');
  }
}

/** `ng add` once more, as after an update. Throws when it changes the app's code. */
export async function ngAddAgain(consumer, app, node, answers) {
  const before = readFileSync(join(app, setUpFile(consumer)), 'utf8');
  await ngAdd(consumer, app, node, answers);
  if (readFileSync(join(app, setUpFile(consumer)), 'utf8') !== before) {
    throw new Error('a second ng add changed the app');
  }
}

export async function ngBuild(app, { env }) {
  await run('npx', ['ng', 'build', '--progress=false'], { cwd: app, env });
}

/** Throws unless the app fails to compile for want of an identity, as `ng add` leaves it. */
export async function expectIdentityToBeAsked(app, node) {
  const error = await ngBuild(app, node).then(
    () => new Error('the app compiles without an identity'),
    (failure) => failure,
  );
  if (!error.message.includes(`Cannot find name '${IDENTITY_PLACEHOLDER}'`)) throw error;
}

/** Says who is signed in. */
export function fillInIdentity(app, consumer) {
  edit(app, setUpFile(consumer), [[IDENTITY_PLACEHOLDER, `'juniper'`]]);
}

/** Has chargebee.js and the portal come from the emulator. */
export function useEmulator(app, consumer, emulatorUrl) {
  edit(app, setUpFile(consumer), [
    [
      `{ site: 'acme-test' },`,
      `{ site: 'acme-test', domain: '${emulatorUrl}' },
      withScriptUrl('${emulatorUrl}/v2/chargebee.js'),`,
    ],
    [
      /import \{([^}]*)\} from 'ngx-chargebee-portal';/,
      `import {$1, withScriptUrl } from 'ngx-chargebee-portal';`,
    ],
  ]);
}

/** Puts a button into the app's first component. */
export function addButton(app, { standalone }) {
  edit(app, 'src/app/app.html', [
    [/^/, '<button type="button" chargebeePortal>Manage billing</button>\n'],
  ]);
  if (!standalone) return;
  edit(app, 'src/app/app.ts', [
    [/^/, `import { ChargebeePortalDirective } from 'ngx-chargebee-portal';\n`],
    ['imports: [', 'imports: [ChargebeePortalDirective, '],
  ]);
}

/** The file in which `ng add` sets the library up. */
function setUpFile({ standalone }) {
  return standalone ? 'src/app/app.config.ts' : 'src/app/app-module.ts';
}

/** Changes a file of the app. Throws when it is not what it is taken for, and so would not change. */
function edit(app, path, changes) {
  const file = join(app, path);
  const before = readFileSync(file, 'utf8');
  const after = changes.reduce((text, [search, replacement]) => {
    const changed = text.replace(search, replacement);
    if (changed === text) throw new Error(`${path} has no ${search}:\n${text}`);
    return changed;
  }, before);
  writeFileSync(file, after);
}
