// The built library package: its folder, its manifest, and the tarball that npm would publish.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/programs.mjs';

export const packageFolder = join(root, 'dist/ngx-chargebee-portal');

/** Returns the manifest of the built package. Throws if the library has not been built. */
export function readManifest() {
  const path = join(packageFolder, 'package.json');
  if (!existsSync(path)) {
    throw new Error(
      'There is no dist/ngx-chargebee-portal: run `npm run build ngx-chargebee-portal`.',
    );
  }
  return JSON.parse(readFileSync(path, 'utf8'));
}

/**
 * Packs the built library as `npm publish` would.
 * @param {string} folder the output folder
 * @returns {string} the path of the tarball
 */
export function pack(folder) {
  readManifest();
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['pack', packageFolder, '--pack-destination', folder, '--json'],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`npm pack failed:\n${stderr}`);
  const [{ filename }] = JSON.parse(stdout);
  return join(folder, filename);
}
