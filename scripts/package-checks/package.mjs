// The built package: where it is, what its manifest says, and the tarball that npm would publish.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/programs.mjs';

export const packageFolder = join(root, 'dist/ngx-chargebee-portal');

/** The manifest of the built package. Throws, saying what to do, when there is no build. */
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
 * @param {string} folder where the tarball goes
 * @returns {string} its path
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
