// Builds the library into dist/ngx-chargebee-portal: the Angular package by ng-packagr, and its schematics by tsc.
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/programs.mjs';

const source = join(root, 'projects/ngx-chargebee-portal');
const output = join(root, 'dist/ngx-chargebee-portal');

function run(...command) {
  const { status } = spawnSync('npx', command, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

run('ng', 'build', 'ngx-chargebee-portal');
run('tsc', '-p', join(source, 'schematics/tsconfig.build.json'));
cpSync(join(source, 'schematics'), join(output, 'schematics'), {
  recursive: true,
  filter: (path) =>
    !/\.ts$|schematics[\\/]test$|[\\/](tsconfig\..*|tsconfig|jasmine)\.json$/.test(path),
});
// The schematics are CommonJS in an ESM package, so they need their own package.json, which ng-packagr's .npmignore excludes.
appendFileSync(join(output, '.npmignore'), '\n!/schematics/package.json\n');
for (const file of ['LICENSE', 'SECURITY.md']) cpSync(join(root, file), join(output, file));
