// Runs the unit tests of `ng add`. Unlike the library's tests, they run in Node.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../lib/programs.mjs';

const { status } = spawnSync(
  process.execPath,
  [
    '--import',
    'tsx',
    join(root, 'node_modules/jasmine/bin/jasmine.js'),
    '--config=jasmine.json',
    `--reporter=${join(root, 'scripts/reporters/jasmine.mjs')}`,
  ],
  { cwd: join(root, 'projects/ngx-chargebee-portal/schematics'), stdio: 'inherit' },
);
process.exitCode = status ?? 1;
