// Creates a fresh Angular app and changes it, as a developer would.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';

/** The identifier that `ng add` generates for the developer to replace. */
const IDENTITY_PLACEHOLDER = 'REPLACE_WITH_THE_SIGNED_IN_USER_ID';

/**
 * @typedef {object} Consumer
 * @property {string} name
 * @property {21 | 22} angular
 * @property {'vitest' | 'karma'} runner the runner of its unit tests
 * @property {boolean} standalone false for an app with NgModules and zone.js
 * @property {'graphql' | 'apollo' | 'rest'} [backend] the option of `ng add`; without it, the library is only installed
 */

/**
 * Runs `ng new` of the newest Angular CLI of a major version.
 * @param {string} name
 * @param {21 | 22} angular
 * @param {string[]} options more options for `ng new`
 * @param {{ folder: string, env?: Record<string, string>, copyFrom?: string }} where `copyFrom`: the folder of another app
 *   of this major version; its node_modules are copied, and npm only installs the differences
 */
export async function ngNew(name, angular, options, { folder, env, copyFrom }) {
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
      ...(copyFrom ? ['--skip-install'] : []),
    ],
    { cwd: folder, env },
  );
  const app = join(folder, name);
  enableBuildCache(app);
  if (!copyFrom) return;
  // As hard links, because copying 300 MB would take as long as the installation.
  await run('cp', ['-al', join(copyFrom, 'node_modules'), app], { cwd: folder });
  await run('cp', [join(copyFrom, 'package-lock.json'), app], { cwd: folder });
  await run('npm', ['install'], { cwd: app, env });
}

/** Enables the CLI's build cache, which is off by default in CI. */
function enableBuildCache(app) {
  const file = join(app, 'angular.json');
  const workspace = JSON.parse(readFileSync(file, 'utf8'));
  workspace.cli = { ...workspace.cli, cache: { enabled: true, environment: 'all' } };
  writeFileSync(file, JSON.stringify(workspace, null, 2));
}

/** Returns the newest version of a major for which the registry has both the CLI and its builder: mirrors may lack one of them. */
export async function newestCli(angular, folder) {
  const [cli, builder] = await Promise.all(
    ['@angular/cli', '@angular/build'].map(async (name) => {
      const args = ['view', `${name}@${angular}`, 'version', '--json'];
      return JSON.parse(await run('npm', args, { cwd: folder }));
    }),
  );
  return [cli].flat().findLast((version) => [builder].flat().includes(version));
}

/**
 * Installs the library without `ng add`. Here and below, `node` is what `nodeFor` has returned.
 * @param {string} app the app's folder
 * @param {import('./node.mjs').NodeInstallation} node
 * @param {string} tarball
 */
export async function installLibrary(app, node, tarball) {
  await run('npm', ['install', tarball], { cwd: app, env: node.env });
}

/**
 * Runs `ng add` with options instead of prompts.
 * @param {Consumer} consumer
 * @param {string} app
 * @param {import('./node.mjs').NodeInstallation} node
 * @param {{ tarball: string, url: string }} library the packed library, and the URL of its backend
 */
export async function ngAdd({ backend }, app, node, { tarball, url }) {
  const options = [
    '--skip-confirmation',
    '--site=acme-test',
    `--backend=${backend}`,
    `--url=${url}`,
  ];
  await run('npx', ['ng', 'add', tarball, ...options], { cwd: app, env: node.env });
  const { dependencies } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'));
  if (!dependencies['ngx-chargebee-portal']) {
    throw new Error('ng add left no dependency on the library in package.json');
  }
}

/** Runs `ng add` again, as after an update. Throws if it changes the app's code. */
export async function ngAddAgain(consumer, app, node, library) {
  const before = readFileSync(join(app, setUpFile(consumer)), 'utf8');
  await ngAdd(consumer, app, node, library);
  if (readFileSync(join(app, setUpFile(consumer)), 'utf8') !== before) {
    throw new Error('a second ng add changed the app');
  }
}

export async function ngBuild(app, node) {
  await run('npx', ['ng', 'build', '--progress=false'], { cwd: app, env: node.env });
}

/** Throws unless the build fails because the developer has not replaced the placeholder for the user's id. */
export async function expectBuildToRequireIdentity(app, node) {
  const error = await ngBuild(app, node).then(
    () => new Error('the app compiles without an identity'),
    (failure) => failure,
  );
  if (!error.message.includes(`Cannot find name '${IDENTITY_PLACEHOLDER}'`)) throw error;
}

/** Replaces the placeholder by a user's id. */
export function fillInIdentity(app, consumer) {
  edit(app, setUpFile(consumer), [[IDENTITY_PLACEHOLDER, `'juniper'`]]);
}

/** Configures the app to use the emulator's chargebee.js and portal. */
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

/** Adds a button that opens the portal to the app's root component. */
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

/** Returns the file to which `ng add` adds the library's providers. */
function setUpFile({ standalone }) {
  return standalone ? 'src/app/app.config.ts' : 'src/app/app-module.ts';
}

/** Replaces texts in a file of the app. Throws if a text is not found. */
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
