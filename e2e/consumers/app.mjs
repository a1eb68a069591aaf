// A fresh app, made and changed as its developer would.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';

/**
 * @typedef {object} Consumer
 * @property {string} name
 * @property {21 | 22} angular
 * @property {boolean} standalone or else made of NgModules, with zone.js
 * @property {'http' | 'apollo'} backend
 */

/** `ng new`, by the Angular CLI of the app's own major. */
export async function ngNew({ name, angular, standalone }, folder, { env }) {
  const kind = standalone ? [] : ['--no-standalone', '--zoneless=false'];
  const version = await newestCli(angular, folder);
  await run(
    'npm',
    [
      ...['exec', '--yes', `--package=@angular/cli@${version}`, '--', 'ng', 'new', name],
      ...['--defaults', '--skip-git', '--skip-tests', '--style=css', '--ssr=false', ...kind],
    ],
    { cwd: folder, env },
  );
}

/** The newest Angular CLI of a major for which the registry has the builder too: a mirror may lag with one of them. */
async function newestCli(angular, folder) {
  const [cli, builder] = await Promise.all(
    ['@angular/cli', '@angular/build'].map(async (name) => {
      const args = ['view', `${name}@${angular}`, 'version', '--json'];
      return JSON.parse(await run('npm', args, { cwd: folder }));
    }),
  );
  return [cli].flat().findLast((version) => [builder].flat().includes(version));
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

export async function ngBuild(app, { env }) {
  await run('npx', ['ng', 'build', '--progress=false'], { cwd: app, env });
}

/** Has chargebee.js and the portal come from the emulator. */
export function useEmulator(app, { standalone }, emulatorUrl) {
  edit(app, standalone ? 'src/app/app.config.ts' : 'src/app/app-module.ts', [
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
